import fc from 'fast-check';
import {
  buildId,
  buildRunId,
  type EnvironmentId,
  environmentId,
  isBuildId,
  isEnvironmentId,
  isReleaseId,
  parseBuildId,
  parseEnvironmentId,
  parseReleaseId,
  productOfDocument,
  pushCardId,
  type ReleaseId,
  releaseId,
} from '../../src/domain/ids.ts';
import { runs } from '../support/thorough.ts';

/** The names that a configuration may use. */
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,38}$/);
const sha = fc.stringMatching(/^[0-9a-f]{40}$/);
const number = fc.nat();

const PARSERS = [parseEnvironmentId, parseReleaseId, parseBuildId];

describe('ids', () => {
  test('are read as they were made', () => {
    fc.assert(
      fc.property(name, name, number, sha, (product, environment, count, commit) => {
        const id = environmentId(product, environment);
        expect(parseEnvironmentId(id)).toEqual({ product, environment });
        expect(parseReleaseId(releaseId(id, count))).toEqual({ environment: id, number: count });
        expect(parseBuildId(buildId(product, commit))).toEqual({ product, sha: commit });
      }),
      { numRuns: runs(500) },
    );
  });

  test('of one kind are not ids of another', () => {
    fc.assert(
      fc.property(name, name, number, sha, (product, environment, count, commit) => {
        const id = environmentId(product, environment);
        const all = [id, releaseId(id, count), buildId(product, commit)];
        const run = buildRunId({ product, sha: commit, attempt: count });
        for (const other of [product, pushCardId(product, count), `${id}:lock-${count}`, run])
          all.push(other as never);
        expect(all.filter(isEnvironmentId)).toEqual([all[0]]);
        expect(all.filter(isReleaseId)).toEqual([all[1]]);
        expect(all.filter(isBuildId)).toEqual([all[2]]);
        expect(all.map(productOfDocument)).toEqual(all.map(() => product));
      }),
      { numRuns: runs(500) },
    );
  });

  test('are only what is made anew from what was read', () => {
    const parts = fc.constantFrom(
      'a',
      'b-1',
      '/',
      '#',
      '@',
      ':',
      ' ',
      '\n',
      '0',
      '01',
      '7',
      'f'.repeat(40),
      'F',
      '',
    );
    const text = fc.oneof(
      fc.array(parts, { maxLength: 7 }).map((all) => all.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (rubbish) => {
        const environment = parseEnvironmentId(rubbish);
        if (environment) expect(environmentId(environment.product, environment.environment)).toBe(rubbish);
        const release = parseReleaseId(rubbish);
        if (release) expect(releaseId(release.environment, release.number)).toBe(rubbish);
        const build = parseBuildId(rubbish);
        if (build) expect(buildId(build.product, build.sha)).toBe(rubbish);
        expect([environment, release, build].filter((one) => one !== null).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(2_000) },
    );
  });

  test.each([
    ['nothing', ''],
    ['a product', 'shop'],
    ['no product', '/prod'],
    ['no environment', 'shop/'],
    ['two slashes', 'shop/prod/eu'],
    ['a space', 'shop/prod '],
    ['a line end', 'shop/prod\n'],
    ['no number', 'shop/prod#'],
    ['a number with a zero before it', 'shop/prod#07'],
    ['a number that is none', 'shop/prod#x'],
    ['a number that cannot be counted to', 'shop/prod#99999999999999999999'],
    ['half a SHA', 'shop@abc1234'],
    ['a SHA in upper case', `shop@${'A'.repeat(40)}`],
    ['the id of a lock’s card', 'shop/prod:lock-3'],
  ])('with %s are refused', (_what, text) => {
    expect(PARSERS.map((parse) => parse(text))).toEqual([null, null, null]);
  });

  test('cannot be taken for each other, or for plain text, by their types', () => {
    const id = environmentId('shop', 'prod');
    const text: string = id;
    // @ts-expect-error: plain text
    const plain: EnvironmentId = text;
    // @ts-expect-error: a release is not an environment
    const environment: EnvironmentId = releaseId(id, 1);
    // @ts-expect-error: a build is not a release
    const release: ReleaseId = buildId('shop', 'a'.repeat(40));
    expect([plain, environment, release]).toHaveLength(3);
  });
});

import { pino } from 'pino';
import { openForges } from '../../../src/app/forges.ts';
import { PullRequests } from '../../../src/flow/references/pull-requests.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import type { Fault } from '../../support/forges/server.ts';
import { PROJECT, SHA } from '../../support/forges/world.ts';
import { until } from '../../support/until.ts';

const OTHER = 'b'.repeat(40);
const shasOf = (count: number) => Array.from({ length: count }, (_, at) => `${at}`.padStart(40, 'c'));

describe('pull requests of commits', () => {
  let github: GitHubWorld;
  let aheadMs: number;
  const now = () => Date.now() + aheadMs;
  const at = { name: 'github.test', project: PROJECT };

  beforeEach(async () => {
    github = await githubWorld('classic');
    aheadMs = 0;
  });
  afterEach(async () => await github.close());

  function opened({ waitMs = 5_000, timeoutMs = 20_000 } = {}): PullRequests {
    const forge = openForges({ settings: { forges: [github.settings] }, now, timeoutMs });
    return new PullRequests({ forge, now, log: pino({ level: 'silent' }), waitMs });
  }

  const asked = () => github.server.calls.filter(({ path }) => path.endsWith('/pulls')).length;

  it('are what the forge says, with their pages, and are asked for once', async () => {
    const pulls = opened();
    const came = { [SHA]: [github.pullRequest] };
    expect(await pulls.of(at, [SHA, OTHER, SHA])).toEqual(came);
    expect(await pulls.of(at, [OTHER, SHA])).toEqual(came);
    expect(await pulls.of(undefined, [SHA])).toEqual({});
    expect(await opened().of({ name: 'no.such.forge', project: PROJECT }, [SHA])).toEqual({});
    expect(asked()).toBe(2);
  });

  it('are asked for once by cards that are drawn at the same time', async () => {
    const pulls = opened();
    await Promise.all(Array.from({ length: 50 }, () => pulls.of(at, [SHA, OTHER])));
    expect(asked()).toBe(2);
  });

  it('that are missing are looked for again soon, titles later', async () => {
    const pulls = opened();
    await pulls.of(at, [SHA, OTHER]);
    github.state.came.set(OTHER, { number: 13, title: 'Late' }).set(SHA, { number: 12, title: 'Edited' });
    aheadMs = 3 * 60_000;
    expect(await pulls.of(at, [SHA, OTHER])).toMatchObject({
      [SHA]: [github.pullRequest],
      [OTHER]: [{ number: 13, title: 'Late' }],
    });
    aheadMs = 61 * 60_000;
    expect(await pulls.of(at, [SHA])).toMatchObject({ [SHA]: [{ number: 12, title: 'Edited' }] });
    expect(asked()).toBe(4);
  });

  it('that were known are shown while the forge is down', async () => {
    const pulls = opened();
    const known = await pulls.of(at, [SHA]);
    github.server.fault = { kind: 'reset' };
    aheadMs = 3_600_000;
    expect(await pulls.of(at, [SHA])).toEqual(known);
    expect(asked()).toBe(2);
  });

  it('are asked for twenty commits of a card with five hundred, and a few at a time', async () => {
    await opened().of(at, shasOf(500));
    expect(asked()).toBe(20);
    github.server.fault = { kind: 'silence' };
    const pulls = opened({ waitMs: 1 });
    await Promise.all(shasOf(500).map((sha) => pulls.of(at, [sha])));
    await until('all that may run at once', () => asked() >= 23);
    expect(asked()).toBe(23);
  });

  it('that do not come in time are there the next time', async () => {
    github.server.fault = { kind: 'silence' };
    const pulls = opened({ waitMs: 1, timeoutMs: 50 });
    expect(await pulls.of(at, [SHA])).toEqual({});
    github.server.fault = null;
    // The request that got no answer ends, and the pause after it.
    await until('the pull request', async () => {
      aheadMs += 31_000;
      return SHA in (await pulls.of(at, [SHA]));
    });
  });

  it('are not waited for after an answer that was too late', async () => {
    github.server.fault = { kind: 'silence' };
    const pulls = opened({ waitMs: 50 });
    await pulls.of(at, [SHA]);
    const later = new Promise((resolve) => setImmediate(resolve, 'waits'));
    expect(await Promise.race([pulls.of(at, [OTHER]), later])).toEqual({});
  });

  it.each<[what: string, fault: Fault, pauseMs: number]>([
    ['is broken', { kind: 'answer', status: 500, headers: {}, text: '{}' }, 30_000],
    ['answers with a page', { kind: 'answer', status: 200, headers: {}, text: '<html>' }, 30_000],
    ['cannot be reached', { kind: 'reset' }, 30_000],
    ['does not believe the token', { kind: 'answer', status: 401, headers: {}, text: '{}' }, 30_000],
    [
      'wants patience',
      { kind: 'answer', status: 429, headers: { 'retry-after': '600' }, text: '{}' },
      600_000,
    ],
  ])('are left out while the forge %s, which is not asked until then', async (_what, fault, pauseMs) => {
    github.server.fault = fault;
    const pulls = opened();
    expect(await pulls.of(at, [SHA])).toEqual({});
    github.server.fault = null;
    aheadMs = pauseMs - 10_000;
    expect(await pulls.of(at, [SHA, OTHER])).toEqual({});
    expect(asked()).toBe(1);
    aheadMs = pauseMs + 10_000;
    expect(await pulls.of(at, [SHA])).toEqual({ [SHA]: [github.pullRequest] });
  });

  it('of a commit that the forge does not know yet do not keep others from being asked for', async () => {
    const pulls = opened();
    github.server.fault = { kind: 'answer', status: 422, headers: {}, text: '{"message":"No commit found"}' };
    expect(await pulls.of(at, [OTHER])).toEqual({});
    github.server.fault = null;
    expect(await pulls.of(at, [SHA])).toEqual({ [SHA]: [github.pullRequest] });
  });

  it('are not linked to what is no page', async () => {
    github.state.origin = 'javascript:alert';
    expect(await opened().of(at, [SHA])).toMatchObject({ [SHA]: [{ number: 12, url: null }] });
  });
});

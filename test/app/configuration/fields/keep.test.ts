import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { KEEP } from '../../../../src/flow/settings/settings.ts';
import { EXAMPLE, VARIABLES } from '../example.ts';

const HOUR = 3_600_000;

/** What is read of the example with this `keep`; undefined: with none. */
function read(keep: unknown) {
  const written = { ...(parse(EXAMPLE) as object), ...(keep === undefined ? {} : { keep }) };
  return parseConfiguration(stringify(written), VARIABLES);
}

describe('keep', () => {
  test.each<[string, unknown, typeof KEEP]>([
    ['is left out', undefined, KEEP],
    ['is empty', {}, KEEP],
    [
      'says all',
      { logs: '90d', artifacts: 50, trees: 4 },
      { logsMs: 90 * 24 * HOUR, artifacts: 50, trees: 4 },
    ],
    ['says the least', { logs: '1h', artifacts: 1, trees: 1 }, { logsMs: HOUR, artifacts: 1, trees: 1 }],
    ['says one', { artifacts: 3 }, { ...KEEP, artifacts: 3 }],
  ])('that %s', (_what, keep, expected) => {
    expect(read(keep)).toMatchObject({ kind: 'ok', settings: { keep: expected } });
  });

  test.each<[string, unknown, object]>([
    [
      'a number without a unit',
      { logs: '30' },
      { what: '"30" is not a duration', todo: 'write a number and s, m, h or d: 90s, 20m, 24h, 7d' },
    ],
    ['minutes', { logs: '30m' }, { what: '30m is out of bounds', todo: 'write 1h to 3650d' }],
    ['no builds', { artifacts: 0 }, { what: expect.any(String), todo: expect.stringContaining('1') }],
    ['half a build', { artifacts: 1.5 }, { what: expect.any(String), todo: expect.any(String) }],
    [
      'a duration of trees',
      { trees: '10d' },
      { what: expect.any(String), todo: expect.stringContaining('trees: 4') },
    ],
    ['something else', { builds: 9 }, { what: 'is not a field that belongs here', todo: expect.any(String) }],
  ])('with %s is wrong', (_what, keep, error) => {
    expect(read(keep)).toMatchObject({ kind: 'wrong', errors: [error] });
  });
});

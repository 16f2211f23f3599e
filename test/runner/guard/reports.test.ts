import { parseReport } from '../../../src/runner/guard/reports.ts';

const ENDED = {
  type: 'ended',
  cause: null,
  exitCode: 0,
  signal: null,
  ended: [],
  left: [{ pid: 7, name: 'sh' }],
};

describe('a report of a guard', () => {
  it.each([
    { type: 'starting' },
    { type: 'started', pid: 12 },
    { type: 'notStarted', reason: 'no watcher' },
    ENDED,
    { ...ENDED, cause: 'leaseOver', exitCode: null, signal: 'SIGKILL' },
  ])('is accepted: %j', (report) => {
    expect(parseReport(JSON.stringify(report))).toEqual(report);
  });

  it.each([
    '',
    '{"type":"ended","cause":nu',
    'null',
    '[]',
    '"starting"',
    '{"type":"gone"}',
    '{"type":"started"}',
    '{"type":"started","pid":"12"}',
    JSON.stringify({ ...ENDED, cause: 'bored' }),
    JSON.stringify({ ...ENDED, exitCode: '0' }),
    JSON.stringify({ ...ENDED, left: undefined }),
    JSON.stringify({ ...ENDED, left: [7] }),
  ])('is ignored if malformed: %s', (line) => {
    expect(parseReport(line)).toBeNull();
  });
});

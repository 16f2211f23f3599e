import { decideReports } from '../../../src/domain/decide/reports/decide.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { ReportsCommand } from '../../../src/domain/documents/commands/reports.ts';
import type { Decision } from '../../../src/domain/documents/document.ts';
import { newReports, type Reports } from '../../../src/domain/documents/reports.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';

const NOW = 1_000_000;
const LATER = NOW + 60_000;
const WORKER = { worker: 'w1', until: LATER } as const;

function decided(before: Reports, command: Unsent<ReportsCommand>, now = NOW): Decision<Reports> {
  return decideReports(before, { ...command, id: 'c', actor: ROBOT }, { now });
}

function reached(...commands: Unsent<ReportsCommand>[]): Reports {
  return commands.reduce(
    (reports, command) => decided(reports, command).aggregate,
    newReports('shop', 'prod'),
  );
}

const tell = (release: number) => ({ type: 'tellForge', product: 'shop', release }) as const;
const claim = { type: 'claimReports', ...WORKER } as const;
const told = (release: number, wanted: number, over = true) =>
  (['statuses', 'deployments'] as const).map(
    (use) => ({ type: 'reported', ...WORKER, release, use, wanted, deployment: null, over }) as const,
  );
const releases = (reports: Reports) => reports.releases.map(({ release }) => release);

describe('what is told to a forge', () => {
  test('wakes at once, is claimed by one worker, and ends', () => {
    const waiting = reached(tell(1));
    expect(waiting.wakeAt).toBe(0);
    const claimed = reached(tell(1), claim);
    expect(claimed).toMatchObject({ claim: WORKER, wakeAt: LATER });
    expect(decided(claimed, { ...claim, worker: 'w2' })).toMatchObject({
      kind: 'refused',
      refusal: { rule: 'claimed' },
    });
    expect(decided(claimed, { ...claim, worker: 'w2' }, LATER).kind).toBe('accepted');
    const done = reached(tell(1), claim, ...told(1, 1), { type: 'releaseReports', worker: 'w1' });
    expect(done).toMatchObject({ releases: [], claim: null, wakeAt: null });
    expect(decided(done, claim)).toMatchObject({ refusal: { rule: 'nothingToDo' } });
  });

  test('is not over while something new is to be said', () => {
    const changed = reached(tell(1), claim, tell(1), ...told(1, 1));
    expect(changed.releases).toMatchObject([
      { release: 1, wanted: 2, told: { statuses: 1, deployments: 1 } },
    ]);
    expect(releases(decided(changed, told(1, 2)[0]!).aggregate)).toEqual([1]);
    expect(releases(reached(tell(1), claim, tell(1), ...told(1, 2)))).toEqual([]);
  });

  test('of a worker whose claim ended counts for nothing', () => {
    const claimed = reached(tell(1), claim);
    const other = { worker: 'w2' };
    for (const command of [
      { ...told(1, 1)[0]!, ...other },
      { type: 'reportRefused', ...other, use: 'statuses', until: LATER } as const,
      { type: 'reportsDeferred', ...other, until: LATER, failed: true } as const,
      { type: 'releaseReports', ...other } as const,
    ])
      expect(decided(claimed, command).changed).toBe(false);
  });

  test('waits for a forge that did not answer, and for one use that it refused', () => {
    const away = reached(tell(1), claim, {
      type: 'reportsDeferred',
      worker: 'w1',
      until: LATER,
      failed: true,
    });
    expect(away).toMatchObject({ claim: null, failures: 1, wakeAt: LATER });
    const refused = reached(tell(1), claim, {
      type: 'reportRefused',
      worker: 'w1',
      use: 'statuses',
      until: LATER + 1,
    });
    const free = decided(refused, { type: 'releaseReports', worker: 'w1' }).aggregate;
    expect(free.wakeAt).toBe(0);
    const half = decided(refused, told(1, 1)[1]!).aggregate;
    expect(decided(half, { type: 'releaseReports', worker: 'w1' }).aggregate.wakeAt).toBe(LATER + 1);
    const again = decided(half, { type: 'reportAgain' }).aggregate;
    expect([again.refused, again.wakeAt]).toEqual([[], LATER]);
  });

  test('is oldest first, and the oldest of very many are dropped', () => {
    expect(releases(reached(tell(3), tell(1), tell(2)))).toEqual([1, 2, 3]);
    const many = reached(...Array.from({ length: 230 }, (_, at) => tell(at + 1)));
    expect(releases(many)).toHaveLength(200);
    expect(releases(many)[0]).toBe(31);
    expect(JSON.stringify(many).length).toBeLessThan(32_000);
  });

  test('is free again when its worker is gone, and dropped when nothing is told any more', () => {
    const claimed = reached(tell(1), claim);
    expect(decided(claimed, { type: 'workersGone', except: 'w1' }).changed).toBe(false);
    expect(decided(claimed, { type: 'workersGone', except: 'w2' }).aggregate.wakeAt).toBe(0);
    expect(decided(claimed, { type: 'reportNothing' }).aggregate).toMatchObject({
      releases: [],
      wakeAt: null,
    });
  });
});

import type {
  Current,
  CurrentAnswer,
  CurrentQuestion,
} from '../../../src/domain/documents/values/current.ts';
import type { Notice } from '../../../src/domain/documents/values/notice.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { currentQuestion, nextCurrentAsk } from '../../../src/domain/gates/current.ts';
import { CURRENT_WAITS } from '../../../src/domain/time/current-waits.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { REMOTE_WAITS } from '../../../src/domain/time/remote-waits.ts';
import { A, ada, B, C, HOUR, lin, policyOf, Walk } from '../support/support.ts';

const MINUTE = 60_000;
const EVERY = 5 * MINUTE;
const { settleMs, soonMs } = CURRENT_WAITS;
const OVER = LEASE_MS + MARGIN_MS;
const RUN = { id: '7', url: null };
const SILENT = { kind: 'silent', reason: 'prod.acme.dev cannot be reached' } as const;

const says = (sha: string): CurrentAnswer => ({ kind: 'said', sha, said: sha.slice(0, 7) });
const mumbles = (said: string): CurrentAnswer => ({ kind: 'said', sha: null, said });

/** An environment that says which commit runs; `how`: what else its policy says. */
const asking = (how: Parameters<typeof policyOf>[0] = {}): Walk =>
  new Walk(policyOf({ current: { everyMs: EVERY }, verify: false, ...how }));

/** The same where this commit was deployed, and time has passed since. */
const deployed = (sha = A, how: Parameters<typeof policyOf>[0] = {}): Walk => {
  const walk = asking(how);
  walk.deployed(sha);
  return walk.after(settleMs);
};

const known = ({ environment }: Walk): Current => environment.current!;

function question(walk: Walk): CurrentQuestion | null {
  const { environment, guardGone, now } = walk;
  return currentQuestion(environment, { leaseNow: now, marginMs: MARGIN_MS, guardGone });
}

/** It is asked and answers, in one moment. */
function saw(walk: Walk, answer: CurrentAnswer): Walk {
  walk.ok({ type: 'sawCurrent', asked: question(walk)!, answer });
  return walk;
}

/** What was told in the channel about drift, oldest first, by card. */
function told(walk: Walk): { card: string; notice: Extract<Notice, { kind: 'drift' }> }[] {
  return walk.effects.flatMap(({ to, command }) =>
    command.type === 'show' && command.subject?.kind === 'notice' && command.subject.notice.kind === 'drift'
      ? [{ card: to.id, notice: command.subject.notice }]
      : [],
  );
}

/** The commit in `deployed` ran before; a deploy of the other has begun, and its worker is gone. `over`: so is its guard. */
function interrupted(walk = deployed(), sha = B, over = true): { walk: Walk; number: number } {
  const number = walk.queued(sha);
  walk.begin(number);
  walk.guardGone = false;
  walk.after(OVER).ok({ type: 'tick' });
  expect(walk.environment.uncertain).toBe(true);
  walk.guardGone = over;
  return { walk, number };
}

/** As `interrupted`, of a deploy that another system carries out and that is followed no longer. */
function lost(run: typeof RUN | null, followed = false): { walk: Walk; number: number } {
  const walk = deployed();
  const number = walk.queued(B);
  walk.guardGone = true;
  const remote = { system: 'http', key: 'key-1', timeoutMs: HOUR } as const;
  walk.ok({
    type: 'begin',
    release: number,
    step: 'deploy',
    worker: 'w1',
    leaseUntil: walk.now + LEASE_MS,
    remote,
  });
  const attempt = walk.environment.attempts;
  if (run)
    walk.ok({ type: 'sawRemote', attempt, seen: { kind: 'running', run, waits: null, lastLine: null } });
  const silent = { kind: 'unknown', reason: 'nothing', until: null } as const;
  walk.after(HOUR).ok({ type: 'sawRemote', attempt, seen: silent });
  if (run) walk.after(REMOTE_WAITS.endMs).ok({ type: 'sawRemote', attempt, seen: silent });
  if (run && !followed) walk.after(REMOTE_WAITS.laterForMs).ok({ type: 'sawRemote', attempt, seen: silent });
  expect(walk.status(number)).toBe('errored');
  return { walk, number };
}

describe('RULES 41: what the environment says', () => {
  test('is asked for where something was deployed, at intervals, and not while a deploy runs', () => {
    const walk = asking();
    expect(nextCurrentAsk(walk.environment)).toBeNull();
    walk.deployed(A);
    expect(nextCurrentAsk(walk.environment)).toBe(walk.now);
    saw(walk, says(A));
    expect(nextCurrentAsk(walk.environment)).toBe(walk.now + EVERY);
    walk.begin(walk.queued(B));
    expect(known(walk).answer).toBeUndefined();
    expect(nextCurrentAsk(walk.environment)).toBeNull();
    expect(question(walk)).toBeNull();
    const other = new Walk(policyOf());
    other.deployed(A);
    expect(other.environment.current).toBeUndefined();
  });

  test('is asked for between two checks of a bake, as often as at other times, and not while one runs', () => {
    const bake = { forMs: 3 * HOUR, everyMs: MINUTE, failures: 2, yields: false };
    const walk = asking({ verify: true, bake });
    const release = walk.deployed(A);
    let asked = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const check = walk.begin(release, 'verify');
      expect(nextCurrentAsk(walk.environment)).toBeNull();
      walk.report(check);
      const next = nextCurrentAsk(walk.environment)!;
      if (next <= walk.now) {
        saw(walk, says(B));
        asked += 1;
      }
      walk.after(MINUTE).ok({ type: 'tick' });
    }
    expect(walk.status(release)).toBe('verifying');
    expect(told(walk)).toHaveLength(1);
    expect(asked).toBeLessThanOrEqual(14);
  });

  test.each([
    ['a clock was a day ahead', -24 * HOUR, EVERY],
    ['it is asked more often than it was', 0, MINUTE],
  ])('is asked for at the next command where %s, and is believed', (_, step, everyMs) => {
    const walk = saw(deployed(), says(A));
    walk.policy = policyOf({ current: { everyMs }, verify: false });
    walk.after(step).ok({ type: 'workersGone', except: 'w2' });
    expect(nextCurrentAsk(walk.environment)).toBe(walk.now);
    expect(known(walk).heardAt ?? walk.now).toBeLessThanOrEqual(walk.now);
    saw(walk.after(settleMs), says(B));
    expect(known(walk).drift).toMatchObject({ sha: B });
  });

  test('that another commit runs is told once, and again only when it is over', () => {
    const walk = saw(deployed(), says(B));
    expect(known(walk).drift).toMatchObject({ sha: B, since: walk.now });
    saw(walk.after(EVERY), says(B));
    saw(walk.after(EVERY), says(B));
    expect(told(walk)).toHaveLength(1);
    expect(told(walk)[0]!.notice).toMatchObject({
      runs: { sha: B },
      deployed: { sha: A, release: 1 },
      over: null,
    });
    saw(walk.after(EVERY), says(A));
    expect(known(walk).drift).toBeUndefined();
    expect(told(walk).map(({ card }) => card)).toEqual([told(walk)[0]!.card, told(walk)[0]!.card]);
    expect(told(walk)[1]!.notice.over).toEqual({ at: walk.now, why: 'again' });
    saw(walk.after(EVERY), says(C));
    expect(new Set(told(walk).map(({ card }) => card)).size).toBe(2);
  });

  test('keeps one message up to date when yet another commit runs, or words that name none', () => {
    const walk = saw(deployed(), says(B));
    saw(walk.after(EVERY), says(C));
    saw(walk.after(EVERY), mumbles('a build of Mo'));
    saw(walk.after(EVERY), mumbles('a build of Mo'));
    expect(told(walk).map(({ notice }) => notice.runs.sha)).toEqual([B, C, null]);
    expect(new Set(told(walk).map(({ card }) => card)).size).toBe(1);
    expect(known(walk).drift!.since).toBe(told(walk)[0]!.notice.since);
  });

  test('is no drift right after a deploy: it is asked again soon', () => {
    const walk = asking();
    walk.deployed(A);
    const end = walk.now;
    while (walk.now < end + settleMs) {
      saw(walk, says(B));
      expect(known(walk).drift).toBeUndefined();
      expect(nextCurrentAsk(walk.environment)).toBe(walk.now + soonMs);
      walk.after(soonMs);
    }
    expect(known(saw(walk, says(B))).drift).toBeDefined();
  });

  test.each<[string, (walk: Walk) => unknown]>([
    ['a deploy begins', (walk) => walk.begin(2)],
    [
      'a deploy begins and ends',
      (walk) => {
        walk.begin(2);
        walk.report(walk.environment.attempts);
      },
    ],
    ['somebody adopts', (walk) => walk.ok({ type: 'adopt', sha: C, ref: null, reason: 'it runs' }, ada)],
  ])('that was asked for before %s says nothing about what runs since', (_name, happens) => {
    const walk = _name === 'somebody adopts' ? adopted() : deployed();
    walk.queued(B);
    const asked = question(walk)!;
    happens(walk);
    walk.after(settleMs).no('nothingToDo', { type: 'sawCurrent', asked, answer: says(C) });
    expect(told(walk)).toEqual([]);
    expect(known(walk).answer).toBeUndefined();
  });

  test('a deploy that succeeds ends a drift, one that begins does not', () => {
    const walk = saw(deployed(), says(C));
    walk.begin(walk.queued(B));
    expect(known(walk).drift).toMatchObject({ sha: C });
    walk.report(walk.environment.attempts);
    expect(known(walk).drift).toBeUndefined();
    expect(told(walk).at(-1)!.notice.over).toMatchObject({ why: 'deployed' });
  });

  test('a drift that was told is kept up to date while a later deploy leaves things uncertain', () => {
    const walk = saw(deployed(), says(C));
    walk.begin(walk.queued(B));
    walk.report(walk.environment.attempts, { kind: 'failed', how: { kind: 'exit', code: 1 } });
    saw(walk, says(B));
    expect(known(walk).drift).toMatchObject({ sha: B });
    saw(walk, says(A));
    expect(known(walk).drift).toBeUndefined();
    expect(told(walk).at(-1)!.notice.over).toMatchObject({ why: 'again' });
    saw(walk.after(EVERY), says(C));
    expect(told(walk)).toHaveLength(3);
  });

  test('a drift holds up nothing', () => {
    const walk = saw(deployed(), says(C));
    const number = walk.queued(B);
    walk.begin(number);
    expect(walk.status(number)).toBe('deploying');
    expect(walk.release(number).replaces).toBe(A);
  });

  test('is forgotten when the configuration does not ask any more', () => {
    const walk = saw(deployed(), says(C));
    walk.policy = policyOf();
    walk.ok({ type: 'tick' });
    expect(walk.environment.current).toBeUndefined();
    expect(told(walk).at(-1)!.notice.over).toMatchObject({ why: 'notAsked' });
  });

  test('that it does not say is no drift, is asked for ever more rarely, and keeps what is known', () => {
    const walk = saw(deployed(), says(B));
    const began = walk.after(EVERY).now;
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      saw(walk, SILENT);
      waits.push(nextCurrentAsk(walk.environment)! - walk.now);
      walk.now = nextCurrentAsk(walk.environment)!;
    }
    expect(known(walk)).toMatchObject({ silent: { since: began, reason: SILENT.reason }, drift: { sha: B } });
    expect(waits[0]).toBe(soonMs);
    expect(waits.at(-1)).toBe(EVERY);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(known(saw(walk, says(B))).silent).toBeUndefined();
    expect(told(walk)).toHaveLength(1);
  });

  test.each<AttemptOutcome>([
    { kind: 'failed', how: { kind: 'exit', code: 1 } },
    { kind: 'cancelled' },
    { kind: 'errored', reason: 'the machine went away', ran: true },
  ])('decides nothing about a deploy that ended as $kind', (outcome) => {
    const walk = deployed();
    const number = walk.queued(B);
    walk.begin(number);
    walk.report(walk.environment.attempts, outcome);
    const status = walk.status(number);
    for (const sha of [A, B, C]) saw(walk.after(EVERY), says(sha));
    expect(walk.status(number)).toBe(status);
    expect(walk.environment).toMatchObject({ uncertain: true, deployed: { sha: A } });
    expect(known(walk)).toMatchObject({ answer: { sha: C } });
    expect(told(walk)).toEqual([]);
  });
});

/** Slipway has not deployed here, so people may say what runs. */
function adopted(): Walk {
  const walk = asking();
  walk.ok({ type: 'adopt', sha: A, ref: null, reason: 'it runs' }, ada);
  return walk.after(settleMs);
}

describe('RULES 42: after an interruption', () => {
  test('the commit of the release is a late success', () => {
    const { walk, number } = interrupted();
    saw(walk, says(B));
    expect(walk.status(number)).toBe('testing');
    expect(walk.environment).toMatchObject({ uncertain: false, deployed: { sha: B, release: number } });
    expect(walk.replies(number)).toEqual(expect.arrayContaining(['saidItself', 'deployed']));
  });

  test('it drops a retry that waits, which begins nothing any more', () => {
    const { walk, number } = interrupted(deployed(A, { idempotent: true }));
    expect(walk.status(number)).toBe('queued');
    saw(walk, says(B));
    expect(walk.status(number)).toBe('testing');
    walk.no('nothingToDo', {
      type: 'begin',
      release: number,
      step: 'deploy',
      worker: 'w2',
      leaseUntil: walk.now + LEASE_MS,
    });
  });

  test('the commit before says, once what was begun has had time to show, that nothing has changed', () => {
    const { walk, number } = interrupted();
    saw(walk, says(A));
    expect(walk.environment.uncertain).toBe(true);
    expect(nextCurrentAsk(walk.environment)).toBe(walk.now + soonMs);
    saw(walk.after(settleMs), says(A));
    expect(walk.environment).toMatchObject({ uncertain: false, deployed: { sha: A } });
    expect(walk.status(number)).toBe('errored');
    expect(known(walk).unchanged).toBe(walk.environment.attempts);
    expect(walk.replies(number)).toContain('saidItself');
    walk.ok({ type: 'retry', release: number }, ada);
    expect(walk.status(number)).toBe('queued');
  });

  test('what appears after that is a drift, and no success', () => {
    const { walk, number } = interrupted();
    saw(walk.after(settleMs), says(A));
    saw(walk.after(EVERY), says(B));
    expect(walk.status(number)).toBe('errored');
    expect(walk.environment.deployed).toMatchObject({ sha: A });
    expect(known(walk).drift).toMatchObject({ sha: B });
  });

  test.each<[string, CurrentAnswer]>([
    ['another commit', says(C)],
    ['words that name no commit', mumbles('half of it')],
    ['nothing', SILENT],
  ])('%s leaves it as it is', (_name, answer) => {
    const { walk, number } = interrupted();
    for (let n = 0; n < 5; n += 1) saw(walk.after(EVERY), answer);
    expect(walk.status(number)).toBe('errored');
    expect(walk.environment.uncertain).toBe(true);
    expect(told(walk)).toEqual([]);
  });

  test.each([A, B])('an answer while the guard may live decides nothing', (sha) => {
    const walk = deployed();
    const number = walk.queued(B);
    walk.begin(number);
    walk.guardGone = false;
    walk.ok({
      type: 'report',
      attempt: walk.environment.attempts,
      outcome: { kind: 'interrupted' },
      log: '',
    });
    const over = walk.release(number).attempts.at(-1)!.leaseUntil + MARGIN_MS;
    expect(question(walk)!.decides).toBe('nothing');
    const asked = question(walk)!;
    saw(walk, says(sha));
    expect(walk.status(number)).toBe('errored');
    expect(nextCurrentAsk(walk.environment)).toBe(over);
    walk.now = over;
    walk.no('nothingToDo', { type: 'sawCurrent', asked, answer: says(sha) });
    expect(question(walk)!.decides).toBe('deploy');
  });

  test.each([A, B])('an answer that comes after the retry has begun decides nothing', (sha) => {
    const { walk, number } = interrupted(deployed(A, { idempotent: true }));
    const asked = question(walk)!;
    walk.begin(number);
    walk.no('nothingToDo', { type: 'sawCurrent', asked, answer: says(sha) });
    expect(walk.status(number)).toBe('deploying');
    expect(walk.environment).toMatchObject({ uncertain: true, deployed: { sha: A } });
  });

  test('a commit that ran there already says nothing about how far the deploy came', () => {
    // It was put there by hand, and then deployed.
    const { walk, number } = interrupted(saw(deployed(), says(B)));
    saw(walk.after(settleMs), says(B));
    expect(walk.status(number)).toBe('errored');
    // It was deployed, and then deployed again.
    const again = deployed();
    const second = again.ok({ type: 'redeploy', sha: A, reason: 'a key has changed' }, ada).release!;
    again.ok({ type: 'approve', release: second }, lin);
    again.ok({ type: 'deploy', release: second }, ada);
    again.begin(second);
    again.guardGone = false;
    again.after(OVER).ok({ type: 'tick' });
    again.guardGone = true;
    saw(again.after(settleMs), says(A));
    expect(again.status(second)).toBe('errored');
    expect(again.environment.uncertain).toBe(true);
  });

  test('a commit that an earlier deploy may have brought says nothing either', () => {
    const walk = deployed();
    const number = walk.queued(B);
    walk.begin(number);
    walk.report(walk.environment.attempts, { kind: 'failed', how: { kind: 'exit', code: 1 } });
    walk.ok({ type: 'retry', release: number }, ada);
    walk.begin(number);
    walk.guardGone = false;
    walk.after(OVER).ok({ type: 'tick' });
    walk.guardGone = true;
    saw(walk, says(B));
    expect(walk.status(number)).toBe('errored');
    // The commit before does not make certain what was not so before this attempt.
    saw(walk.after(settleMs), says(A));
    expect(walk.environment.uncertain).toBe(true);
  });

  test('what another system carries out is a late success, but never certain not to begin', () => {
    for (const run of [RUN, null]) {
      const { walk, number } = lost(run);
      saw(walk.after(settleMs), says(A));
      saw(walk.after(EVERY), says(A));
      expect(walk.environment.uncertain).toBe(true);
      saw(walk.after(EVERY), says(B));
      expect(walk.status(number)).toBe('testing');
    }
    const { walk, number } = lost(RUN, true);
    expect(question(walk)!.decides).toBe('nothing');
    saw(walk, says(B));
    expect(walk.status(number)).toBe('errored');
  });

  test('a first deploy is settled too', () => {
    const { walk, number } = interrupted(asking());
    expect(walk.environment.deployed).toBeNull();
    saw(walk, says(B));
    expect(walk.environment.deployed).toMatchObject({ sha: B, release: number });
  });
});

import { replyMessage } from '../../../src/chat/cards/thread-reply.ts';
import type { PushView, ReleaseView } from '../../../src/chat/view-model.ts';
import type { ReplyEvent } from '../../../src/domain/documents/values/replies.ts';
import { ABC, ADA, begun, LIN, MO, NOW, OLD, pushView, read, release, type Scene, view } from '../build.ts';
import { checkLimits } from '../limits.ts';

const ROBOT = { kind: 'robot', name: 'Slipway' } as const;
const at = (over: Partial<Scene> = {}) => view({ release: release(), ...over });
const INTERRUPTED = release({ status: 'errored', erroredIn: 'deploy', begun: true });
const ended = (over: object): ReplyEvent =>
  ({
    kind: 'ended',
    step: 'deploy',
    outcome: { kind: 'failed', how: { kind: 'exit', code: 1 } },
    requester: ADA,
    log: 'l',
    ...over,
  }) as ReplyEvent;

const TABLE: [ReplyEvent, string, boolean, (ReleaseView | PushView)?][] = [
  [{ kind: 'approved', by: LIN, count: 1, required: 2 }, 'Lin approved, 1 of 2.', false],
  [
    { kind: 'ready', requester: ADA, soaks: false },
    '<@UADA> prod#42 is approved and built: deploy when ready.',
    false,
  ],
  [
    { kind: 'ready', requester: ADA, soaks: true },
    '<@UADA> prod#42 is approved, deploy when ready: it starts when its soak has ended.',
    false,
  ],
  [
    { kind: 'rejected', by: MO, reason: 'not translated', requester: ADA },
    '<@UADA> Mo rejected prod#42: “not translated”',
    false,
  ],
  [
    { kind: 'builtAgain' },
    'abc123f is built again, as what its build had made is no longer kept: prod#42 cannot begin before that has succeeded.',
    false,
  ],
  [{ kind: 'expired', requester: ADA }, '<@UADA> prod#42 expired.', false],
  [{ kind: 'cancelled', by: ADA, reason: null }, 'Ada cancelled.', false],
  [{ kind: 'cancelled', by: ADA, reason: 'wrong commit' }, 'Ada cancelled: “wrong commit”', false],
  [
    { kind: 'voided', approvers: [LIN, MO], why: 'removes' },
    '<@ULIN> <@UMO> prod runs another commit than when you approved, so the diff changed and your approval is void. Please look again.',
    false,
  ],
  [
    { kind: 'voided', approvers: [LIN], why: 'policy' },
    '<@ULIN> the approval rules of storefront/prod have changed since you approved, so your approval is void. Please look again.',
    false,
  ],
  [{ kind: 'deployed', durationMs: 131_000 }, 'Deployed in 2 min 11 s.', false],
  [
    { kind: 'pleaseTest', testers: ['ULIN', 'UMO'], requester: ADA },
    '<@ULIN> <@UMO> please test abc123f in storefront/prod.',
    false,
  ],
  [
    { kind: 'pleaseTest', testers: null, requester: ADA },
    '<@UADA> please have abc123f in storefront/prod tested: anyone but you can accept it.',
    false,
  ],
  [
    { kind: 'accepted', by: MO, reason: null, broadcast: true },
    'abc123f is accepted in storefront/prod (Mo).',
    true,
  ],
  [
    { kind: 'accepted', by: MO, reason: 'flaky', broadcast: true },
    'abc123f is accepted in storefront/prod (Mo): “flaky”',
    true,
  ],
  [
    { kind: 'accepted', by: ROBOT, reason: null, broadcast: false },
    'abc123f is accepted in storefront/prod.',
    false,
  ],
  [
    { kind: 'faulty', by: MO, reason: 'vouchers charge twice', requester: ADA, stillRuns: true },
    '<@UADA> prod#42 is faulty: “vouchers charge twice”. prod still runs it.',
    true,
  ],
  [
    { kind: 'faulty', by: ADA, reason: 'slow', requester: ADA, stillRuns: false },
    'prod#42 is faulty: “slow”.',
    true,
  ],
  [ended({}), '<@UADA> the deploy of prod#42 failed.\nlast line', true],
  [
    ended({ requester: ROBOT, step: 'verify' }),
    'The verification of abc123f in storefront/prod failed.\nlast line',
    true,
  ],
  [
    ended({ outcome: { kind: 'cancelled' } }),
    'The deploy of prod#42 was cancelled; the command and everything it started were ended.',
    false,
  ],
  [
    ended({ outcome: { kind: 'interrupted' } }),
    '<@UADA> prod#42 was interrupted: retry or roll back?',
    true,
    at({ release: INTERRUPTED, environment: begun(INTERRUPTED) }),
  ],
  [
    ended({ outcome: { kind: 'interrupted' } }),
    '<@UADA> prod#42 was interrupted: retry?',
    true,
    at({ release: INTERRUPTED, environment: begun(INTERRUPTED), view: { acceptances: [] } }),
  ],
  [
    ended({ outcome: { kind: 'interrupted' } }),
    '<@UADA> prod#42 was interrupted.',
    true,
    at({ release: INTERRUPTED, environment: begun(release({ number: 43 })) }),
  ],
  [
    ended({ outcome: { kind: 'errored', reason: 'the repository could not be reached.', ran: false } }),
    '<@UADA> prod#42 errored: the repository could not be reached.',
    true,
  ],
  [
    { kind: 'saidItself', sha: ABC, deployed: true },
    'storefront/prod was asked what runs, and says abc123f: the interrupted deploy has succeeded.',
    false,
  ],
  [
    { kind: 'saidItself', sha: OLD, deployed: false },
    'storefront/prod was asked what runs, and still says 9f8e7d6: the interrupted deploy has changed nothing.',
    false,
  ],
  [{ kind: 'retried', by: MO }, 'Mo retried it.', false],
  [{ kind: 'startedAgain', interruptedAt: NOW }, 'Interrupted at 14:30, started again (idempotent).', false],
  [
    { kind: 'rolledBack', reason: 'vouchers charge twice' },
    '<@UADA> storefront/prod is back on 9f8e7d6: “vouchers charge twice”',
    true,
    at({
      release: release({
        kind: 'rollback',
        number: 43,
        sha: OLD,
        requestedBy: MO,
        leaves: { sha: release().sha, release: 42 },
      }),
      others: [release()],
    }),
  ],
  [
    ended({ requester: ROBOT }),
    '<@UADA> the rollback prod#43 failed.\nlast line',
    true,
    at({
      release: release({
        kind: 'rollback',
        number: 43,
        sha: OLD,
        requestedBy: ROBOT,
        leaves: { sha: release().sha, release: 42 },
      }),
      others: [release()],
      view: { logTail: { lines: ['last line'], before: 0 } },
    }),
  ],
  [
    { kind: 'rollingBack', release: 43, sha: OLD, heldBy: null },
    'Slipway rolls back by itself: prod#43 goes back to 9f8e7d6.',
    false,
  ],
  [
    { kind: 'rollingBack', release: 43, sha: OLD, heldBy: ADA },
    'Slipway rolls back by itself: prod#43 goes back to 9f8e7d6. It waits, as prod is locked by Ada.',
    false,
  ],
  [
    { kind: 'notRolledBack', why: { kind: 'noTarget' } },
    'Slipway does not roll prod back by itself: there is nothing to roll back to.',
    true,
  ],
  [
    { kind: 'notRolledBack', why: { kind: 'unknown' } },
    'Slipway does not roll prod back by itself: it does so after a failure, and nobody knows whether this was one. A person still can, with Roll Back.',
    true,
  ],
  [
    { kind: 'notRolledBack', why: { kind: 'accepted' } },
    'Slipway does not roll prod back by itself: this release deployed again what ran and was accepted there. A person still can, with Roll Back.',
    true,
  ],
  [
    { kind: 'notRolledBack', why: { kind: 'again', release: 43 } },
    'Slipway does not roll prod back by itself: it did once after this release failed, see prod#43.',
    true,
  ],
  [
    {
      kind: 'notRolledBack',
      why: { kind: 'irreversible', sha: OLD, commits: [release().sha], count: 3 },
    },
    'Slipway does not roll prod back by itself: going back to 9f8e7d6 goes past 3 irreversible commits, abc123f and 2 more. A person still can, with Roll Back.',
    true,
  ],
  [
    { kind: 'notRolledBack', why: { kind: 'irreversible', sha: OLD, commits: [], count: null } },
    'Slipway does not roll prod back by itself: git could not say whether going back to 9f8e7d6 goes past irreversible commits. A person still can, with Roll Back.',
    true,
  ],
  [{ kind: 'revoked', by: MO, byRelease: 43 }, 'Mo revoked abc123f in storefront/prod, see prod#43.', false],
  [{ kind: 'buildFailed', log: 'l' }, '<@UADA> the build of abc123f failed.\nlast line', true],
  [
    { kind: 'buildFailed', log: 'l' },
    'The build of abc123f, pushed by Lin, failed.\nlast line',
    true,
    pushView({ logTail: { lines: ['last line'], before: 0 } }),
  ],
];

test.each(TABLE)('%j', (event, words, broadcast, ...[over]) => {
  const shown = over ?? at({ view: { logTail: { lines: ['last line'], before: 0 } } });
  const said = replyMessage({ id: 'r1', at: NOW, event, release: null }, shown);
  expect(read(said).join('\n')).toBe(words);
  expect(said.broadcast).toBe(broadcast);
  expect(checkLimits(said)).toEqual([]);
  expect(said.text).not.toMatch(/[<>]/);
});

describe('a log tail', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);

  test('shows the last 20 lines, and how many earlier ones are where', () => {
    const said = replyMessage(
      { id: 'r1', at: NOW, event: ended({}), release: null },
      at({ view: { logTail: { lines, before: 12_480 } } }),
    );
    const [, tail] = read(said);
    expect(tail?.split('\n')).toEqual(['12,480 earlier lines: /release log storefront/prod#42', ...lines]);
    expect(checkLimits(said)).toEqual([]);
  });

  test('counts lines that did not fit as earlier ones', () => {
    const long = lines.map((line) => `${line} ${'x'.repeat(300)}`);
    const said = replyMessage(
      { id: 'r1', at: NOW, event: ended({}), release: null },
      at({ view: { logTail: { lines: long, before: 100 } } }),
    );
    const [, tail] = read(said);
    const shown = (tail?.split('\n').length ?? 0) - 1;
    expect(shown).toBeLessThan(20);
    expect(tail).toMatch(new RegExp(`^${100 + 20 - shown} earlier lines: `));
  });

  test('is shown for a build without a release', () => {
    const view = pushView({ logTail: { lines, before: 1 } });
    const event = { kind: 'buildFailed', log: 'l' } as const;
    const said = replyMessage({ id: 'r1', at: NOW, event, release: null }, view);
    expect(read(said)[1]).toMatch(/^1 earlier line: Show Log\nline 0\n/);
  });
});

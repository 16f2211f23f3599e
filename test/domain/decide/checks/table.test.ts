import type { BuildStatus } from '../../../../src/domain/documents/values/build/run.ts';
import { CHECKS, check, MINUTE, Walk } from '../../support/checks.ts';
import { lin } from '../../support/support.ts';

/** One build in each status, with its checks where it has any. */
const STATES: Record<BuildStatus, (walk: Walk) => void> = {
  none: () => {},
  requested: (walk) => {
    walk.context = undefined;
    walk.request();
  },
  building: (walk) => {
    walk.context = undefined;
    walk.request();
    walk.do({ type: 'beginBuild', worker: 'w', leaseUntil: walk.now + MINUTE });
  },
  awaiting: (walk) => void walk.request(),
  succeeded: (walk) => {
    walk.request();
    walk.look(check('test', 'passed'), check('build', 'passed'));
  },
  failed: (walk) => {
    walk.request();
    walk.look(check('test', 'failed'));
  },
  errored: (walk) => {
    walk.request();
    walk.look(check('test', 'errored'));
  },
  skipped: (walk) => {
    walk.request();
    walk.do({ type: 'skipBuild', newer: 'b'.repeat(40), head: 2 });
    walk.look(check('test', 'cancelled'));
  },
};

const passes = [check('test', 'passed'), check('build', 'passed')];

/** What is asked, of a product whose commits are built elsewhere. */
const ASKED: Record<string, (walk: Walk) => { kind: string }> = {
  request: (walk) => walk.request(3),
  skip: (walk) => walk.do({ type: 'skipBuild', newer: 'c'.repeat(40), head: 9 }),
  retry: (walk) => walk.do({ type: 'retryBuild' }, lin),
  begin: (walk) => walk.do({ type: 'beginBuild', worker: 'w', leaseUntil: walk.now + MINUTE }),
  look: (walk) => walk.do({ type: 'lookAtChecks' }),
  saw: (walk) => walk.saw(walk.build.checks?.looks ?? 1, passes),
  unread: (walk) =>
    walk.do({ type: 'checksUnread', look: walk.build.checks?.looks ?? 1, reason: 'away', until: null }),
  ring: (walk) => walk.do({ type: 'ringChecks' }),
  hear: (walk) => walk.hears('test', 'passed'),
  tick: (walk) => walk.do({ type: 'tick' }),
};

/** The status afterwards; '-': refused. A look is under way, or the last one was answered already. */
const TABLE: Record<BuildStatus, Record<keyof typeof ASKED, string>> = {
  none: {
    request: 'awaiting',
    skip: '-',
    retry: '-',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: '-',
    hear: 'none',
    tick: 'none',
  },
  requested: {
    request: 'awaiting',
    skip: 'awaiting',
    retry: '-',
    begin: '-',
    look: 'awaiting',
    saw: '-',
    unread: '-',
    ring: 'awaiting',
    hear: 'awaiting',
    tick: 'awaiting',
  },
  building: {
    request: 'building',
    skip: '-',
    retry: '-',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: '-',
    hear: 'building',
    tick: 'building',
  },
  awaiting: {
    request: 'awaiting',
    skip: 'awaiting',
    retry: '-',
    begin: '-',
    look: 'awaiting',
    saw: '-',
    unread: '-',
    ring: 'awaiting',
    hear: 'awaiting',
    tick: 'awaiting',
  },
  succeeded: {
    request: 'succeeded',
    skip: '-',
    retry: '-',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: '-',
    hear: 'succeeded',
    tick: 'succeeded',
  },
  failed: {
    request: 'awaiting',
    skip: 'failed',
    retry: 'failed',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: 'failed',
    hear: 'failed',
    tick: 'failed',
  },
  errored: {
    request: 'awaiting',
    skip: 'errored',
    retry: 'errored',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: 'errored',
    hear: 'errored',
    tick: 'errored',
  },
  skipped: {
    request: 'awaiting',
    skip: '-',
    retry: 'awaiting',
    begin: '-',
    look: '-',
    saw: '-',
    unread: '-',
    ring: '-',
    hear: 'skipped',
    tick: 'skipped',
  },
};

describe('every status and command of a build that is made elsewhere', () => {
  const cells = (Object.keys(STATES) as BuildStatus[]).flatMap((status) =>
    Object.keys(ASKED).map((asked) => [status, asked, TABLE[status][asked] ?? ''] as const),
  );
  test.each(cells)('%s: %s leads to %s', (status, asked, after) => {
    const walk = new Walk();
    STATES[status](walk);
    expect(walk.build.status).toBe(status);
    walk.context = CHECKS;
    const answer = ASKED[asked]!(walk);
    expect(answer.kind === 'accepted' ? walk.build.status : '-').toBe(after);
  });
});

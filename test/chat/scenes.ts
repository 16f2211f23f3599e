import type { EnvironmentPolicy } from '../../src/domain/approvals/policy.ts';
import type { Status } from '../../src/domain/documents/values/release.ts';
import {
  ABC,
  ADA,
  acceptance,
  acceptedBelow,
  approval,
  attempt,
  begun,
  build,
  commits,
  DEPLOYED,
  endedAttempt,
  environment,
  HOUR,
  LIN,
  lockOf,
  MINUTE,
  MO,
  NEW,
  NOW,
  OLD,
  oneRule,
  policy,
  release,
  runs,
  type Scene,
  sha,
  VERIFIED,
} from './build.ts';

/** A card: what it is drawn from, its first words, and its buttons (`*` primary, `!` danger, `?` asks first). */
export interface Row {
  name: string;
  scene: Scene;
  title: string;
  status: string;
  buttons: string[];
  /** Something else that must stand on it. */
  says?: string;
}

const ROBOT = { kind: 'robot', name: 'Slipway' } as const;
const INTEGRATION = {
  name: 'integration',
  mode: 'continuous',
  below: null,
  above: { name: 'preprod', mode: 'approval' },
  approvals: { rules: [], self: true, authors: true, validForMs: 0 },
} satisfies Partial<EnvironmentPolicy>;
const PREPROD = { name: 'preprod', below: 'integration', above: { name: 'prod', mode: 'approval' } } as const;

const severalRules = {
  ...oneRule(2, ['@release-managers', 'UMO']),
  rules: [
    { required: 2, from: ['@release-managers', 'UMO'] },
    { required: 1, from: ['ULIN'] },
    { required: 1, from: null },
  ],
};

const end = (over: object = {}) => ({ at: NOW - 10 * MINUTE, by: MO, reason: null, cause: null, ...over });
const queue = (over: object = {}) => ({ at: NOW - MINUTE, by: ADA, place: 2, was: null, ...over });
const two = [approval(LIN), approval(MO)];

/** A freeze that is on. */
export const FROZEN = {
  freeze: [
    {
      kind: 'dated' as const,
      from: '2026-01-05T12:00',
      to: '2026-01-05T16:00',
      timezone: 'UTC',
      reason: 'Weekend',
    },
  ],
};
/** Accepted below two hours ago, to soak for three. */
const SOAKS = { policy: { soakMs: 3 * HOUR }, view: { order: acceptedBelow() } };

const waiting = release({ approvals: [] });
const approved = release({ status: 'approved', approvals: two });
const queued = release({ status: 'queued', approvals: two, queue: queue() });
const other = release({
  number: 41,
  sha: OLD,
  status: 'deploying',
  attempts: [attempt({ startedAt: NOW - 20 * MINUTE })],
});
const deploying = release({
  status: 'deploying',
  begun: true,
  approvals: two,
  attempts: [attempt({ lastLine: 'migrate database: ok' })],
});
const past = {
  begun: true,
  replaces: OLD,
  approvals: two,
  deployedAt: NOW - 8 * MINUTE,
  attempts: [DEPLOYED, VERIFIED],
};
const testing = release({ ...past, status: 'testing' });
const accepted = release({ ...past, status: 'accepted', end: end() });
const VERIFICATION_FAILED = endedAttempt(
  'verify',
  { kind: 'failed', how: { kind: 'exit', code: 2 } },
  { number: 2 },
);
const VERIFICATION_ERRORED = endedAttempt(
  'verify',
  { kind: 'errored', reason: 'no worker', ran: true },
  { number: 2 },
);
const unverified = release({
  ...past,
  status: 'unverified',
  attempts: [DEPLOYED, VERIFICATION_FAILED],
  end: end({ by: ROBOT }),
});
const erroredInVerification = release({
  ...past,
  status: 'errored',
  erroredIn: 'verify',
  attempts: [DEPLOYED, VERIFICATION_ERRORED],
});
const faulty = release({ ...past, status: 'faulty', end: end({ reason: 'vouchers charge twice' }) });
const FAILED = endedAttempt('deploy', { kind: 'failed', how: { kind: 'exit', code: 1 } });
const failed = release({
  status: 'failed',
  begun: true,
  approvals: two,
  attempts: [FAILED],
  end: end({ by: ROBOT }),
});
const errored = (outcome: { kind: 'interrupted' } | { kind: 'errored'; reason: string; ran: boolean }) =>
  release({
    status: 'errored',
    erroredIn: 'deploy',
    begun: true,
    attempts: [endedAttempt('deploy', outcome)],
  });
const unreachable = errored({ kind: 'errored', reason: 'the repository could not be reached', ran: false });
const interrupted = errored({ kind: 'interrupted' });
const CANCELLED = endedAttempt(
  'deploy',
  { kind: 'cancelled' },
  { cancelWished: { by: ADA, at: NOW, reason: null } },
);
const ended = (status: Status, over: object = {}) => release({ status, end: end(over) });

const back = {
  kind: 'rollback',
  sha: OLD,
  number: 43,
  requestedBy: MO,
  note: 'vouchers charge twice',
} as const;
const leaves = { sha: ABC, release: 42 };
const auto = { kind: 'continuous', number: 311, requestedBy: ROBOT, expiresAt: null, head: 7 } as const;

function rollback(over: object): Scene['release'] {
  return release({ ...back, leaves, expiresAt: null, ...over });
}

function continuous(over: object): Scene['release'] {
  return release({ ...auto, ...over });
}

const behindPreprod = {
  above: { policy: policy(PREPROD), environment: environment('preprod', []) },
  aboveBehind: 4,
};
const prodAbove = {
  above: { policy: policy(), environment: environment('prod', []) },
  aboveBehind: 212,
};
const runsHere = (one: Scene['release']) => ({ environment: runs(one) });
const autoAccepted = continuous({ ...past, status: 'accepted', end: end({ by: ROBOT }) });
const unverifiedBack = rollback({ ...unverified, ...back, leaves });
const rolledBack = rollback({
  ...past,
  replaces: ABC,
  status: 'accepted',
  end: end({ by: ROBOT }),
  approvals: [],
});
const byItself = {
  ...rolledBack,
  requestedBy: ROBOT,
  note: 'the verification of prod#42 failed: exit 1',
};
const lower = release({ ...past, status: 'accepted', end: end() });

/** Every status of the table, for every kind that can come to it. */
export const ROWS: Row[] = [
  {
    name: 'prepared, nobody has approved',
    scene: { release: waiting, view: { adds: commits(212), removes: commits(1) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO>',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
    says: 'Adds 212 commits to 9f8e7d6, which prod runs now',
  },
  {
    name: 'prepared, one has approved',
    scene: { release: release({ approvals: [approval(LIN)] }) },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 1 of 2 approvals, still needs Mo',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
    says: 'approved by Lin',
  },
  {
    name: 'prepared, a group approves: who must act is mentioned',
    scene: {
      release: waiting,
      policy: { approvals: oneRule(2, ['@release-managers']) },
      view: { groups: { '@release-managers': { id: 'S1', members: null } } },
    },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <!subteam^S1>',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, a group unknown to Slack is still named',
    scene: { release: waiting, policy: { approvals: oneRule(1, ['@release-managers', 'ULIN']) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 1 approval, needs release-managers, <@ULIN>',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, several rules: each unmet rule is named',
    scene: {
      release: { ...waiting, approvals: [{ ...approval(LIN), fits: [1] }] },
      policy: { approvals: severalRules },
    },
    title: 'Deploy abc123f to storefront/prod',
    status:
      '⏳ Prepared, waiting: 1 of 4 approvals, still needs 2 of release-managers or Mo and any 1 member but Ada',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, nobody is left who may approve',
    scene: {
      release: waiting,
      policy: { approvals: oneRule(1, ['UADA']) },
    },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 1 approval, and nobody is left who may approve',
    buttons: ['Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, its build failed',
    scene: { release: release({ build: 'failed' }), view: { build: build({ status: 'failed' }) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO> · the build failed',
    buttons: ['Approve*', 'Reject', 'Retry Build', 'Show Log', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, its build failed and waits to be done again',
    scene: { release: release({ build: 'failed' }), view: { build: build({ status: 'requested' }) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO> · the build waits for its turn',
    buttons: ['Approve*', 'Reject', 'Show Log', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, its build failed and has succeeded since',
    scene: { release: release({ build: 'failed' }), view: { build: build({ status: 'succeeded' }) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO> · the build has just succeeded',
    buttons: ['Approve*', 'Reject', 'Show Log', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, and built again as what its build had made is gone',
    scene: {
      release: release({ build: 'pending', builtAgain: true }),
      view: { build: build({ status: 'requested', discarded: true }) },
    },
    title: 'Deploy abc123f to storefront/prod',
    status:
      '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO> · the build waits for its turn (again: what it had made is no longer kept)',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'queued, and built again as what its build had made is gone',
    scene: {
      release: { ...queued, build: 'pending', builtAgain: true },
      view: { build: build({ status: 'building', discarded: true }) },
    },
    title: 'Deploy abc123f to storefront/prod',
    status:
      '⏳ Queued by Ada: starts by itself when it has been built again, as what its build had made is no longer kept',
    buttons: ['Cancel'],
  },
  {
    name: 'prepared, the first deploy here',
    scene: { release: waiting, environment: { deployed: null, accepted: null, desired: null } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO>',
    buttons: ['Approve*', 'Reject', 'Why', 'Cancel'],
    says: 'Nothing runs in prod yet: this is its first deploy.',
  },
  {
    name: 'approved, every gate is open',
    scene: { release: approved, view: { adds: commits(212) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, every gate is open',
    buttons: ['Deploy to prod*?', 'Show Diff', 'Cancel'],
    says: 'Adds 212 commits to 9f8e7d6 by Ada, Lin, Mo and 2 others',
  },
  {
    name: 'approved, another deploys',
    scene: { release: approved, others: [other] },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, waiting: prod#41, deploying since 14:10',
    buttons: ['Deploy to prod*?', 'Why', 'Show Diff', 'Cancel'],
  },
  {
    name: 'approved, and revoked below since then',
    scene: {
      release: approved,
      view: { order: acceptedBelow({ revoked: { at: NOW, by: MO, release: null } }) },
    },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, waiting: abc123f was revoked in preprod by Mo',
    buttons: ['Why', 'Show Diff', 'Cancel'],
  },
  {
    name: 'prepared, not soaked yet',
    scene: { release: waiting, ...SOAKS },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO> · soak until 15:30',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, and the last approval starts it',
    scene: { release: release({ approvals: [approval(LIN)] }), policy: { startApproved: true } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 1 of 2 approvals, still needs Mo',
    buttons: ['Approve*?', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, and the last approval but one starts nothing',
    scene: { release: waiting, policy: { startApproved: true } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO>',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'prepared, and a freeze keeps the last approval from starting it',
    scene: { release: release({ approvals: [approval(LIN)] }), policy: { startApproved: true, ...FROZEN } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Prepared, waiting: 1 of 2 approvals, still needs Mo · freeze “Weekend” until 16:00',
    buttons: ['Approve*', 'Reject', 'Show Diff', 'Why', 'Cancel'],
  },
  {
    name: 'approved, not soaked yet',
    scene: { release: approved, ...SOAKS },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, waiting: soak until 15:30',
    buttons: ['Deploy to prod*?', 'Why', 'Show Diff', 'Cancel'],
  },
  {
    name: 'approved, frozen and locked',
    scene: { release: approved, policy: FROZEN, environment: { lock: lockOf({ until: NOW + 2 * HOUR }) } },
    title: 'Deploy abc123f to storefront/prod',
    status:
      '⏳ Approved, waiting: freeze “Weekend” until 16:00 · lock by Lin, “database migration”, until 16:30',
    buttons: ['Override Freeze!', 'Ask to Unlock', 'Why', 'Show Diff', 'Cancel'],
  },
  {
    name: 'approved, locked by its requester',
    scene: { release: approved, environment: { lock: lockOf({ owner: ADA }) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, every gate is open',
    buttons: ['Deploy to prod*?', 'Show Diff', 'Cancel'],
  },
  {
    name: 'approved, with all environments locked',
    scene: { release: approved, environment: { productLock: lockOf({ card: 'all' }) } },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, waiting: lock on all environments by Lin, “database migration”',
    buttons: ['Ask to Unlock', 'Why', 'Show Diff', 'Cancel'],
  },
  {
    name: 'approved, and the freeze is overridden',
    scene: {
      release: release({ ...approved, override: { by: LIN, at: NOW, reason: 'tax' } }),
      policy: FROZEN,
    },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Approved, every gate is open',
    buttons: ['Deploy to prod*?', 'Show Diff', 'Cancel'],
  },
  {
    name: 'queued, not soaked yet',
    scene: { release: release({ ...queued, held: { gate: 'soak', until: NOW + HOUR } }), ...SOAKS },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Queued by Ada: starts by itself at 15:30, when its soak ends',
    buttons: ['Cancel'],
  },
  {
    name: 'queued, neither soaked nor built',
    scene: { release: release({ ...queued, build: 'pending' }), ...SOAKS },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Queued by Ada: starts by itself when its build has succeeded and its soak has ended (15:30)',
    buttons: ['Cancel'],
  },
  {
    name: 'queued, and locked since then',
    scene: { release: queued, ...SOAKS, environment: { lock: lockOf() } },
    title: 'Deploy abc123f to storefront/prod',
    status:
      '⏳ Queued by Ada: starts by itself at 15:30, when its soak ends. If still held then (lock by Lin, “database migration”), it waits until Deploy is pressed again',
    buttons: ['Ask to Unlock', 'Why', 'Cancel'],
  },
  {
    name: 'queued, rollback, locked',
    scene: {
      release: rollback({
        status: 'queued',
        queue: queue({ by: MO }),
        held: { gate: 'lock', until: NOW + HOUR },
      }),
      environment: { lock: lockOf({ until: NOW + HOUR }) },
    },
    title: 'Roll back storefront/prod to 9f8e7d6',
    status: '⏳ Queued by Mo: waits (lock by Lin, “database migration”, until 15:30), then starts by itself',
    buttons: ['Ask to Unlock', 'Why', 'Cancel'],
  },
  {
    name: 'queued, continuous, frozen and paused',
    scene: {
      release: continuous({ status: 'queued', queue: queue({ by: ROBOT }) }),
      policy: { ...INTEGRATION, ...FROZEN },
      environment: {
        paused: { by: MO, reason: 'demo day', at: NOW, rollback: null, newest: null, card: 'p' },
      },
    },
    title: 'Deploy abc123f to storefront/integration',
    status:
      '⏳ Queued: waits (freeze “Weekend” until 16:00 · paused by Mo, “demo day”), then starts by itself',
    buttons: ['Override Freeze!', 'Why', 'Cancel'],
  },
  {
    name: 'failed, and locked since then',
    scene: { release: failed, environment: begun(failed, { lock: lockOf() }) },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Roll Back!', 'Show Log'],
  },
  {
    name: 'queued, second in line',
    scene: { release: queued, others: [other] },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Queued by Ada: second in line, behind prod#41 (deploying since 14:10)',
    buttons: ['Cancel'],
  },
  {
    name: 'queued, not built yet',
    scene: { release: release({ ...queued, build: 'pending' }) },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Queued by Ada: starts by itself when its build has succeeded',
    buttons: ['Cancel'],
  },
  {
    name: 'queued, continuous',
    scene: { release: continuous({ status: 'queued', queue: queue({ by: ROBOT }) }), policy: INTEGRATION },
    title: 'Deploy abc123f to storefront/integration',
    status: '⏳ Queued: starts by itself at once',
    buttons: ['Cancel'],
  },
  {
    name: 'queued again after it failed',
    scene: { release: release({ ...failed, status: 'queued', queue: queue({ was: 'failed' }) }) },
    title: 'Deploy abc123f to storefront/prod',
    status: '⏳ Queued by Ada: the deploy again, starts by itself at once',
    buttons: ['Cancel'],
  },
  {
    name: 'queued, rollback',
    scene: { release: rollback({ status: 'queued', queue: queue({ by: MO }) }), others: [other] },
    title: 'Roll back storefront/prod to 9f8e7d6',
    status: '⏳ Queued by Mo: second in line, behind prod#41 (deploying since 14:10)',
    buttons: ['Cancel'],
    says: 'vouchers charge twice',
  },
  {
    name: 'deploying',
    scene: { release: deploying, environment: begun(deploying) },
    title: 'Deploying abc123f to storefront/prod',
    status: '⚙️ Deploying since 14:20 · step: deploy command (1 of 2) · 10 min so far',
    buttons: ['Show Log', 'Cancel!?'],
    says: 'migrate database: ok',
  },
  {
    name: 'deploying, cancel requested',
    scene: {
      release: release({
        ...deploying,
        attempts: [attempt({ cancelWished: { by: ADA, at: NOW - MINUTE, reason: null } })],
      }),
    },
    title: 'Deploying abc123f to storefront/prod',
    status:
      '⚙️ Deploying since 14:20 · step: deploy command (1 of 2) · 10 min so far · cancel requested by Ada at 14:29',
    buttons: ['Show Log'],
  },
  {
    name: 'deploying again by itself',
    scene: {
      release: release({
        ...deploying,
        attempts: [endedAttempt('deploy', { kind: 'interrupted' }), attempt({ number: 2 })],
      }),
    },
    title: 'Deploying abc123f to storefront/prod',
    status: '⚙️ Deploying since 14:20, second attempt · step: deploy command (1 of 2) · 10 min so far',
    buttons: ['Show Log', 'Cancel!?'],
  },
  {
    name: 'deploying, rollback',
    scene: {
      release: rollback({ status: 'deploying', attempts: [attempt()] }),
      view: { removes: commits(212) },
    },
    title: 'Rolling back storefront/prod to 9f8e7d6',
    status: '⚙️ Deploying since 14:20 · step: deploy command (1 of 2) · 10 min so far',
    buttons: ['Show Log', 'Cancel!?'],
    says: 'Undoes 212 commits.',
  },
  {
    name: 'verifying',
    scene: {
      release: release({
        ...past,
        status: 'verifying',
        attempts: [DEPLOYED, attempt({ number: 2, step: 'verify' })],
      }),
    },
    title: 'Verifying abc123f in storefront/prod',
    status: '⚙️ Verifying since 14:20 · deployed in 2 min 11 s',
    buttons: ['Show Log'],
  },
  {
    name: 'testing',
    scene: { release: testing, environment: runs(testing) },
    title: 'Test abc123f in storefront/prod',
    status: '🔍 Testing: deployed at 14:22 in 2 min 11 s, verification passed. Waiting for one of Lin and Mo',
    buttons: ['Accept*', 'Test Failed', 'Show Diff', 'Show Log'],
  },
  {
    name: 'testing, by anyone but the requester',
    scene: { release: testing, environment: runs(testing), policy: { acceptFrom: null } },
    title: 'Test abc123f in storefront/prod',
    status:
      '🔍 Testing: deployed at 14:22 in 2 min 11 s, verification passed. Waiting for anyone but Ada, who requested it',
    buttons: ['Accept*', 'Test Failed', 'Show Diff', 'Show Log'],
  },
  {
    name: 'testing, while a rollback waits to leave it',
    scene: {
      release: testing,
      environment: runs(testing),
      others: [
        release({
          number: 43,
          kind: 'rollback',
          status: 'queued',
          sha: OLD,
          requestedBy: MO,
          leaves: { sha: ABC, release: 42 },
          queue: { at: NOW, by: MO, place: 1, was: null },
        }),
      ],
    },
    title: 'Test abc123f in storefront/prod',
    status:
      '🔍 Testing: deployed at 14:22 in 2 min 11 s, verification passed. Waiting for one of Lin and Mo. prod#43 waits to roll it back',
    buttons: ['Accept*', 'Test Failed', 'Show Diff', 'Show Log'],
  },
  {
    name: 'testing, while another deploy has begun',
    scene: { release: testing, environment: runs(testing, { uncertain: true }) },
    title: 'Test abc123f in storefront/prod',
    status:
      '🔍 Testing: deployed at 14:22 in 2 min 11 s, verification passed. It cannot be accepted now: another deploy has begun here since',
    buttons: ['Test Failed', 'Show Diff', 'Show Log'],
  },
  {
    name: 'accepted, with an environment above',
    scene: { release: lower, policy: PREPROD, environment: runs(lower), view: prodAbove },
    title: 'abc123f accepted in storefront/preprod',
    status: '✅ Accepted by Mo 14:20, after 0 s of testing',
    buttons: ['Promote to prod*', 'Show Diff'],
    says: 'prod runs 9f8e7d6, 212 commits behind.',
  },
  {
    name: 'accepted, topmost',
    scene: { release: accepted, environment: runs(accepted) },
    title: 'abc123f accepted in storefront/prod',
    status: '✅ Accepted by Mo 14:20, after 0 s of testing',
    buttons: ['Roll Back!', 'Show Diff'],
  },
  {
    name: 'accepted, topmost, another runs there now',
    scene: { release: accepted },
    title: 'abc123f accepted in storefront/prod',
    status: '✅ Accepted by Mo 14:20, after 0 s of testing',
    buttons: [],
  },
  {
    name: 'accepted with a reason',
    scene: { release: release({ ...accepted, end: end({ reason: 'the smoke test is flaky' }) }) },
    title: 'abc123f accepted in storefront/prod',
    status: '✅ Accepted by Mo 14:20: “the smoke test is flaky”',
    buttons: [],
  },
  {
    name: 'accepted, continuous',
    scene: {
      release: autoAccepted,
      policy: INTEGRATION,
      environment: runs(autoAccepted),
      view: { ...behindPreprod, adds: commits(2) },
    },
    title: 'abc123f accepted in storefront/integration',
    status: '✅ Accepted: deployed in 2 min 11 s, verification passed in 2 min 11 s',
    buttons: ['Promote to preprod*', 'Show Diff'],
    says: 'preprod runs 9f8e7d6, 4 commits behind.',
  },
  {
    name: 'accepted, continuous, promoted',
    scene: {
      release: autoAccepted,
      policy: INTEGRATION,
      environment: runs(autoAccepted),
      view: { ...behindPreprod, promoted: release({ number: 17 }) },
    },
    title: 'abc123f accepted in storefront/integration',
    status: '✅ Accepted: deployed in 2 min 11 s, verification passed in 2 min 11 s',
    buttons: [],
    says: 'Promoted to preprod by Ada: preprod#17',
  },
  {
    name: 'accepted, continuous, a newer one is',
    scene: {
      release: autoAccepted,
      policy: INTEGRATION,
      view: { ...behindPreprod, newer: acceptance({ sha: NEW, release: 312 }) },
    },
    title: 'abc123f accepted in storefront/integration',
    status: '✅ Accepted: deployed in 2 min 11 s, verification passed in 2 min 11 s',
    buttons: [],
    says: 'Newer: e4f5a6b is accepted here (its card has the button)',
  },
  {
    name: 'accepted, revoked',
    scene: { release: release({ ...accepted, revoked: { at: NOW, by: MO, release: 43 } }) },
    title: 'abc123f accepted in storefront/prod, revoked',
    status: '✅ Accepted by Mo; revoked by Mo 14:30, see prod#43',
    buttons: [],
  },
  {
    name: 'accepted, rollback',
    scene: {
      release: rolledBack,
      environment: runs(rolledBack, {
        acceptances: [
          { recorded: true, acceptance: acceptance() },
          {
            recorded: true,
            acceptance: acceptance({ sha: ABC, release: 42, revoked: { at: NOW, by: MO, release: 43 } }),
          },
        ],
      }),
    },
    title: 'storefront/prod is back on 9f8e7d6',
    status:
      '✅ Accepted: rolled back from abc123f in 2 min 11 s, verification passed. Accepted here before by Ada.',
    buttons: ['Show Diff', 'Show Log'],
    says: 'Revoked in prod: abc123f (prod#42).',
  },
  {
    name: 'accepted, rollback by itself',
    scene: {
      release: byItself,
      environment: runs(byItself, { acceptances: [{ recorded: true, acceptance: acceptance() }] }),
    },
    title: 'storefront/prod is back on 9f8e7d6',
    status:
      '✅ Accepted: rolled back from abc123f in 2 min 11 s, verification passed. Accepted here before by Ada.',
    buttons: ['Show Diff', 'Show Log'],
    says: 'Rolled back by Slipway, because the verification of prod#42 failed: exit 1.',
  },
  {
    name: 'verification failed, rolled back by itself',
    scene: {
      release: { ...unverified, rolledBackBy: 43 },
      ...runsHere({ ...unverified, rolledBackBy: 43 }),
      others: [{ ...rollback({ status: 'queued', queue: queue({ by: ROBOT }) }), requestedBy: ROBOT }],
      view: { logTail: { lines: ['GET /checkout 500', ''], before: 0 } },
    },
    title: 'Verification of abc123f in storefront/prod failed',
    status: '❌ Verification Failed: exit code 2 after 2 min 11 s',
    buttons: ['Retry Verification', 'Accept Anyway', 'Show Log'],
    says: 'Slipway began a rollback by itself: prod#43.',
  },
  {
    name: 'verification failed',
    scene: {
      release: unverified,
      ...runsHere(unverified),
      view: { logTail: { lines: ['GET /checkout 500', ''], before: 0 } },
    },
    title: 'Verification of abc123f in storefront/prod failed',
    status: '❌ Verification Failed: exit code 2 after 2 min 11 s',
    buttons: ['Retry Verification', 'Accept Anyway', 'Roll Back!', 'Show Log'],
    says: 'prod runs abc123f. Last accepted there: 9f8e7d6.',
  },
  {
    name: 'verification failed, rollback',
    scene: { release: unverifiedBack, ...runsHere(unverifiedBack) },
    title: 'Verification of 9f8e7d6 in storefront/prod failed',
    status: '❌ Verification Failed: exit code 2 after 2 min 11 s',
    buttons: ['Retry Verification', 'Accept Anyway', 'Roll Back!', 'Show Log'],
    says: 'It is also the last that was accepted there. To go back further, choose another commit in Roll Back.',
  },
  {
    name: 'verification failed, another deploy has begun since',
    scene: { release: unverified, environment: runs(unverified, { uncertain: true }) },
    title: 'Verification of abc123f in storefront/prod failed',
    status: '❌ Verification Failed: exit code 2 after 2 min 11 s',
    buttons: ['Roll Back!', 'Show Log'],
  },
  {
    name: 'verification failed, continuous',
    scene: {
      release: continuous({ ...unverified, ...auto }),
      policy: INTEGRATION,
      environment: runs(continuous({ ...unverified, ...auto })),
    },
    title: 'Verification of abc123f in storefront/integration failed',
    status: '❌ Verification Failed: exit code 2 after 2 min 11 s',
    buttons: ['Retry Verification', 'Accept Anyway', 'Roll Back!', 'Show Log'],
  },
  {
    name: 'verification errored',
    scene: { release: erroredInVerification, ...runsHere(erroredInVerification) },
    title: 'Verification of abc123f in storefront/prod errored',
    status: '⚠️ Errored: no worker.',
    buttons: ['Retry Verification', 'Accept Anyway', 'Roll Back!', 'Show Log'],
  },
  {
    name: 'faulty',
    scene: { release: faulty, ...runsHere(faulty) },
    title: 'abc123f is faulty in storefront/prod',
    status: '❌ Faulty, reported by Mo 14:20: “vouchers charge twice”',
    buttons: ['Roll Back!', 'Show Diff', 'Show Log'],
    says: 'prod still runs abc123f. Last accepted there: 9f8e7d6.',
  },
  {
    name: 'faulty, the first deploy there',
    scene: { release: { ...faulty, replaces: null }, ...runsHere(faulty), view: { acceptances: [] } },
    title: 'abc123f is faulty in storefront/prod',
    status: '❌ Faulty, reported by Mo 14:20: “vouchers charge twice”',
    buttons: ['Show Log'],
    says: 'so there is nothing to roll back to',
  },
  {
    name: 'faulty, another runs there now',
    scene: { release: faulty },
    title: 'abc123f is faulty in storefront/prod',
    status: '❌ Faulty, reported by Mo 14:20: “vouchers charge twice”',
    buttons: [],
  },
  {
    name: 'failed',
    scene: {
      release: failed,
      environment: begun(failed),
      view: { logTail: { lines: ['ERROR column "code" exists'], before: 0 } },
    },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Retry?', 'Roll Back!', 'Show Log'],
    says: 'prod may be half changed. Last successful deploy: 9f8e7d6.',
  },
  {
    name: 'failed, idempotent',
    scene: { release: failed, environment: begun(failed), policy: { idempotent: true } },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Retry', 'Roll Back!', 'Show Log'],
  },
  {
    name: 'failed, a rollback waits',
    scene: {
      release: failed,
      environment: begun(failed),
      others: [rollback({ status: 'queued', queue: queue() })],
    },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Show Log'],
  },
  {
    name: 'failed, its request has expired',
    scene: { release: release({ ...failed, expiresAt: NOW - 1 }), environment: begun(failed) },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Roll Back!', 'Show Log'],
  },
  {
    name: 'failed, overtaken',
    scene: { release: failed, environment: { desired: { sha: NEW, release: 43 } } },
    title: 'Deploy of abc123f to storefront/prod failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Show Log'],
    says: 'prod runs 9f8e7d6. prod#43 has begun here since.',
  },
  {
    name: 'failed, rollback',
    scene: {
      release: rollback({ status: 'failed', attempts: [FAILED] }),
      environment: begun(rollback({})),
    },
    title: 'Rollback of storefront/prod to 9f8e7d6 failed',
    status: '❌ Failed: the deploy command ended with exit code 1 after 2 min 11 s',
    buttons: ['Retry?', 'Roll Back!', 'Show Log'],
  },
  {
    name: 'errored, unchanged',
    scene: { release: unreachable, environment: begun(unreachable, { uncertain: false }) },
    title: 'Deploy of abc123f to storefront/prod errored',
    status: '⚠️ Errored: the repository could not be reached. The deploy command did not run.',
    buttons: ['Retry*'],
    says: 'prod is unchanged: it runs 9f8e7d6.',
  },
  {
    name: 'errored, interrupted',
    scene: { release: interrupted, environment: begun(interrupted) },
    title: 'Deploy of abc123f to storefront/prod was interrupted',
    status: '⚠️ Errored (interrupted): Slipway stopped at 14:22 while the deploy ran. Its result is unknown.',
    buttons: ['Retry?', 'Roll Back!', 'Show Log'],
    says: 'Look at prod first. Retry deploys abc123f again. Roll Back deploys 9f8e7d6, the last accepted there.',
  },
  {
    name: 'errored, interrupted, nothing to go back to',
    scene: { release: interrupted, environment: begun(interrupted), view: { acceptances: [] } },
    title: 'Deploy of abc123f to storefront/prod was interrupted',
    status: '⚠️ Errored (interrupted): Slipway stopped at 14:22 while the deploy ran. Its result is unknown.',
    buttons: ['Retry?', 'Show Log'],
    says: 'No other commit was accepted there, so there is nothing to roll back to.',
  },
  {
    name: 'cancelled, begun',
    scene: {
      release: release({ status: 'cancelled', begun: true, attempts: [CANCELLED], end: end({ by: ADA }) }),
      environment: begun(release()),
    },
    title: 'Deploy of abc123f to storefront/prod cancelled',
    status: '🚫 Cancelled by Ada after 2 min 11 s; the command and everything it started were ended.',
    buttons: ['Retry?', 'Roll Back!', 'Show Log'],
    says: 'prod may be half changed. Last successful deploy: 9f8e7d6.',
  },
  {
    name: 'cancelled, not begun',
    scene: { release: ended('cancelled', { by: ADA, reason: 'wrong commit' }), view: { adds: commits(212) } },
    title: 'Not deployed: abc123f to storefront/prod',
    status: '🚫 Cancelled by Ada 14:20: “wrong commit”',
    buttons: ['Prepare Again'],
    says: 'would have added 212 commits',
  },
  {
    name: 'cancelled, rollback not begun',
    scene: { release: rollback({ status: 'cancelled', end: end() }) },
    title: 'Not rolled back: storefront/prod to 9f8e7d6',
    status: '🚫 Cancelled by Mo 14:20',
    buttons: [],
  },
  {
    name: 'rejected',
    scene: { release: ended('rejected', { reason: 'The voucher text is not translated yet.' }) },
    title: 'Not deployed: abc123f to storefront/prod',
    status: '🚫 Rejected by Mo 14:20: “The voucher text is not translated yet.”',
    buttons: ['Prepare Again'],
  },
  {
    name: 'rejected, and prepared again since then',
    scene: { release: ended('rejected'), others: [release({ number: 43 })] },
    title: 'Not deployed: abc123f to storefront/prod',
    status: '🚫 Rejected by Mo 14:20',
    buttons: [],
  },
  {
    name: 'expired',
    scene: { release: release({ status: 'expired', approvals: [approval(LIN)], end: end({ by: ROBOT }) }) },
    title: 'Not deployed: abc123f to storefront/prod',
    status: '🚫 Expired 14:20: 1 of 2 approvals (Lin) within 1 d.',
    buttons: ['Prepare Again'],
  },
  {
    name: 'superseded by a deploy',
    scene: { release: ended('superseded', { by: ROBOT, cause: { release: 43, sha: NEW } }) },
    title: 'Not deployed: abc123f to storefront/prod',
    status: '🚫 Superseded by prod#43, which is deployed and contains abc123f',
    buttons: [],
  },
  {
    name: 'superseded in testing',
    scene: {
      release: release({
        ...past,
        status: 'superseded',
        end: end({ by: ROBOT, cause: { release: 43, sha: NEW } }),
      }),
    },
    title: 'Not accepted: abc123f in storefront/prod',
    status: '🚫 Superseded by prod#43 before it was accepted',
    buttons: [],
  },
  {
    name: 'superseded, continuous',
    scene: {
      release: continuous({
        status: 'superseded',
        end: end({ by: ROBOT, cause: { release: 312, sha: sha('def456a') } }),
      }),
      policy: INTEGRATION,
    },
    title: 'Not deployed: abc123f to storefront/integration',
    status: '🚫 Superseded by def456a (integration#312) before it was deployed.',
    buttons: [],
  },
];

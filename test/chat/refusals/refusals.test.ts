import { erroredMessage, refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { Refusal, Rule } from '../../../src/domain/documents/refusal.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import {
  ABC,
  ADA,
  attempt,
  buttonsOf,
  environment,
  LIN,
  MO,
  NOW,
  OLD,
  policy,
  read,
  release,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const progress = { release: 42, count: 1, required: 2 };

const LOCK = {
  owner: ADA,
  reason: 'database migration',
  at: NOW,
  until: NOW + 3_600_000,
  askedBy: [],
  remindAt: NOW + 3_600_000,
  reminders: 0,
  card: 'storefront/prod:lock-7',
};

/** One of each rule; the type holds it complete. */
const ONE_OF_EACH: { [R in Rule]: Extract<Refusal, { rule: R }> } = {
  notMember: { rule: 'notMember' },
  noRelease: { rule: 'noRelease', release: 99 },
  settled: { rule: 'settled', release: 42, status: 'deploying', end: null, approvedBy: [LIN, MO] },
  continuous: { rule: 'continuous', environment: 'integration' },
  alreadyWaits: { rule: 'alreadyWaits', release: 42, status: 'prepared' },
  tooManyWait: { rule: 'tooManyWait', waiting: [1, 2, 3] },
  behindDeployed: { rule: 'behindDeployed', sha: ABC, deployed: OLD },
  order: { rule: 'order', sha: ABC, below: 'preprod', revoked: null },
  ownRequest: { rule: 'ownRequest', ...progress },
  notApprover: { rule: 'notApprover', from: ['UADA', 'ULIN', 'UMO'], ...progress },
  alreadyApproved: { rule: 'alreadyApproved', at: NOW, ...progress },
  shownIsOld: { rule: 'shownIsOld', release: 42, deployed: OLD },
  noApprovals: { rule: 'noApprovals', release: 42, kind: 'rollback' },
  approvals: { rule: 'approvals', ...progress },
  commitAuthor: { rule: 'commitAuthor', known: true, ...progress },
  approvalNotNeeded: { rule: 'approvalNotNeeded', ...progress },
  alreadyQueued: { rule: 'alreadyQueued', release: 42, by: ADA },
  notRole: { rule: 'notRole', role: 'deploy', from: ['ULIN', 'UMO'] },
  notCanceller: { rule: 'notCanceller', release: 42, roles: ['deploy'], from: ['ULIN', 'UMO'] },
  notTester: { rule: 'notTester', release: 42, from: ['ULIN', 'UMO'] },
  reasonRequired: { rule: 'reasonRequired', release: 42 },
  notDeployed: { rule: 'notDeployed', release: 42, deployed: OLD },
  uncertain: { rule: 'uncertain', release: 42 },
  overtaken: { rule: 'overtaken', release: 42, by: 43 },
  rollbackFirst: { rule: 'rollbackFirst', release: 42, rollback: 43 },
  cancelWished: { rule: 'cancelWished', release: 42, by: ADA, at: NOW },
  begunMeanwhile: { rule: 'begunMeanwhile', release: 42 },
  requestExpired: { rule: 'requestExpired', release: 42, at: NOW },
  busy: { rule: 'busy', release: 42, by: 43 },
  buildSettled: { rule: 'buildSettled', sha: ABC, status: 'succeeded' },
  nothingDeployed: { rule: 'nothingDeployed' },
  noTarget: { rule: 'noTarget', leaves: ABC },
  notAcceptedHere: { rule: 'notAcceptedHere', sha: ABC, revoked: true },
  runsAnother: { rule: 'runsAnother', sha: ABC, deployed: OLD },
  leavesAnother: { rule: 'leavesAnother', sha: null, shown: OLD, leaves: ABC },
  irreversible: {
    rule: 'irreversible',
    sha: OLD,
    leaves: ABC,
    commits: [ABC],
    count: 2,
    reason: 'bad checkout',
  },
  targetIsLeft: { rule: 'targetIsLeft', sha: ABC },
  retired: { rule: 'retired', environment: 'prod' },
  frozen: { rule: 'frozen', release: 42, freeze: { reason: 'Weekend', since: NOW, until: NOW + 3_600_000 } },
  locked: { rule: 'locked', release: 42, lock: LOCK, all: false },
  notLocker: { rule: 'notLocker', product: 'storefront' },
  notLocked: { rule: 'notLocked' },
  notLockOwner: { rule: 'notLockOwner', lock: LOCK, all: false },
  ownLock: { rule: 'ownLock', lock: LOCK },
  notFrozen: { rule: 'notFrozen', release: 42, nextAt: NOW + 3_600_000 },
  overriddenAlready: { rule: 'overriddenAlready', release: 42, by: ADA, at: NOW },
  notContinuous: { rule: 'notContinuous', environment: 'prod' },
  pausedAlready: {
    rule: 'pausedAlready',
    pause: { by: ADA, reason: 'flaky tests', at: NOW, rollback: null, newest: null, card: 'c' },
  },
  notPaused: { rule: 'notPaused' },
  pausedAnew: {
    rule: 'pausedAnew',
    pause: { by: ADA, reason: 'flaky tests', at: NOW, rollback: null, newest: null, card: 'd' },
  },
  deploying: { rule: 'deploying', release: 42 },
  deployedHere: { rule: 'deployedHere', sha: ABC, deployed: OLD, instead: 'hotfix' },
  modeChanged: { rule: 'modeChanged', release: 42, mode: 'approval' },
  paused: { rule: 'paused', newest: ABC },
  newerHead: { rule: 'newerHead', head: 1, newest: 2 },
  notFirst: { rule: 'notFirst', release: 42 },
  notBuilt: { rule: 'notBuilt', release: 42 },
  guardMayLive: { rule: 'guardMayLive', until: NOW },
  sentBack: { rule: 'sentBack', release: 42, to: 'approved' },
  staleAttempt: { rule: 'staleAttempt', attempt: 1, latest: 2 },
  nothingToDo: { rule: 'nothingToDo' },
  claimed: { rule: 'claimed', until: NOW },
};

const running = release({
  number: 43,
  sha: OLD,
  kind: 'rollback',
  status: 'deploying',
  attempts: [attempt()],
});
const scene = view({ release: release(), others: [running] });
const below = {
  policy: policy({ name: 'preprod', below: 'integration', above: { name: 'prod', mode: 'approval' } }),
  environment: environment('preprod', [
    release({ number: 17, status: 'testing', deployedAt: NOW - 8 * 60_000 }),
  ]),
};
const about = { here: scene.here, context: scene, below, release: scene.release };

function lines(refusal: Refusal): string[] {
  const said = refusalMessage(refusal, about);
  expect(checkLimits(said)).toEqual([]);
  return read(said).join('\n').split('\n');
}

/** Those that say more where what was shown is over, or was done before. */
const ANEW: Refusal[] = [
  { rule: 'notLocked', now: { lock: LOCK, all: false } },
  { rule: 'notLockOwner', lock: LOCK, all: false, asked: 'self' },
  { rule: 'notLockOwner', lock: LOCK, all: false, asked: 'others' },
  {
    rule: 'notFrozen',
    release: 42,
    nextAt: null,
    now: { reason: 'Weekend', since: NOW, until: NOW + 3_600_000 },
  },
];

test.each([...Object.values(ONE_OF_EACH), ...ANEW])(
  '$rule: says what is wrong, then who, when or what next',
  (refusal) => {
    const [first, second, ...more] = lines(refusal);
    expect(first).toMatch(/^Refused: .+\.$/);
    expect(second).toMatch(
      /\/release|\bcan\b|\bmay\b|by itself|Wait|makes this possible|Prepare its|Push|Only a build|Try again|Continue with|Repeat it|Look at the card|Somebody must/,
    );
    expect(more).toEqual([]);
  },
);

test.each(STATUSES)('settled as %s: says so and what can be done', (status) => {
  const end = { at: NOW, by: MO, reason: 'a *b*', cause: null };
  const [first, second] = lines({ rule: 'settled', release: 42, status, end, approvedBy: [] });
  expect(first).toBe('Refused: this is not possible for prod#42 now.');
  expect(second).toContain('/release');
});

test('a release that does not exist where none was made yet: says so, and names no release #0', () => {
  const here = { ...scene.here, environment: environment('prod', [], { releases: 0 }) };
  const said = refusalMessage(ONE_OF_EACH.noRelease, { here, context: scene });
  expect(read(said)).toEqual([
    'Refused: storefront/prod has no release #99.\nNothing has been released there yet. What is there: `/release status storefront/prod`',
  ]);
});

test('the wording is that of CARDS §3', () => {
  expect(lines({ rule: 'ownRequest', ...progress })).toEqual([
    'Refused: you prepared prod#42, so you cannot approve or reject it.',
    '1 of 2 approvals so far. Lin or Mo can give the other. To take it back: `/release cancel storefront/prod#42`',
  ]);
  expect(lines(ONE_OF_EACH.notApprover)).toEqual([
    'Refused: only Ada, Lin and Mo can approve in prod, and you are not one of them.',
    'prod#42 still has 1 of 2 approvals. Lin and Mo can approve.',
  ]);
  expect(lines(ONE_OF_EACH.order)).toEqual([
    'Refused: abc123f is not accepted in preprod.',
    'It is Testing there (preprod#17, since 14:22). Once deployed, a tester can accept it there. Newest accepted there: 9f8e7d6.',
  ]);
  expect(lines(ONE_OF_EACH.settled)[1]).toBe(
    'Lin and Mo approved it and it is Deploying. Wait for it to end. To stop it: `/release cancel storefront/prod#42`',
  );
  expect(lines(ONE_OF_EACH.rollbackFirst)[0]).toBe(
    'Refused: the rollback prod#43 is Deploying there (prod#43, since 14:20).',
  );
});

test('a refusal links to the card that helps, if it is known', () => {
  const cards = { 'storefront/prod#42': 'https://chat.example.com/archives/C1/p1' };
  const said = refusalMessage(ONE_OF_EACH.approvals, { ...about, context: { ...scene, cards } });
  expect(buttonsOf(said)).toEqual(['Open Card']);
  expect(buttonsOf(refusalMessage(ONE_OF_EACH.approvals, about))).toEqual([]);
});

test.each([
  ['none', 'Nothing was changed. Try again in a minute.'],
  ['unknown', 'So Slipway does not know whether this was done. Try again in a minute.'],
  ['done', 'This was done. Try again in a minute.'],
] as const)('an error is not a refusal, and says once what happened: %s', (happened, second) => {
  const said = erroredMessage('Slack did not say who you are', happened, 'Try again in a minute.');
  expect(read(said)).toEqual([`Errored: Slack did not say who you are.\n${second}`]);
});

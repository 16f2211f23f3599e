import { refusal } from '../../../src/adapters/store/documents/refusal.ts';
import { DOCUMENTS_VERSION } from '../../../src/adapters/store/documents/version.ts';
import { SCHEMA_VERSION as ON_MONGO } from '../../../src/adapters/store/mongo/migrations.ts';
import { SCHEMA_VERSION as EMBEDDED } from '../../../src/adapters/store/pglite/migrations.ts';

/**
 * The rules that every program of these schema versions reads. A document with another one is damaged for a program that
 * does not know it, so a new rule needs new schema versions; what an older one may overlook is an optional field.
 */
const KNOWN = {
  mongo: 6,
  embedded: 8,
  /** Of both, and of exported files. */
  documents: 6,
  read: [
    'notMember',
    'noRelease',
    'settled',
    'continuous',
    'alreadyWaits',
    'tooManyWait',
    'behindDeployed',
    'order',
    'ownRequest',
    'notApprover',
    'commitAuthor',
    'approvalNotNeeded',
    'shownIsOld',
    'alreadyApproved',
    'noApprovals',
    'approvals',
    'alreadyQueued',
    'notRole',
    'notCanceller',
    'notTester',
    'reasonRequired',
    'notDeployed',
    'uncertain',
    'overtaken',
    'rollbackFirst',
    'cancelWished',
    'begunMeanwhile',
    'requestExpired',
    'busy',
    'buildSettled',
    'nothingDeployed',
    'noTarget',
    'notAcceptedHere',
    'targetIsLeft',
    'irreversible',
    'leavesAnother',
    'runsAnother',
    'retired',
    'frozen',
    'locked',
    'notLocker',
    'notLocked',
    'notLockOwner',
    'ownLock',
    'notFrozen',
    'overriddenAlready',
    'notContinuous',
    'pausedAlready',
    'notPaused',
    'pausedAnew',
    'deployedHere',
    'modeChanged',
    'deploying',
    'paused',
    'newerHead',
    'notFirst',
    'notBuilt',
    'guardMayLive',
    'sentBack',
    'staleAttempt',
    'nothingToDo',
    'claimed',
  ],
};

test('whatever refusal this program stores, an older program of the same schema version reads', () => {
  expect([ON_MONGO, EMBEDDED, DOCUMENTS_VERSION]).toEqual([KNOWN.mongo, KNOWN.embedded, KNOWN.documents]);
  const read = refusal.options.map(({ shape }) => shape.rule.value);
  expect([...read].sort()).toEqual([...KNOWN.read].sort());
});

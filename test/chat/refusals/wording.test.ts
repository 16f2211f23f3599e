import type { About } from '../../../src/chat/refusals/refusal-text.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import type { Refusal } from '../../../src/domain/documents/refusal.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import { ABC, ADA, environment, lockOf, NEW, NOW, OLD, policy, read, release, runs } from '../build.ts';

const context = { now: NOW, names: {}, commitUrl: null, cards: {} };

/** An environment that runs OLD, where release 42 waits. */
function about(over: Partial<EnvironmentPolicy> = {}, more: Parameters<typeof environment>[2] = {}): About {
  const rules = policy(over);
  const deployed = release({ number: 41, sha: OLD, status: 'accepted' });
  const here = {
    policy: rules,
    environment: environment(rules.name, [release()], { ...runs(deployed), ...more }),
  };
  const aside = { below: [], relations: [], acceptances: [] };
  return { here, release: release(), context, adviceContext: aside };
}

const CONTINUOUS = { mode: 'continuous', name: 'integration', below: null } as const;
const ABOVE_ANOTHER = { mode: 'continuous', name: 'preprod', below: 'integration' } as const;
const PAUSE = { by: ADA, reason: 'look', at: NOW, rollback: null, newest: null, card: 'c' };
const LOCK = lockOf({ owner: ADA });

/** Which refusal, where; what the answer says, and what it must not say. */
const TABLE: [string, Refusal, About, string[], string[]][] = [
  [
    'resume where nothing comes by itself',
    { rule: 'notPaused' },
    about(),
    ['prod is not paused.', 'Nothing is deployed there by itself'],
    ['Every'],
  ],
  [
    'resume in the lowest environment',
    { rule: 'notPaused' },
    about(CONTINUOUS),
    ['Every push is built and deployed there by itself.'],
    [],
  ],
  [
    'resume above another environment',
    { rule: 'notPaused' },
    about(ABOVE_ANOTHER),
    ['Every commit accepted in integration is deployed there by itself.'],
    ['push'],
  ],
  [
    'prepare for a paused environment above another',
    { rule: 'continuous', environment: 'preprod' },
    about(ABOVE_ANOTHER, { paused: PAUSE }),
    ['Every commit accepted in integration is deployed there once somebody resumes.'],
    ['push'],
  ],
  [
    'adopt above another environment',
    { rule: 'deployedHere', sha: ABC, deployed: OLD, instead: 'push' },
    about(ABOVE_ANOTHER),
    ['To have abc123f there, have it accepted in integration.'],
    ['push'],
  ],
  [
    'adopt in the lowest environment',
    { rule: 'deployedHere', sha: ABC, deployed: OLD, instead: 'push' },
    about(CONTINUOUS),
    ['To have abc123f there, push it.'],
    [],
  ],
  [
    'what was made for approvals, above another environment',
    { rule: 'modeChanged', release: 42, mode: 'continuous' },
    about(ABOVE_ANOTHER),
    ['preprod now deploys by itself, but preprod#42', 'have it accepted in integration'],
    ['push', 'every new commit'],
  ],
  [
    'what was made for approvals, in the lowest environment',
    { rule: 'modeChanged', release: 42, mode: 'continuous' },
    about(CONTINUOUS),
    ['integration now deploys by itself, but integration#42', 'push it'],
    [],
  ],
  [
    'a rollback without a target above another environment',
    { rule: 'noTarget', leaves: OLD },
    about(ABOVE_ANOTHER),
    ['Another commit can be accepted in integration.'],
    ['pushed'],
  ],
  [
    'a rollback without a target in the lowest environment',
    { rule: 'noTarget', leaves: OLD },
    about(CONTINUOUS),
    ['A fixed commit can be pushed.'],
    [],
  ],
  [
    'a pause without the role',
    { rule: 'notRole', role: 'lock', from: ['UADA'] },
    about(CONTINUOUS),
    ['can lock, pause or resume integration'],
    [],
  ],
  [
    'a lock where nothing can be paused',
    { rule: 'notRole', role: 'lock', from: [] },
    about(),
    ['nobody can lock, pause or resume prod'],
    [],
  ],
  [
    'a second redeploy',
    { rule: 'alreadyWaits', release: 42, status: 'prepared' },
    about(),
    ['To request it again, cancel it first: `/release cancel storefront/prod#42`'],
    ['prepare it again'],
  ],
  [
    'a release that is not there',
    { rule: 'noRelease', release: 99 },
    about({}, { releases: 42 }),
    ['Its newest is #42.'],
    [],
  ],
  [
    'a release where there is none',
    { rule: 'noRelease', release: 99 },
    about({}, { releases: 0 }),
    ['Nothing has been released there yet.'],
    ['#0'],
  ],
  [
    'the lock of another',
    { rule: 'notLockOwner', lock: LOCK, all: false },
    about(),
    [
      'Ada can unlock it. Anyone who may lock there can take it over: /release takeover storefront/prod reason',
    ],
    ['you can take it over'],
  ],
  [
    'the lock of another, where nobody may lock',
    { rule: 'notLockOwner', lock: LOCK, all: false },
    about({ roles: { ...policy().roles, lock: [] } }),
    ['Ada can unlock it.'],
    ['take it over', 'takeover'],
  ],
  [
    'what does not run there',
    { rule: 'notDeployed', release: 42, deployed: NEW },
    about(),
    ['Until it is accepted, a release can be verified, accepted or failed only while its commit runs there'],
    ['Only the commit that runs there'],
  ],
];

test.each(TABLE)('%s', (_name, refusal, where, says, saysNot) => {
  const words = read(refusalMessage(refusal, where)).join('\n');
  for (const part of says) expect(words).toContain(part);
  for (const part of saysNot) expect(words).not.toContain(part);
});

test.each(STATUSES)('a step that does not fit %s is not called settled', (status) => {
  const refusal: Refusal = { rule: 'settled', release: 42, status, end: null, approvedBy: [] };
  const [first] = read(refusalMessage(refusal, about())).join('\n').split('\n');
  expect(first).toBe('Refused: this is not possible for prod#42 now.');
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Request } from '../../../src/chat/command/request.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { type Change, foreseeChange, requestChange } from '../../../src/flow/requests/change.ts';
import { foreseeLock, type LockWish, requestLock } from '../../../src/flow/requests/lock.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { runs } from '../../support/thorough.ts';
import { openChat, openStage, type Stage } from '../support.ts';

const person = (name: string, member = true): Person => ({ kind: 'person', id: `U${name}`, name, member });
const PEOPLE = [person('ADA'), person('LIN'), person('GUS', false)];
const HERE = { product: 'shop', environment: 'integration' };
const ALL = { product: 'shop', environment: null };

let stage: Stage;
let sandbox: Sandbox;
let services: ChatServices;
let shas: string[];

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  const opened = await openChat(PEOPLE.map(({ id, name }) => ({ id, name })));
  sandbox = opened.sandbox;
  services = opened.chat(stage.services);
  shas = [1, 2].map((n) => stage.repository.commit({ 'app.txt': String(n) }, `Commit ${n}`));
  stage.repository.push();
  // Only Lin may adopt here.
  const [environment] = stage.services.settings.products[0]?.environments ?? [];
  if (environment)
    environment.policy = { ...environment.policy, roles: { ...environment.policy.roles, adopt: ['ULIN'] } };
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  await stage.close();
});

type Deed = { change: (shas: readonly string[]) => Change } | { wish: LockWish; all: boolean };

const change = (asked: (shas: readonly string[]) => Request): Deed => ({
  change: asked as (shas: readonly string[]) => Change,
});
const WISHES: readonly LockWish[] = [
  { type: 'lock', reason: 'migration', forMs: null },
  { type: 'takeOver', reason: 'rollback', forMs: 60_000 },
  { type: 'extendLock', forMs: 60_000 },
  { type: 'editLock', reason: 'still' },
  { type: 'unlock' },
];
const DEEDS: readonly Deed[] = [
  change(() => ({ kind: 'pause', ...HERE, reason: 'flaky' })),
  change(() => ({ kind: 'resume', ...HERE, reason: null })),
  change(() => ({ kind: 'rollback', ...HERE, commit: null, reason: 'bad' })),
  change(([sha = '']) => ({ kind: 'rollback', ...HERE, commit: sha, reason: 'bad' })),
  change(([sha = '']) => ({ kind: 'adopt', ...HERE, commit: sha, reason: 'by hand' })),
  change(([, sha = '']) => ({ kind: 'adopt', ...HERE, commit: sha, reason: 'by hand' })),
  change(() => ({ kind: 'adopt', ...HERE, commit: 'nowhere', reason: 'by hand' })),
  change(() => ({ kind: 'hotfix', ...HERE, commit: 'main', reason: 'urgent' })),
  change(() => ({ kind: 'redeploy', ...HERE, commit: null, reason: 'drifted' })),
  change(() => ({ kind: 'reject', ...HERE, release: 1, reason: 'no' })),
  change(() => ({ kind: 'fail', ...HERE, release: null, reason: 'broken' })),
  change(() => ({ kind: 'cancel', ...HERE, release: null, reason: null })),
  ...WISHES.flatMap((wish): Deed[] => [
    { wish, all: false },
    { wish, all: true },
  ]),
];

/** What it came to, without what only a write knows. */
function essence(outcome: { kind: string; refusal?: { rule: string }; problem?: { kind: string } }): string {
  return outcome.refusal?.rule ?? outcome.problem?.kind ?? outcome.kind;
}

async function both(deed: Deed, actor: Person): Promise<{ foreseen: string; done: string }> {
  const asker = { id: services.newId(), actor };
  if ('change' in deed) {
    const asked = deed.change(shas);
    const foreseen = essence(await foreseeChange(services, asker, asked));
    return { foreseen, done: essence(await requestChange(services, asker, asked)) };
  }
  const target = deed.all ? ALL : HERE;
  const foreseen = essence(await foreseeLock(services, asker, target, deed.wish));
  return { foreseen, done: essence(await requestLock(services, asker, target, deed.wish)) };
}

test('a dialog is refused before it opens if, and only if, submitting it would be', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(DEEDS.length - 1), fc.nat(PEOPLE.length - 1)), {
        minLength: 4,
        maxLength: 12,
      }),
      async (deeds) => {
        for (const [which, who] of deeds) {
          const [deed, actor] = [DEEDS[which], PEOPLE[who]];
          if (!deed || !actor) continue;
          const { foreseen, done } = await both(deed, actor);
          expect(foreseen).toBe(done);
          seen.add(done);
        }
      },
    ),
    { numRuns: runs(60) },
  );
  // Not all of it is refused, and for more than one reason.
  expect(seen).toContain('accepted');
  expect(seen.size).toBeGreaterThan(4);
}, 300_000);

test('what is foreseen changes nothing, and what was settled is foreseen as it was', async () => {
  const [ada] = PEOPLE;
  if (!ada) throw new TypeError('Ada is there');
  const asker = { id: services.newId(), actor: ada };
  const wish: LockWish = { type: 'lock', reason: 'migration', forMs: null };
  for (const each of WISHES) await requestLock(services, { id: services.newId(), actor: ada }, HERE, each);
  const before = JSON.stringify(await services.store.load('environments', 'shop/integration'));
  expect(await foreseeLock(services, asker, HERE, wish)).toMatchObject({ kind: 'accepted' });
  expect(JSON.stringify(await services.store.load('environments', 'shop/integration'))).toBe(before);
  expect(await requestLock(services, asker, HERE, wish)).toMatchObject({ kind: 'accepted' });
  // The same dialog once more: it is done already, though another lock would be refused now.
  expect(await foreseeLock(services, asker, HERE, wish)).toMatchObject({ kind: 'accepted' });
  expect(await foreseeLock(services, { ...asker, id: services.newId() }, HERE, wish)).toMatchObject({
    kind: 'refused',
  });
});

import { newBuild } from '../../../src/domain/documents/build.ts';
import { newCard } from '../../../src/domain/documents/card.ts';
import { AGGREGATE_KINDS, type Effect } from '../../../src/domain/documents/document.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';
import { newCommitRecord } from '../../../src/domain/documents/records.ts';
import { newReports } from '../../../src/domain/documents/reports.ts';
import type { BuildAttempt } from '../../../src/domain/documents/values/build/run.ts';
import type { Lock } from '../../../src/domain/documents/values/lock.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { type DocumentKind, KINDS, type WakeUp } from '../../../src/flow/commands/kinds.ts';
import { Clock } from '../../../src/flow/services/clock.ts';
import { QUICK } from '../../support/timing.ts';

const NOW = 1_000_000;
const SHA = 'a'.repeat(40);
const times = { clock: new Clock({ now: () => NOW, monotonic: () => 0 }), timing: QUICK };
const environment = newEnvironment('shop', 'prod');
const build = newBuild('shop', SHA);
const product = newProduct('shop');
const card = { ...newCard('shop/prod#1', 'shop', { kind: 'push', head: 1, sha: SHA }), wanted: 1 };
const reports = newReports('shop', 'prod');
const record = newCommitRecord('shop', 'prod');
const told = { statuses: 0, deployments: 0 };
const telling = { ...reports, releases: [{ release: 1, wanted: 1, told, deployment: null }] };
const attempt: BuildAttempt = {
  number: 1,
  worker: 'w',
  startedAt: 0,
  leaseUntil: NOW - QUICK.marginMs,
  step: 'build',
  lastLine: null,
  progressAt: 0,
  endedAt: null,
  outcome: null,
};
const lock: Lock = {
  owner: ROBOT,
  reason: 'x',
  at: 0,
  until: NOW,
  askedBy: [],
  remindAt: NOW,
  reminders: 0,
  card: 'c',
};

describe('the registry of kinds', () => {
  test.each(AGGREGATE_KINDS)('makes %s that are new', (kind) => {
    const id = {
      builds: `shop@${SHA}`,
      cards: 'shop@head-1',
      environments: 'shop/prod',
      people: 'U1',
      products: 'shop',
      records: 'shop/prod',
      reports: 'shop/prod',
    }[kind];
    expect(KINDS[kind].create(id)).toMatchObject({ id, revision: 0, effects: [], settled: [] });
  });

  test.each<[string, WakeUp[], [string, number][]]>([
    ['an environment with nothing to do', KINDS.environments.wakeUps(times, environment), []],
    ['one that is due', KINDS.environments.wakeUps(times, { ...environment, wakeAt: NOW }), [['tell', 0]]],
    ['one that is due later', KINDS.environments.wakeUps(times, { ...environment, wakeAt: NOW + 1 }), []],
    [
      'a build that is requested',
      KINDS.builds.wakeUps(times, { ...build, status: 'requested' }),
      [['build', 0]],
    ],
    ['a product to fetch', KINDS.products.wakeUps(times, { ...product, asked: 1 }), [['fetch', 0]]],
    ['a card to post', KINDS.cards.wakeUps(times, card), [['chat', 0]]],
    ['one to post later', KINDS.cards.wakeUps(times, { ...card, notBefore: NOW + 5 }), [['chat', 5]]],
    [
      'one that another worker posts',
      KINDS.cards.wakeUps(times, { ...card, claim: { worker: 'w', until: NOW + 1 } }),
      [],
    ],
    ['an environment with nothing to write', KINDS.records.wakeUps(times, record), []],
    ['one whose file is written', KINDS.records.wakeUps(times, { ...record, wanted: 1 }), [['record', 0]]],
    [
      'one that is tried again later',
      KINDS.records.wakeUps(times, { ...record, wanted: 1, notBefore: NOW + 5 }),
      [['record', 5]],
    ],
    ['one that is looked at later', KINDS.records.wakeUps(times, { ...record, compareAt: NOW + 5 }), []],
    [
      'one that is looked at now',
      KINDS.records.wakeUps(times, { ...record, compareAt: NOW }),
      [['record', 0]],
    ],
    ['an environment with nothing to tell', KINDS.reports.wakeUps(times, reports), []],
    ['one that tells its forge', KINDS.reports.wakeUps(times, telling), [['report', 0]]],
    [
      'one that does so later',
      KINDS.reports.wakeUps(times, { ...telling, notBefore: NOW + 5 }),
      [['report', 5]],
    ],
    [
      'one for which another worker does it',
      KINDS.reports.wakeUps(times, { ...telling, claim: { worker: 'w', until: NOW + 1 } }),
      [],
    ],
  ])('wakes for %s', (_what, wakeUps, expected) => {
    expect(wakeUps.map(({ lane, delayMs }) => [lane, delayMs])).toEqual(expected);
  });

  test('knows whose time has come', () => {
    const services = { ...times, newId: () => 'id' };
    const tick = { id: 'id', actor: ROBOT, type: 'tick' };
    expect(KINDS.environments.tick(services, environment)).toBeNull();
    expect(KINDS.environments.tick(services, { ...environment, relationsOwed: true })).toEqual(tick);
    expect(KINDS.environments.tick(services, { ...environment, freezeChangesAt: NOW })).toEqual(tick);
    expect(KINDS.environments.tick(services, { ...environment, freezeChangesAt: NOW + 1 })).toBeNull();
    expect(KINDS.builds.tick(services, build)).toBeNull();
    expect(KINDS.builds.tick(services, { ...build, attempt })).toEqual(tick);
    expect(KINDS.products.tick(services, product)).toBeNull();
    expect(KINDS.products.tick(services, { ...product, lock })).toEqual(tick);
    expect(KINDS.cards.tick(services, card)).toBeNull();
  });

  test('ends the claims of dead workers on every kind that workers claim', () => {
    const services = { newId: () => 'id', worker: 'me' };
    const gone = { id: 'id', actor: ROBOT, type: 'workersGone', except: 'me' };
    const all = AGGREGATE_KINDS.map((kind) => [kind, KINDS[kind].workersGone(services)]);
    expect(Object.fromEntries(all)).toEqual({
      builds: gone,
      cards: gone,
      environments: gone,
      people: null,
      products: null,
      records: gone,
      reports: gone,
    });
  });

  test('pairs documents with commands, and is complete, by its types', () => {
    const redraw = { id: 'x', actor: ROBOT, type: 'redraw', sha: null } as const;
    const right: Effect = { id: 'x', to: { kind: 'environments', id: 'shop/prod' }, command: redraw };
    // @ts-expect-error: a card does not accept this command
    const wrong: Effect = { id: 'x', to: { kind: 'cards', id: 'c' }, command: redraw };
    const { create: _create, ...rest } = KINDS.cards;
    // @ts-expect-error: a part is missing
    const part: DocumentKind<'cards'> = rest;
    const { cards: _cards, ...others } = KINDS;
    // @ts-expect-error: a kind is missing
    const registry: typeof KINDS = others;
    expect([right, wrong, part, registry]).toHaveLength(4);
  });
});

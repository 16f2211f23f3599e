import { enterHome } from '../../../src/flow/home/enter-home.ts';
import { Homes } from '../../../src/flow/home/homes.ts';
import { HomeWatch } from '../../../src/flow/home/watch.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import { DamagedDocument, type Store, StoreError } from '../../../src/ports/store.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import type { Fault } from '../../../src/sandbox/workspace/faults.ts';
import { makeRelease, openChat, openStage, type Stage } from '../support.ts';

const PEOPLE = Array.from({ length: 7 }, (_, index) => ({ id: `U${index}`, name: `Person ${index}` }));
const OPENED = { type: 'homeOpened' } as const;

/** The same store, from which one document, by its id, cannot be read while there is such an error. */
function failingFor(document: string, store: Store, error: () => Error | null): Store {
  const load: Store['load'] = async (kind, id) => {
    const thrown = (kind === 'people' || kind === 'products') && id === document ? error() : null;
    if (thrown) throw thrown;
    return store.load(kind, id);
  };
  return new Proxy(store, {
    get(target, key) {
      if (key === 'load') return load;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('the Home tabs that are open', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let services: ChatServices;
  let watch: HomeWatch;
  let chat: (services: Stage['services']) => ChatServices;
  let heads = 0;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const opened = await openChat(PEOPLE);
    sandbox = opened.sandbox;
    chat = opened.chat;
    services = chat(stage.services);
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    await stage.close();
  });
  beforeEach(() => {
    stage.clock.aheadMs = 0;
    sandbox.faults.clear();
    services.troubles.clear('damaged people U0');
    restarted();
  });
  afterEach(() => {
    services = { ...services, store: stage.services.store };
    // What was opened in one test is over in the next.
    stage.clock.aheadMs = 0;
  });

  /** A process that has just started. */
  function restarted(): void {
    services = { ...services, homes: new Homes() };
    watch = new HomeWatch(services);
  }

  const published = () => sandbox.faults.calls.filter(({ method }) => method === 'views.publish').length;
  /** How many tabs are published by `act`. */
  async function publishing(act: () => Promise<unknown>): Promise<number> {
    const before = published();
    await act();
    return published() - before;
  }
  const look = () => publishing(() => watch.look());
  const changed = async () => {
    heads += 1;
    await makeRelease(services, String(heads).repeat(40).slice(0, 40), heads);
  };
  const homeOf = (person: string) => JSON.stringify(sandbox.home(person)?.view);
  const shortSha = () => String(heads).repeat(7).slice(0, 7);
  const close = async () => {
    stage.clock.aheadMs += services.timing.homeOpenMs + 1;
  };

  it('are published when they are opened, and then only when they change', async () => {
    expect(await publishing(() => enterHome(services, 'U0', OPENED))).toBe(1);
    expect([await look(), await look()]).toEqual([0, 0]);
    await changed();
    expect([await look(), await look()]).toEqual([1, 0]);
    await close();
    await changed();
    expect(await look()).toBe(0);
  });

  it('are published a few at a time, and each gets its turn', async () => {
    for (const { id } of PEOPLE) await enterHome(services, id, OPENED);
    expect(await look()).toBe(0);
    await changed();
    expect([await look(), await look(), await look()]).toEqual([5, 2, 0]);
  });

  it('are known again after a restart', async () => {
    await enterHome(services, 'U1', OPENED);
    await changed();
    restarted();
    expect(await look()).toBeGreaterThan(0);
    expect(services.homes.open(services.now())).toContain('U1');
  });

  it('are drawn again once that is possible where an error is shown in their place', async () => {
    await enterHome(services, 'U0', OPENED);
    for (const _ of PEOPLE) await watch.look();
    const { store } = services;
    services.store = failingFor('U0', store, () => new StoreError('gone'));
    await expect(enterHome(services, 'U0', OPENED)).rejects.toThrow(StoreError);
    await services.chat.publishHome('U0', []);
    services.store = store;
    expect([await look(), await look()]).toEqual([1, 0]);
    expect(homeOf('U0')).toContain('Waiting for you');
    sandbox.faults.plan('views.publish', { kind: 'rate_limited', retryAfterSeconds: 30 }, 1);
    await expect(enterHome(services, 'U0', OPENED)).rejects.toThrow(ChatError);
    expect(await look()).toBe(1);
  });

  it('wait as long as Slack asks', async () => {
    await enterHome(services, 'U0', OPENED);
    await watch.look();
    await changed();
    sandbox.faults.plan('views.publish', { kind: 'rate_limited', retryAfterSeconds: 30 }, 1);
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    stage.clock.aheadMs = 31_000;
    expect(await look()).toBeGreaterThan(0);
  });

  it.each<[string, Fault]>([
    ['is gone', { kind: 'error', error: 'user_not_found' }],
    ['is deactivated', { kind: 'error', error: 'user_disabled' }],
  ])('of somebody who %s are left alone', async (_what, fault) => {
    await enterHome(services, 'U2', OPENED);
    await changed();
    sandbox.faults.plan('views.publish', fault);
    await watch.look();
    expect(services.homes.open(services.now())).not.toContain('U2');
  });

  it.each<[string, Error]>([
    ['document is damaged', new DamagedDocument('people', 'U0', 'U0 is damaged')],
    ['tab cannot be drawn', new TypeError('a defect')],
  ])('stay open where the %s for one person, and are shown to all others', async (_what, error) => {
    let thrown: Error | null = null;
    services = { ...services, store: failingFor('U0', services.store, () => thrown) };
    watch = new HomeWatch(services);
    for (const id of ['U0', 'U1']) await enterHome(services, id, OPENED);
    await watch.look();
    await changed();
    thrown = error;
    for (const _ of PEOPLE) await watch.look();
    expect(homeOf('U1')).toContain(shortSha());
    expect(homeOf('U0')).not.toContain(shortSha());
    expect(services.troubles.has('damaged people U0')).toBe(error instanceof DamagedDocument);
    thrown = null;
    for (const _ of PEOPLE) await watch.look();
    expect(homeOf('U0')).toContain(shortSha());
  });

  it('are known again after a restart, but for the one whose document is damaged', async () => {
    for (const id of ['U0', 'U1']) await enterHome(services, id, OPENED);
    const error = new DamagedDocument('people', 'U0', 'U0 is damaged');
    services = { ...services, store: failingFor('U0', services.store, () => error) };
    restarted();
    await watch.look();
    expect(services.homes.open(services.now())).toContain('U1');
    expect(services.homes.open(services.now())).not.toContain('U0');
  });

  it('say that something may be missing where the document of a product is damaged', async () => {
    const error = new DamagedDocument('products', 'shop', 'shop is damaged');
    services = { ...chat(stage.services), store: failingFor('shop', stage.services.store, () => error) };
    expect(await publishing(() => enterHome(services, 'U5', OPENED))).toBe(1);
    expect(homeOf('U5')).toContain('Slack did not say');
  });

  it('show a product only to whoever is in its channel', async () => {
    const channel = sandbox.workspace.channel('#shop')!;
    sandbox.workspace.changeChannel(channel.id, { members: ['U3'] });
    const later = services.now() + 120_000;
    stage.clock.aheadMs = later - Date.now();
    await enterHome(services, 'U3', OPENED);
    await enterHome(services, 'U4', OPENED);
    const shown = (person: string) => JSON.stringify(sandbox.home(person)?.view);
    expect(shown('U3')).toContain('*shop*');
    expect(shown('U4')).toContain('No product of yours yet.');
  });
});

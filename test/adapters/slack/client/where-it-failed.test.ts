import { answerClick, answerLock } from '../../../../src/adapters/slack/controllers/change.ts';
import { forMembers } from '../../../../src/adapters/slack/controllers/members-only.ts';
import { answerCommand } from '../../../../src/adapters/slack/controllers/typed.ts';
import { notConfigured } from '../../../../src/adapters/slack/listeners/button-click.ts';
import type { Message } from '../../../../src/chat/view-model.ts';
import type { ChatServices } from '../../../../src/flow/services/services.ts';
import { type Store, StoreError } from '../../../../src/ports/store.ts';
import type { Sandbox } from '../../../../src/sandbox/server.ts';
import { openChat, openStage, type Stage } from '../../../flow/support.ts';

/** Where the store fails: a read before the command is decided, the write, or a read after the answer is known. */
interface Faults {
  before?: boolean;
  save?: 'not written' | 'written';
  after?: boolean;
}

/** The same store with these faults. */
function failing(store: Store, { before, save, after }: Faults): Store {
  let sent = false;
  const gone = () => Promise.reject(new StoreError('gone'));
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'save') {
          sent = true;
          if (save === 'not written') return gone();
          const answer: unknown = await own.apply(target, args);
          return save === 'written' ? gone() : answer;
        }
        if (name === 'load' && args[0] !== 'products' && (sent ? after : before)) return gone();
        return own.apply(target, args);
      };
    },
  });
}

describe('what is said of a request that fails', () => {
  let stage: Stage;
  let sandbox: Sandbox;
  let healthy: ChatServices;
  let requests = 0;
  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const opened = await openChat([{ id: 'UADA', name: 'Ada' }]);
    sandbox = opened.sandbox;
    healthy = opened.chat(stage.services);
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    await stage.close();
  });

  const caller = (again = false) => {
    requests += 1;
    return { id: `request-${requests}`, user: 'UADA', channel: 'C1', teams: [], again };
  };
  const UNKNOWN = /does not know whether this was done\./;
  const place = { product: 'shop', environment: 'integration' };
  const WAYS: [string, (services: ChatServices, again?: boolean) => Promise<Message | null>][] = [
    ['typed', (services, again) => answerCommand(services, caller(again), 'pause integration flaky tests')],
    [
      'clicked',
      (services, again) =>
        answerClick(services, caller(again), { kind: 'pause', ...place, reason: 'flaky tests' }),
    ],
    [
      'of a lock',
      (services, again) =>
        answerLock(services, caller(again), {
          target: place,
          wish: { type: 'lock', reason: 'migration', forMs: null },
        }),
    ],
  ];
  const PLACES: [string, Faults, string][] = [
    ['before its command is written', { before: true }, 'Nothing was changed.'],
    ['while it is written', { save: 'not written' }, 'So Slipway does not know whether this was done.'],
    [
      'while it is written, and it cannot be looked up',
      { save: 'written', after: true },
      'So Slipway does not know whether this was done.',
    ],
  ];

  describe.each(WAYS)('%s', (_way, ask) => {
    beforeEach(async () => {
      // Neither paused nor locked: every request here would be accepted.
      await answerCommand(healthy, caller(), 'resume integration');
      await answerCommand(healthy, caller(), 'unlock integration');
    });

    test.each(PLACES)('%s', async (_where, faults, words) => {
      const services = { ...healthy, store: failing(healthy.store, faults) };
      expect((await ask(services))?.text).toMatch(
        new RegExp(`^Errored: The store did not answer\\.\\s${words}`),
      );
    });

    test('again, before its command is written: what became of it first is not known', async () => {
      const services = { ...healthy, store: failing(healthy.store, { before: true }) };
      expect((await ask(services, true))?.text).toMatch(UNKNOWN);
    });

    test('while it is written, and it is found to be', async () => {
      const services = { ...healthy, store: failing(healthy.store, { save: 'written' }) };
      expect((await ask(services))?.text ?? '').not.toContain('Errored');
    });
  });

  test('and only reads: nothing was changed, also where it is asked again', async () => {
    const services = { ...healthy, store: failing(healthy.store, { before: true }) };
    expect((await answerCommand(services, caller(true), 'status'))?.text).toContain('Nothing was changed.');
  });

  test('again, while Slack does not say who asks', async () => {
    sandbox.faults.plan('users.info', { kind: 'server_error' });
    const stranger = { ...caller(true), user: 'UNOBODY' };
    const said = await forMembers(healthy, stranger, async () => null);
    sandbox.faults.clear();
    expect(said?.text).toMatch(UNKNOWN);
  });

  test.each([
    [false, 'Nothing was changed.'],
    [true, 'So Slipway does not know whether this was done.'],
  ])('clicked for a place that is not configured any more, again: %p', (again, words) => {
    const click = { value: { environment: 'gone/prod' }, caller: caller(again) };
    expect(notConfigured(click).text).toContain(words);
  });

  test('typed, as its confirmation is drawn', async () => {
    await answerCommand(healthy, caller(), 'resume integration');
    const services = { ...healthy, store: failing(healthy.store, { after: true }) };
    const said = await answerCommand(services, caller(), 'pause integration flaky tests');
    expect(said?.text).toMatch(/^Errored: The store did not answer\.\sThis was done\. See \/release status/);
  });

  test('of all environments, as they are told: it is done, and not everywhere yet', async () => {
    const services = { ...healthy, store: failing(healthy.store, { after: true }) };
    const said = await answerCommand(services, caller(), 'lock shop/all quarter end');
    expect(said?.text).toContain('integration does not know of it. Slipway keeps trying.');
    await answerCommand(healthy, caller(), 'unlock shop/all');
  });
});

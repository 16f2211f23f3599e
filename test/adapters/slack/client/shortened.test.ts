import { shortened } from '../../../../src/adapters/slack/controllers/caller.ts';
import { answerLock } from '../../../../src/adapters/slack/controllers/change.ts';
import { answerCommand } from '../../../../src/adapters/slack/controllers/typed.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import type { ChatServices } from '../../../../src/flow/services/services.ts';
import { openChat, openStage, type Stage } from '../../../flow/support.ts';

test.each(['a', '🙂'])('of what is typed, 300 characters are kept: %s', (letter) => {
  expect(shortened(letter.repeat(300))).toBe(letter.repeat(300));
  expect(shortened(letter.repeat(301))).toBe(`${letter.repeat(299)}…`);
});

describe('whatever is typed or sent as the reason of a lock', () => {
  let stage: Stage;
  let opened: Awaited<ReturnType<typeof openChat>>;
  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    opened = await openChat([
      { id: 'UADA', name: 'Ada' },
      { id: 'ULIN', name: 'Lin' },
    ]);
  }, 60_000);
  afterAll(async () => {
    await opened.sandbox.close();
    await stage.close();
  });

  const long = 'x'.repeat(10_000);
  const target = { product: 'shop', environment: 'integration' };
  let requests = 0;
  const by = (user: string) => {
    requests += 1;
    return { id: `lock-${requests}`, user, channel: 'C1', teams: [] };
  };

  test.each<[string, (services: ChatServices) => Promise<unknown>]>([
    ['typed', (services) => answerCommand(services, by('UADA'), `lock integration ${long}`)],
    [
      'a dialog to edit it',
      (services) => answerLock(services, by('UADA'), { target, wish: { type: 'editLock', reason: long } }),
    ],
    [
      'a dialog to take it over',
      (services) =>
        answerLock(services, by('ULIN'), { target, wish: { type: 'takeOver', reason: long, forMs: null } }),
    ],
  ])('%s: 300 characters are kept', async (_way, ask) => {
    await ask(opened.chat(stage.services));
    const environment = await stage.services.store.load('environments', environmentId('shop', 'integration'));
    expect(environment?.lock?.reason).toBe(`${'x'.repeat(299)}…`);
  });
});

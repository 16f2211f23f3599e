import { answerCommand, answerMention } from '../../../../src/adapters/slack/controllers/typed.ts';
import type { Message } from '../../../../src/chat/view-model.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import type { ChatServices } from '../../../../src/flow/services/services.ts';
import type { Sandbox } from '../../../../src/sandbox/server.ts';
import { openChat, openStage, type Stage } from '../../../flow/support.ts';
import { everyThird } from '../../../support/thorough.ts';

let stage: Stage;
let sandbox: Sandbox;
let services: ChatServices;
let shas: string[];
let requests = 0;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  const opened = await openChat([{ id: 'UADA', name: 'Ada' }]);
  sandbox = opened.sandbox;
  services = opened.chat(stage.services);
  shas = ['one', 'two'].map((text) => stage.repository.commit({ 'app.txt': text }, text));
  stage.repository.push();
  const [environment] = services.settings.products[0]?.environments ?? [];
  if (environment) environment.policy = { ...environment.policy, mode: 'approval' };
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  await stage.close();
});

function caller(again: boolean) {
  requests += 1;
  return { id: `request-${requests}`, user: 'UADA', channel: 'C1', teams: [], again };
}

/** `#` and a letter stand for a commit, as in `prepare integration #a`. */
const named = (text: string) =>
  text.replace('#a', shas[0]?.slice(0, 10) ?? '').replace('#b', shas[1]?.slice(0, 10) ?? '');

type Ask = (by: ReturnType<typeof caller>, text: string) => Promise<Message | null>;
const command: Ask = (by, text) => answerCommand(services, by, named(text));
const mention: Ask = (by, text) => answerMention(services, by, { text: named(text), thread: null });

const kept = async () => [
  await services.store.load('environments', environmentId('shop', 'integration')),
  await services.store.load('products', 'shop'),
];

/** One release waits, of the second commit, and the environment is neither paused nor locked. */
async function begin(): Promise<void> {
  const [environment] = await kept();
  const waiting = environment && 'open' in environment ? environment.open : [];
  for (const text of [
    ...waiting.map(({ number }) => `cancel integration#${number}`),
    'resume integration',
    'unlock integration',
    'unlock all',
    'prepare integration #b',
  ]) {
    await command(caller(false), text);
  }
}

describe.each([
  ['a command', command, '“/release ', 0],
  ['a mention', mention, '“', 1],
])('%s that an earlier process left', (_way, ask, quote, offset) => {
  beforeEach(begin);

  test.each(
    everyThird(
      [
        'cancel integration',
        'approve integration',
        'deploy integration',
        'prepare integration',
        'prepare integration main',
        'promote integration',
        'rollback integration bad checkout',
        'redeploy integration it drifted',
        'hotfix integration main it burns',
        'adopt integration main by hand',
        'pause integration bad checkout',
        'resume integration',
        'lock integration migration',
        'lock all migration',
        'unlock integration',
        'takeover integration migration',
      ],
      offset,
    ),
  )('is not done where it may mean something else by now: %s', async (text) => {
    const before = await kept();
    const said = await ask(caller(true), text);
    expect(said?.text).toContain(`Slipway was interrupted while it worked on ${quote}${text}”`);
    expect(said?.text).toContain('does not know whether this was done. It may mean something else by now');
    expect(await kept()).toEqual(before);
  });

  test.each(
    everyThird(
      [
        'prepare integration #a',
        'approve integration #b',
        'status',
        'why integration',
        'locks',
        'history integration',
        'where #a',
        'reject integration',
      ],
      offset,
    ),
  )('is answered as ever where it means the same: %s', async (text) => {
    expect((await ask(caller(true), text))?.text).not.toContain('interrupted while');
  });

  test.each(
    everyThird(
      [
        'cancel integration',
        'prepare integration main',
        'rollback integration bad checkout',
        'pause integration bad checkout',
        'lock integration migration',
        'lock all migration',
        'unlock integration',
        'resume integration',
      ],
      offset,
    ),
  )('is answered with what it came to: %s', async (text) => {
    const by = caller(false);
    const first = await ask(by, text);
    const after = await kept();
    expect((await ask({ ...by, again: true }, text))?.text).toBe(first?.text);
    expect(await kept()).toEqual(after);
  });
});

test('what names its commit is answered with what it came to, also where it would be refused by now', async () => {
  await begin();
  const by = caller(false);
  expect((await command(by, 'prepare integration #a'))?.text).toContain('is prepared');
  const [environment] = services.settings.products[0]?.environments ?? [];
  if (!environment) throw new TypeError('a stage has an environment');
  const { policy } = environment;
  environment.policy = { ...policy, roles: { ...policy.roles, prepare: [] } };
  expect((await command({ ...by, again: true }, 'prepare integration #a'))?.text).toContain('is prepared');
  environment.policy = policy;
});

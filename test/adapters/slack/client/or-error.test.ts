import { pino } from 'pino';
import { type Act, orError } from '../../../../src/adapters/slack/controllers/errors.ts';
import { CorruptDocument } from '../../../../src/adapters/store/documents/parse.ts';
import type { Message } from '../../../../src/chat/view-model.ts';
import { ClockWrong } from '../../../../src/flow/services/clock.ts';
import {
  AuthorUnknown,
  GroupUnknown,
  MemberUnknown,
  NotConfigured,
  OldConfiguration,
  OutcomeUnknown,
} from '../../../../src/flow/services/errors.ts';
import { GitError } from '../../../../src/git/commands/git-error.ts';
import { ChatError } from '../../../../src/ports/chat.ts';
import { StoreError } from '../../../../src/ports/store.ts';

const services = { log: pino({ level: 'silent' }) };
const away = new ChatError('final', 'ratelimited');

/** What is thrown, and whether it can come after a command was written. */
const ERRORS: [name: string, error: Error, afterWrite: boolean][] = [
  ['a removed product', new NotConfigured('shop'), false],
  ['an older configuration', new OldConfiguration('shop'), false],
  ['a wrong clock', new ClockWrong('the clock is two hours off'), false],
  ['git', new GitError('other', 'fetch', 'it does not answer'), false],
  ['a group', new GroupUnknown('@testers', away), false],
  ['an author', new AuthorUnknown('a@b.c', away), false],
  ['Slack', away, false],
  ['a person', new MemberUnknown('U0LIN', away), false],
  ['the store, read', new StoreError('gone'), false],
  ['a damaged document', new CorruptDocument('builds', 'shop@1', []), false],
  ['the store, written', new OutcomeUnknown('builds', 'shop@1', new StoreError('gone')), true],
  ['a fault of Slipway', new TypeError('oops'), true],
];

const SAYS = {
  none: 'Nothing was changed.',
  unknown: 'So Slipway does not know whether this was done.',
  done: 'This was done.',
} as const;

const asIs: Act = (change) => change();

function expectSaid(said: Message | 'answered', happened: keyof typeof SAYS): void {
  const text = said === 'answered' ? '' : said.text;
  expect(text).toMatch(/^Errored: /);
  for (const [what, words] of Object.entries(SAYS))
    expect([what, text.includes(words)]).toEqual([what, what === happened]);
  // What to do next never contradicts it.
  if (happened !== 'none') expect(text).not.toContain('Try again in a minute');
}

describe.each(ERRORS)('an error of %s', (_name, error, afterWrite) => {
  const fail = () => Promise.reject(error);

  test('before any command: nothing was changed', async () => {
    expectSaid(await orError(services, fail), 'none');
  });

  test('while the command is applied', async () => {
    expectSaid(await orError(services, (act) => act(fail)), afterWrite ? 'unknown' : 'none');
  });

  test.each<[string, (work: (act: Act) => Promise<never>) => Promise<Message>]>([
    ['before any command', (work) => orError(services, () => work(asIs), { again: true })],
    [
      'while the command is applied',
      (work) => orError(services, (act) => act(() => work(act)), { again: true }),
    ],
    [
      'after the command was found to mean nothing',
      (work) =>
        orError(
          services,
          async (act) => {
            await act(async () => ({ kind: 'problem' }));
            return work(act);
          },
          { again: true },
        ),
    ],
  ])('of a request that may have been done before, %s: it is not known', async (_when, ask) => {
    expectSaid(await ask(fail), 'unknown');
  });

  test.each([
    ['accepted', 'done'],
    ['refused', 'none'],
  ] as const)(
    'of a request that may have been done before, after it was found %s: %s',
    async (kind, happened) => {
      const work = async (act: Act) => {
        await act(async () => ({ kind }));
        return await fail();
      };
      expectSaid(await orError(services, work, { again: true }), happened);
    },
  );

  test.each([
    ['accepted', 'done'],
    ['refused', 'none'],
    ['problem', 'none'],
  ] as const)('after it was %s: %s', async (kind, happened) => {
    const said = await orError(services, async (act) => {
      await act(async () => ({ kind }));
      return await fail();
    });
    expectSaid(said, happened);
  });
});

test('a damaged document is named', async () => {
  const error = new CorruptDocument('builds', 'shop@1', []);
  const said = await orError(services, () => Promise.reject(error));
  expect((said as Message).text).toContain('builds shop@1');
});

test('without an error, the answer is given', async () => {
  expect(await orError(services, async () => 'answered')).toBe('answered');
});

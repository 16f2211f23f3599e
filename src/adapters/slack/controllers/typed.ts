import { problemMessage } from '../../../chat/answers/problems/problem.ts';
import { onlyReads } from '../../../chat/command/exact.ts';
import { parseCommand } from '../../../chat/command/parse.ts';
import type { Parsed, Where } from '../../../chat/command/request.ts';
import type { ThreadSubject } from '../../../chat/mention/in-thread.ts';
import { parseMention } from '../../../chat/mention/parse.ts';
import { peopleIn, saidTo } from '../../../chat/mention/said-to.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { emptyContext } from '../../../flow/views/render-context.ts';
import { threadSubject } from '../../../flow/views/thread.ts';
import { ChatError } from '../../../ports/chat.ts';
import { type Caller, productsOf } from './caller.ts';
import { answer } from './change.ts';
import { type Act, orError } from './errors.ts';
import { interruptedAnswer } from './interrupted.ts';
import { ofRetired } from './lookups/lookup.ts';

/** Answers a slash command, or a button that stands for one; `text`: without `/release`. Never throws. */
export async function answerCommand(
  services: ChatServices,
  caller: Caller,
  text: string,
): Promise<Message | null> {
  return orError(
    services,
    async (act) => {
      const where = await whereTyped(services, caller);
      const parsed = (await ofRetired(services, where, text)) ?? parseCommand(text, where);
      return answerTyped(services, caller, { parsed, typed: `/release ${text}`.trim() }, act);
    },
    caller,
  );
}

/**
 * Answers what was said to the app in a channel; `thread`: Slack's timestamp of the message at the top of its thread, null:
 * it is in no thread. A dialog cannot be opened in answer: where a reason is missing, a button opens it. Never throws.
 */
export async function answerMention(
  services: ChatServices,
  caller: Caller,
  { text, thread }: { text: string; thread: string | null },
): Promise<Message | null> {
  return orError(
    services,
    async (act) => {
      const about = thread === null ? null : await threadSubject(services, caller.channel, thread);
      const where = await whereTyped(services, caller);
      const said = await readableTo(services, text);
      const retired = about === null ? await ofRetired(services, where, said) : null;
      const parsed = retired ?? parsedMention(said, where, about);
      return answerTyped(services, caller, { parsed, typed: said }, act);
    },
    caller,
  );
}

async function answerTyped(
  services: ChatServices,
  caller: Caller,
  { parsed, typed }: { parsed: Parsed; typed: string },
  act: Act,
): Promise<Message | null> {
  if (parsed.kind === 'problem') return problemMessage(parsed.problem, emptyContext(services));
  // Nothing is in doubt of what only reads, also if it was asked before.
  if (onlyReads(parsed)) return orError(services, () => answer(services, caller, parsed, 'typed', act));
  const interrupted = await interruptedAnswer(services, caller, parsed, typed);
  return interrupted ?? answer(services, caller, parsed, 'typed', act);
}

/** What can be read of a release whose environment was removed from the configuration. */
const KEPT: ReadonlySet<Parsed['kind']> = new Set(['history', 'log', 'diff']);

/** The environment of a thread may have been removed from the configuration: what is kept of it can be read there. */
function parsedMention(said: string, where: Where, about: ThreadSubject | null): Parsed {
  const parsed = parseMention(said, where, about);
  const name = about !== null && 'environment' in about ? about.environment : null;
  if (parsed.kind !== 'problem' || parsed.problem.kind !== 'noEnvironment' || name === null) return parsed;
  const products = where.products.map((known) =>
    known.name === about?.product ? { ...known, environments: [...known.environments, name] } : known,
  );
  const again = parseMention(said, { ...where, products }, about);
  return KEPT.has(again.kind) ? again : parsed;
}

/** What was said to the app, with the names of the people in it: words may become a reason that is kept. */
async function readableTo({ chat }: Pick<ChatServices, 'chat'>, text: string): Promise<string> {
  const app = await chat.self();
  const names: Record<string, string> = {};
  for (const id of peopleIn(text)) {
    if (id === app) continue;
    const person = await chat.member(id).catch((error: unknown) => {
      if (error instanceof ChatError) return null;
      throw error;
    });
    if (person) names[id] = person.name;
  }
  return saidTo(app, text, names);
}

/** What the meaning of words depends on. */
async function whereTyped(services: ChatServices, { channel }: Caller): Promise<Where> {
  return {
    products: services.settings.products.map((product) => ({
      name: product.name,
      environments: product.environments.map(({ policy }) => policy.name),
    })),
    channelProducts: await productsOf(services, channel),
  };
}

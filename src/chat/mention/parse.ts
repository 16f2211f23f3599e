import { undecorated } from '../../domain/pasted.ts';
import { parseCommand } from '../command/parse.ts';
import { problem, sameName } from '../command/parse-target.ts';
import { isLookup, type Parsed, type Request, type Where } from '../command/request.ts';
import { commandText } from '../command/request-text.ts';
import { retyped } from '../command/tokens.ts';
import { isVerb } from '../verbs.ts';
import { inThread, type ThreadSubject } from './in-thread.ts';
import { quotedIn } from './said-to.ts';
import { isTalk } from './talk.ts';

/**
 * Parses what was said to the app. In the thread of a card the words need not name what it is about; anywhere else they are
 * those of `/release`. What may be talk rather than a command is offered as a button. Never throws.
 */
export function parseMention(said: string, where: Where, thread: ThreadSubject | null): Parsed {
  const inner = quotedIn(said);
  return heard(inner ?? said, inner !== null, where, thread);
}

function heard(said: string, quoted: boolean, where: Where, thread: ThreadSubject | null): Parsed {
  const space = said.indexOf(' ');
  const first = space === -1 ? said : said.slice(0, space);
  const rest = space === -1 ? '' : said.slice(space + 1);
  const verb = undecorated(first).toLowerCase();
  if (said === '') return inThread('help', '', where, thread);
  // It may come from a message that quotes the slash command.
  if (verb === '/release') {
    const inner = quotedIn(rest);
    return heard(inner ?? rest, quoted || inner !== null, where, thread);
  }
  if (!isVerb(verb)) return parseCommand(retyped(said), where);
  const asked = inThread(verb, rest, where, thread);
  if (asked.kind === 'problem' || !isChange(asked)) return asked;
  if (!quoted && !isTalk({ said, words: rest, asked, where })) return asked;
  return problem({ kind: 'onlyTalk', verb, command: commandOf(asked, where) });
}

function isChange(asked: Request): boolean {
  return asked.kind === 'rebuild' || !(isLookup(asked) || asked.kind === 'why' || asked.kind === 'locks');
}

/** The text of a request, with the commit that a promotion from a thread is about. */
function commandOf(asked: Request, { products }: Where): string {
  if (asked.kind === 'approve' || asked.kind === 'deploy' || asked.kind === 'retry') {
    // What was said besides is no part of it.
    return commandText({ ...asked, reason: null });
  }
  if (asked.kind !== 'promote' || !asked.of) return commandText(asked);
  const { product, note, of } = asked;
  const environments = sameName(products, product)?.environments ?? [];
  const environment = environments[environments.indexOf(asked.environment) + 1];
  if (environment === undefined) return commandText(asked);
  return commandText({ kind: 'prepare', product, environment, commit: of.sha, note });
}

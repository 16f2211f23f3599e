import { erroredMessage, type Happened } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import { ClockWrong } from '../../../flow/services/clock.ts';
import {
  AuthorUnknown,
  GroupUnknown,
  MemberUnknown,
  NotConfigured,
  OldConfiguration,
  OutcomeUnknown,
} from '../../../flow/services/errors.ts';
import type { Services } from '../../../flow/services/services.ts';
import { GitError } from '../../../git/commands/git-error.ts';
import { ChatError } from '../../../ports/chat.ts';
import { DamagedDocument, StoreError } from '../../../ports/store.ts';

/** Runs a change and records its result, so that a later error does not claim that nothing was changed. */
export type Act = <T extends { kind: string }>(change: () => Promise<T>) => Promise<T>;

/** What is known of a request before it is worked on. */
export interface Known {
  /** It was worked on before, and may have been done then. */
  again?: boolean | undefined;
}

/** The result of a request's work, or what it failed with and what happened to it. */
export type Tried<T> = { ok: true; result: T } | { ok: false; said: Message; happened: Happened };

/**
 * Does the work of a request. If it throws: a message that says what went wrong, what happened to the request, and what to
 * do. Refusals are results of `work`, not errors.
 */
export async function tryRequest<T>(
  services: Pick<Services, 'log'>,
  work: (act: Act) => Promise<T>,
  { again }: Known = {},
): Promise<Tried<T>> {
  const before: Happened = again ? 'unknown' : 'none';
  let happened: Happened = before;
  const act: Act = async (change) => {
    happened = 'unknown';
    const outcome = await change().catch((error: unknown) => {
      if (isBeforeWrite(error)) happened = before;
      throw error;
    });
    happened = outcome.kind === 'accepted' ? 'done' : outcome.kind === 'refused' ? 'none' : before;
    return outcome;
  };
  try {
    return { ok: true, result: await work(act) };
  } catch (error) {
    services.log.error({ err: error }, 'a request failed');
    const { what, next } = wordsOf(error);
    const said = erroredMessage(what, happened, happened === 'none' ? next : NEXT[happened]);
    return { ok: false, said, happened };
  }
}

/** The result of `work`; if it throws, the message of `tryRequest`. */
export async function orError<T>(
  services: Pick<Services, 'log'>,
  work: (act: Act) => Promise<T>,
  known: Known = {},
): Promise<T | Message> {
  const tried = await tryRequest(services, work, known);
  return tried.ok ? tried.result : tried.said;
}

const NEXT = {
  unknown: 'Look at /release status before you try again.',
  done: 'See /release status for the outcome.',
} as const satisfies Record<Exclude<Happened, 'none'>, string>;

/** True: a request throws such an error only before its command is sent to the store. */
function isBeforeWrite(error: unknown): boolean {
  if (error instanceof OutcomeUnknown) return false;
  const kinds = [
    StoreError,
    MemberUnknown,
    NotConfigured,
    OldConfiguration,
    ClockWrong,
    GitError,
    GroupUnknown,
    AuthorUnknown,
    ChatError,
  ];
  return kinds.some((kind) => error instanceof kind);
}

/** `next`: the advice for when nothing was changed. */
function wordsOf(error: unknown): { what: string; next: string } {
  if (error instanceof NotConfigured)
    return { what: error.message, next: 'It may have been removed. See /release status.' };
  if (error instanceof OldConfiguration)
    return { what: error.message, next: 'Whoever runs Slipway can fix it; /readyz says so too.' };
  if (error instanceof ClockWrong)
    return { what: error.message, next: 'Whoever runs Slipway can set it; /readyz says so too.' };
  const next = 'Try again in a minute.';
  if (error instanceof GitError) return { what: `The repository could not be read: ${error.message}`, next };
  if (error instanceof GroupUnknown || error instanceof AuthorUnknown) return { what: error.message, next };
  if (error instanceof MemberUnknown)
    return { what: 'Slack did not say whether the person it concerns is an active member here', next };
  if (error instanceof ChatError) return { what: 'Slack did not say whether you are a member here', next };
  if (error instanceof DamagedDocument)
    return { what: error.message, next: 'Whoever runs Slipway has to repair it.' };
  if (error instanceof StoreError) return { what: 'The store did not answer', next };
  return { what: 'Slipway failed; its log has the details', next: 'Look at /release status.' };
}

import type { Cancel, Seen } from '../../ports/executor.ts';
import { ForgeError, type Refusal } from '../../ports/forge.ts';
import { said } from './said.ts';
import { isUnsent } from './unsent.ts';

/** What an answer of a forge is told with. */
export interface FaultTelling {
  /** What somebody must do about a refusal, in whole sentences; empty: nothing more is known. */
  todo: (why: Refusal) => string;
  /** What no answer may contain. */
  secrets: readonly string[];
}

/** What came of the wish to start something. Throws whatever is not an answer of the forge. */
export function notStarted(error: unknown, telling: FaultTelling): Seen {
  const { fault } = forgeError(error);
  const isLimited = fault.kind === 'limited';
  if (fault.kind !== 'refused' && !isLimited && !isUnsent(error)) return notSeen(error, telling);
  const reason = `${reasonOf(forgeError(error), telling)}${isLimited ? ' Nothing was started: try again then.' : ''}`;
  return { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: false } };
}

/** What comes of a `ref` that is made of words in braces which say nothing about this release. */
export const NO_REF: Seen = {
  kind: 'ended',
  run: null,
  outcome: {
    kind: 'errored',
    ran: false,
    reason:
      'the ref of the step is empty, as nobody named a branch or tag for this release. Write the branch whose version deploys into slipway.yml: ref: main.',
  },
};

/**
 * The same of one run. To whom a project is hidden, all that is in it is missing: that is said of the run only where the project can
 * be seen. `seeProject`: asks for it, and throws `ForgeError`.
 */
export async function notThere(
  error: unknown,
  telling: FaultTelling,
  seeProject: () => Promise<unknown>,
): Promise<Seen> {
  const { fault } = forgeError(error);
  if (fault.kind !== 'refused' || fault.why.how !== 'missing') return notSeen(error, telling);
  try {
    await seeProject();
    return { kind: 'notFound' };
  } catch (hidden) {
    return notSeen(hidden, telling);
  }
}

/** What came of the wish to end a run. */
export function notCancelled(error: unknown, telling: FaultTelling): Cancel {
  if (forgeError(error).fault.kind !== 'refused') return notSeen(error, telling);
  return { kind: 'impossible', reason: reasonOf(forgeError(error), telling) };
}

/** What is known after it was asked for in vain. What is missing may only be hidden. */
export function notSeen(error: unknown, telling: FaultTelling): Seen & Cancel & { kind: 'unknown' } {
  const { fault } = forgeError(error);
  const until = fault.kind === 'limited' ? fault.until : null;
  return { kind: 'unknown', reason: reasonOf(forgeError(error), telling), until };
}

function forgeError(error: unknown): ForgeError {
  if (error instanceof ForgeError) return error;
  throw error;
}

function reasonOf({ message, fault }: ForgeError, { todo, secrets }: FaultTelling): string {
  if (fault.kind !== 'refused') return `${message}.`;
  const { why } = fault;
  const words = why.how === 'request' ? said(why.says ?? '', secrets) : '';
  return `${message}${words === '' ? '.' : `: “${words}”.`} ${todo(why)}`.trimEnd();
}

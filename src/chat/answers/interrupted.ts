import { erroredMessage } from '../refusals/refusals.ts';
import { truncate } from '../text/clean.ts';
import type { Message } from '../view-model.ts';

/** Most characters of what was asked. */
const WHAT_MAX = 150;

/** Why a request is not done again. 'late': too much time has passed. 'inexact': by now it may mean something else. */
export type NotAgain = 'late' | 'inexact';

const NEXT = {
  late: 'Look at /release status before you try again.',
  inexact: 'It may mean something else by now: look at /release status before you try again.',
} as const satisfies Record<NotAgain, string>;

/** For who asked for something whose process ended before its answer. `what`: what they typed or clicked; '': unknown. */
export function interruptedMessage(what: string, why: NotAgain): Message {
  const named = what === '' ? 'your request' : `“${truncate(what, WHAT_MAX)}”`;
  return erroredMessage(`Slipway was interrupted while it worked on ${named}`, 'unknown', NEXT[why]);
}

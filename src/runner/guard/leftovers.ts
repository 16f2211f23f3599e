import type { GuardReport, LeftProcess } from './reports.ts';

/** What a command left running. */
export interface Leftovers {
  /** Ended by us. */
  ended: LeftProcess[];
  /** Runs on: it could not be ended. */
  left: LeftProcess[];
}

export type LastWord = Extract<GuardReport, { type: 'ended' | 'notStarted' }>;

/** null: nothing was left, or nobody told. */
export function leftoversOf(word: LastWord | null): Leftovers | null {
  if (word?.type !== 'ended' || word.ended.length + word.left.length === 0) return null;
  return { ended: word.ended, left: word.left };
}

/** For the log. */
export function leftoverLines({ ended, left }: Leftovers): string {
  const named = (processes: LeftProcess[]) => processes.map(({ pid, name }) => `${name} (${pid})`).join(', ');
  return [
    '',
    ...(ended.length === 0 ? [] : [`slipway: the command left running, and was ended: ${named(ended)}`]),
    ...(left.length === 0 ? [] : [`slipway: could not be ended, and runs on: ${named(left)}`]),
    '',
  ].join('\n');
}

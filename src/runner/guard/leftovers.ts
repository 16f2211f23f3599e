import type { GuardReport, LeftProcess } from './reports.ts';

/** Processes that a command left running. */
export interface Leftovers {
  /** Ended by Slipway. */
  ended: LeftProcess[];
  /** Still running, because they could not be ended. */
  left: LeftProcess[];
}

/** The guard's final report. */
export type LastWord = Extract<GuardReport, { type: 'ended' | 'notStarted' }>;

/** null: nothing was left, or the guard did not report. */
export function leftoversOf(word: LastWord | null): Leftovers | null {
  if (word?.type !== 'ended' || word.ended.length + word.left.length === 0) return null;
  return { ended: word.ended, left: word.left };
}

/** Lines for the command's log. */
export function leftoverLines({ ended, left }: Leftovers): string {
  const named = (processes: LeftProcess[]) => processes.map(({ pid, name }) => `${name} (${pid})`).join(', ');
  return [
    '',
    ...(ended.length === 0 ? [] : [`slipway: ended what the command left running: ${named(ended)}`]),
    ...(left.length === 0 ? [] : [`slipway: could not end, and still running: ${named(left)}`]),
    '',
  ].join('\n');
}

import * as z from 'zod';

const process = z.object({ pid: z.int(), name: z.string() });
/** A process that a command left running. */
export type LeftProcess = z.output<typeof process>;

/** What the guard reports on fd 3. */
const guardReport = z.discriminatedUnion('type', [
  /** The command is about to start; from here on it may have run. */
  z.object({ type: z.literal('starting') }),
  z.object({ type: z.literal('started'), pid: z.int() }),
  /** The command certainly did not start (RULES 5). */
  z.object({ type: z.literal('notStarted'), reason: z.string() }),
  /** The command and its whole session are gone, except for `left`. `cause` null: it ended by itself. */
  z.object({
    type: z.literal('ended'),
    cause: z.enum(['asked', 'leaseOver', 'workerGone']).nullable(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    /** Processes that the command left running and the guard ended. */
    ended: z.array(process),
    /** Processes that could not be ended. */
    left: z.array(process),
  }),
]);
export type GuardReport = z.output<typeof guardReport>;

/** null: not a valid report of a guard. */
export function parseReport(line: string): GuardReport | null {
  try {
    return guardReport.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

import * as z from 'zod';

const process = z.object({ pid: z.int(), name: z.string() });
export type LeftProcess = z.output<typeof process>;

/** What the guard tells on fd 3. */
const guardReport = z.discriminatedUnion('type', [
  /** About to start the command: from here on it may have run. */
  z.object({ type: z.literal('starting') }),
  z.object({ type: z.literal('started'), pid: z.int() }),
  /** It is known that the command did not start (RULES 5). */
  z.object({ type: z.literal('notStarted'), reason: z.string() }),
  /** The command and all of its session are gone, but for what is `left`. `cause` null: it ended by itself. */
  z.object({
    type: z.literal('ended'),
    cause: z.enum(['asked', 'leaseOver', 'workerGone']).nullable(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    /** What the command had left running, and the guard ended. */
    ended: z.array(process),
    /** What could not be ended. */
    left: z.array(process),
  }),
]);
export type GuardReport = z.output<typeof guardReport>;

/** null: no guard says this. */
export function parseReport(line: string): GuardReport | null {
  try {
    return guardReport.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

import * as z from 'zod';

const hello = z.looseObject({
  type: z.literal('hello'),
  /** In seconds. */
  debug_info: z.looseObject({ approximate_connection_time: z.number().positive().optional() }).optional(),
});

const disconnect = z.looseObject({ type: z.literal('disconnect'), reason: z.string() });

const request = z.looseObject({
  type: z.enum(['slash_commands', 'interactive', 'events_api']),
  envelope_id: z.string().min(1),
  payload: z.unknown(),
  /** Of an event that is sent again. */
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
});

const typed = z.looseObject({ type: z.string() });

/** A request of Slack's, as Socket Mode wraps it. */
export interface Envelope {
  id: string;
  /** What the body of an HTTP request would hold; not checked yet. */
  payload: unknown;
  retry: { num: number; reason: string } | null;
}

/** What Slack sends over a connection. */
export type Frame =
  /** The connection is ready. `lifeMs`: how long Slack expects to keep it; null: not said. */
  | { kind: 'hello'; lifeMs: number | null }
  /** Slack is about to close the connection, or refuses it. */
  | { kind: 'disconnect'; reason: string }
  | { kind: 'request'; envelope: Envelope }
  /** `what`: its type; null: it cannot be read. */
  | { kind: 'unknown'; what: string | null };

/** Reads one message of a connection. */
export function readFrame(text: string): Frame {
  const json = parseJson(text);
  const { data } = typed.safeParse(json);
  switch (data?.type) {
    case 'hello': {
      const seconds = hello.safeParse(json).data?.debug_info?.approximate_connection_time;
      return { kind: 'hello', lifeMs: seconds === undefined ? null : seconds * 1000 };
    }
    case 'disconnect':
      return { kind: 'disconnect', reason: disconnect.safeParse(json).data?.reason ?? 'unknown' };
    case 'slash_commands':
    case 'interactive':
    case 'events_api': {
      const read = request.safeParse(json);
      if (!read.success) return { kind: 'unknown', what: data.type };
      const { envelope_id, payload, retry_attempt = 0, retry_reason = '' } = read.data;
      const retry = retry_attempt > 0 ? { num: retry_attempt, reason: retry_reason } : null;
      return { kind: 'request', envelope: { id: envelope_id, payload, retry } };
    }
    default:
      return { kind: 'unknown', what: data?.type ?? null };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

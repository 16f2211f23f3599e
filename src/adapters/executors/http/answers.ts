import * as z from 'zod';
import type { RemoteOutcome } from '../../../ports/executor.ts';
import { jsonOf } from '../../forges/http/http.ts';
import { waitOf } from '../../forges/http/patience.ts';
import type { Exchange } from '../exchange.ts';
import { lastLine, page, said } from '../said.ts';

const text = z.string().nullish().catch(null);

const document = z.object({
  state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  reason: text,
  url: text,
  log: text,
});

/** What a server says of an attempt. */
export interface Answer {
  state: z.output<typeof document>['state'];
  /** null: it gives none. */
  reason: string | null;
  url: string | null;
  /** As it came. */
  log: string | null;
  lastLine: string | null;
}

/** What an answer means. */
export type Heard =
  | { kind: 'state'; answer: Answer; location: string | null }
  /** It accepted the request and told no state. */
  | { kind: 'done'; reason: string }
  /** It did not do what it was asked. `gone`: it knows nothing at this address. */
  | { kind: 'refused'; reason: string; gone: boolean }
  | { kind: 'unknown'; reason: string; until: number | null };

/** The statuses of a refusal, and what people do about it. */
const REFUSED: Readonly<Record<number, string>> = {
  400: 'correct it there',
  401: 'the secret there and the one in slipway.yml must be the same',
  403: 'the secret there and the one in slipway.yml must be the same, and be allowed to deploy',
  404: 'see whether url in slipway.yml is right',
  405: 'see whether url in slipway.yml is right',
  410: 'see whether url in slipway.yml is right',
  413: 'correct it there',
  422: 'correct it there',
};

/** Beside these, a server that cannot end an attempt says so: in conflict with its state, or not at all. */
const NOT_ENDED: Readonly<Record<number, string>> = { 409: 'it does not end it', 501: 'it ends nothing' };

const NO_SAYING = z.object({ reason: text, message: text, error: text });

export interface Hearing {
  host: string;
  /** Not repeated. */
  secrets: readonly string[];
  now: number;
  /** The statuses that come with a state; empty: none has to, as something was ended. */
  told: readonly number[];
}

/** Reads an answer. Whatever is not certainly an answer of such a server is unknown. */
export function hear(came: Extract<Exchange, { kind: 'answer' }>, hearing: Hearing): Heard {
  const { status, headers } = came;
  const { host, now, told } = hearing;
  const body = jsonOf(came.text);
  const answered = `${host} answered ${status}${sentTo(came, host)}${quoted(came.text, body, hearing)}`;
  const wait = waitOf({ status, headers, body }, now);
  if (wait?.refused || (wait !== null && status >= 500)) {
    const until = wait.ms === 'soon' ? null : now + wait.ms;
    return { kind: 'unknown', reason: answered, until };
  }
  const refused = REFUSED[status] ?? (told.length === 0 ? NOT_ENDED[status] : undefined);
  if (refused !== undefined) {
    const gone = status === 404 || status === 410;
    return { kind: 'refused', reason: `${answered}: ${refused}`, gone };
  }
  const read = told.includes(status) ? document.safeParse(body) : null;
  if (read?.success)
    return { kind: 'state', answer: answerOf(read.data, hearing), location: headers.get('location') };
  if (told.length === 0 && status < 300) return { kind: 'done', reason: answered };
  const reason = read === null ? answered : `${answered} without a state that Slipway knows`;
  return { kind: 'unknown', reason, until: null };
}

function answerOf({ state, reason, url, log }: z.output<typeof document>, { secrets }: Hearing): Answer {
  return {
    state,
    reason: reason ? said(reason, secrets) : null,
    url: page(url ?? null, secrets),
    log: log ?? null,
    lastLine: log ? lastLine(log, secrets) : null,
  };
}

/** Where a redirect leads, which nobody follows: its query may hold a credential. */
function sentTo({ status, headers }: Extract<Exchange, { kind: 'answer' }>, host: string): string {
  const to = URL.parse(headers.get('location') ?? '', `https://${host}`);
  if (status < 300 || status >= 400 || to === null || !headers.has('location')) return '';
  return `, a redirect to ${to.host === host ? to.pathname : to.host}, which Slipway does not follow`;
}

/** What an error says in its body: a field of JSON, or plain text. A web page is not repeated. */
function quoted(body: string, json: unknown, { secrets }: Hearing): string {
  const read = NO_SAYING.safeParse(json);
  const words = read.success
    ? (read.data.reason ?? read.data.message ?? read.data.error ?? '')
    : json === undefined && !/^\s*[<{[]/.test(body)
      ? body
      : '';
  const shown = said(words, secrets);
  return shown === '' ? '' : ` ("${shown}")`;
}

/** How an attempt ended; null: it runs. */
export function outcomeOf({ state, reason }: Answer): RemoteOutcome | null {
  switch (state) {
    case 'running':
      return null;
    case 'succeeded':
      return { kind: 'succeeded' };
    case 'failed':
      return { kind: 'failed', says: reason ?? 'it failed, without a reason' };
    case 'cancelled':
      return { kind: 'cancelled', says: reason };
    default:
      return state satisfies never;
  }
}

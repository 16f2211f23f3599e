/** The parts of an answer by which a forge asks for patience. */
export interface LimitAnswer {
  status: number;
  headers: Headers;
  /** The body, if it is JSON; undefined: it is not. */
  body: unknown;
}

/** How a forge asks for patience: for how many milliseconds; 'soon': it does not say for how long. null: it does not ask. */
export type Wait = { ms: number | 'soon'; refused: boolean } | null;

/** Where a forge says when its budget is full again. GitHub and Gitea; GitLab, also as the draft of the standard has it. */
const RESETS = ['x-ratelimit-reset', 'ratelimit-reset'];
const REMAINING = ['x-ratelimit-remaining', 'ratelimit-remaining'];

/** A greater number is a moment, in seconds since the epoch; a smaller one a number of seconds. */
const MOMENTS_BEGIN = 1_000_000_000;

/** In milliseconds. Nothing that a forge says locks it out for longer. */
const MOST_MS = 24 * 3_600_000;

/** The first wait where a forge does not say how long, in milliseconds, as GitHub asks; it doubles each time. */
const SOON_MS = 60_000;
const SOON_MOST_MS = 3_600_000;

/**
 * Whether a forge asks for patience. `refused`: it did not do what it was asked. A 403 is a limit only if the answer says so by
 * `Retry-After`, an empty budget, or, at GitHub, the page of its documentation.
 */
export function waitOf({ status, headers, body }: LimitAnswer, now: number): Wait {
  const after = retryAfter(headers, now);
  const reset = REMAINING.some((name) => headers.get(name) === '0') ? resetIn(headers, now) : null;
  const refused = status === 429 || (status === 403 && (after !== null || reset !== null || isAbuse(body)));
  if (refused) return { ms: after ?? reset ?? 'soon', refused };
  if (after !== null && status >= 500) return { ms: after, refused };
  return reset === null ? null : { ms: reset, refused };
}

function retryAfter(headers: Headers, now: number): number | null {
  const said = headers.get('retry-after')?.trim();
  if (said === undefined || said === '') return null;
  if (/^\d+(\.\d+)?$/.test(said)) return bounded(Number(said) * 1_000);
  const moment = Date.parse(said);
  return Number.isNaN(moment) ? null : bounded(moment - serverNow(headers, now));
}

function resetIn(headers: Headers, now: number): number | null {
  const said = RESETS.map((name) => headers.get(name)).find((value) => value !== null);
  if (said === undefined || said === null || !/^\d+(\.\d+)?$/.test(said)) return null;
  const seconds = Number(said);
  return bounded(
    seconds < MOMENTS_BEGIN ? seconds * 1_000 : Math.ceil(seconds) * 1_000 - serverNow(headers, now),
  );
}

/** The forge's clock, by which it names moments; ours may differ. `Date` has whole seconds, rounded down. */
function serverNow(headers: Headers, now: number): number {
  const said = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(said) ? now : said;
}

const bounded = (ms: number) => Math.min(Math.max(ms, 0), MOST_MS);

/** GitHub refuses too many requests at once without a header; the page that explains it is named in the answer. */
function isAbuse(body: unknown): boolean {
  const page =
    typeof body === 'object' && body !== null && 'documentation_url' in body ? body.documentation_url : null;
  return typeof page === 'string' && /rate-limit|abuse/.test(page);
}

/** Until when a forge wants no requests. */
export class Patience {
  #until = Number.NEGATIVE_INFINITY;
  /** How often in a row the forge refused without saying for how long. */
  #unsaid = 0;

  /** null: requests are welcome. */
  until(now: number): number | null {
    return now < this.#until ? this.#until : null;
  }

  /** Learns from an answer; returns whether it was a refusal, and until when. */
  learn(answer: LimitAnswer, now: number): number | null {
    const wait = waitOf(answer, now);
    if (answer.status < 400) this.#unsaid = 0;
    if (wait === null) return null;
    const ms = wait.ms === 'soon' ? Math.min(SOON_MS * 2 ** this.#unsaid++, SOON_MOST_MS) : wait.ms;
    this.#until = Math.max(this.#until, now + ms);
    return wait.refused ? this.#until : null;
  }
}

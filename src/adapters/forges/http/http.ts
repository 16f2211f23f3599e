import { LRUCache } from 'lru-cache';
import { ForgeError, type ForgeFault, type Refusal, type Unreachable } from '../../../ports/forge.ts';
import { createMasker } from '../../../runner/mask/mask.ts';
import { readAnswer } from '../../http/answers.ts';
import { Patience } from './patience.ts';

/** In bytes. A hundred check runs of GitHub with all their text are 13 MB, and more where much of it is escaped. */
const BODY_LIMIT = 32 * 1024 * 1024;

/** Answers that are kept to be asked for again, in characters of all together. */
const KEPT = 32 * 1024 * 1024;

/** Characters of what a forge says about a refusal. */
const SAYS_MAX = 1_000;

/** How often one request follows where a forge sends it: a repository may have been renamed more than once. */
const REDIRECTS = 3;

/** A value that a header can have. No token has line ends or letters beyond these. */
const SENDABLE = /^[\x20-\x7e]*$/;

/** An answer that is not an error. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** JSON; null: none. */
  body: string | null;
  /** True: an address elsewhere is the answer, such as that of a log in a storage, and is not followed. */
  handsOn?: boolean;
  /** Ends the request before its time is over. */
  signal?: AbortSignal;
}

/** How a refusal of this kind of forge is read; null: as the status says. */
export type ReadRefusal = (status: number, headers: Headers, body: unknown) => Refusal | null;

export interface HttpOptions {
  /** The forge's name in the configuration. */
  forge: string;
  now: () => number;
  /** How long a request may take, with its answer. */
  timeoutMs: number;
  readRefusal: ReadRefusal;
}

/**
 * Requests to one forge with one account. Nothing is asked while the forge wants patience. What was asked before is asked for
 * again with its `ETag`, which costs nothing of GitHub's budget where nothing changed. Credentials go to the origin that was
 * asked, and nowhere that it sends us.
 */
export class ForgeHttp {
  readonly #options: HttpOptions;
  readonly #patience = new Patience();
  readonly #kept = new LRUCache<string, Answer>({
    maxSize: KEPT,
    sizeCalculation: ({ text }) => text.length + 1,
  });

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** `asked`: as for `ForgeError`, which it throws for whatever is not an answer of an API that accepted the request. */
  async send(asked: string, request: HttpRequest): Promise<Answer> {
    const { now } = this.#options;
    const until = this.#patience.until(now());
    if (until !== null) throw this.error(asked, { kind: 'limited', until });
    // What `fetch` says of such a header repeats it.
    if (!Object.values(request.headers).every((value) => SENDABLE.test(value)))
      throw this.error(asked, { kind: 'refused', why: { how: 'credentials' } });
    const kept = request.method === 'GET' ? this.#kept.get(request.url) : undefined;
    const etag = kept?.headers.get('etag');
    const headers =
      typeof etag === 'string' ? { ...request.headers, 'if-none-match': etag } : request.headers;
    const answer = await this.#follow(asked, { ...request, headers });
    if (request.handsOn && redirectOf(answer) !== null) return answer;
    const body = answer.status < 400 ? undefined : jsonOf(answer.text);
    const limited = this.#patience.learn({ ...answer, body }, now());
    if (limited !== null) throw this.error(asked, { kind: 'limited', until: limited });
    if (answer.status === 304 && kept !== undefined) return unchanged(kept, answer);
    const fault = this.#faultOf(answer, body, request.headers);
    if (fault !== null) throw this.error(asked, fault);
    if (request.method === 'GET' && answer.headers.has('etag')) this.#kept.set(request.url, answer);
    return answer;
  }

  error(asked: string, fault: ForgeFault, options: ErrorOptions = {}): ForgeError {
    return new ForgeError(this.#options.forge, asked, fault, options);
  }

  /** Follows within the origin. A moved page is asked with the same method and body, as GitHub wants it. */
  async #follow(asked: string, request: HttpRequest): Promise<Answer> {
    let { url } = request;
    for (let left = REDIRECTS; ; left--) {
      const answer = await this.#exchange(asked, { ...request, url });
      const location = redirectOf(answer);
      if (location === null || left === 0 || !URL.canParse(location, url)) return answer;
      const next = new URL(location, url);
      if (next.origin !== new URL(url).origin) return answer;
      // What GitHub hands on, it may keep at its own host.
      if (request.handsOn && answer.status === 302) return answer;
      url = next.href;
    }
  }

  async #exchange(asked: string, { method, url, headers, body, signal }: HttpRequest): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers: { accept: 'application/json', 'user-agent': 'slipway', ...headers },
        ...(body === null ? {} : { body }),
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      const text = await readAnswer(response, BODY_LIMIT);
      if (text === null) throw this.error(asked, { kind: 'unreadable', how: 'size' });
      return { status: response.status, headers: response.headers, text };
    } catch (error) {
      if (error instanceof ForgeError) throw error;
      throw this.error(asked, { kind: 'unreachable', how: howUnreachable(error) }, { cause: error });
    }
  }

  /** What is wrong with an answer; null: nothing. */
  #faultOf(
    { status, headers, text }: Answer,
    body: unknown,
    sent: Record<string, string>,
  ): ForgeFault | null {
    if (status >= 500 || status === 408 || status === 425) return { kind: 'broken', status };
    // A web page is not a refusal of the API, whatever its status says: it may come from a proxy on the way.
    if (text.trimStart().startsWith('<') || headers.get('content-type')?.includes('html'))
      return { kind: 'unreadable', how: 'page' };
    if (status < 300) return null;
    if (status < 400) return { kind: 'unreadable', how: 'page' };
    const why = this.#options.readRefusal(status, headers, body) ?? refusalOf(status);
    return { kind: 'refused', why: withoutCredentials(why, sent) };
  }
}

/** What OpenSSL and Node call a certificate that is not trusted: `DEPTH_ZERO_SELF_SIGNED_CERT`, `CERT_HAS_EXPIRED`, … */
const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|CRL_|HOSTNAME_MISMATCH/;
const REFUSED = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];
const NAME = ['ENOTFOUND', 'EAI_AGAIN'];
const SILENCE = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** By the code of what `fetch` threw, or of its cause. */
export function howUnreachable(error: unknown): Unreachable {
  if (!(error instanceof Error)) return 'closed';
  if (error.name === 'TimeoutError') return 'silence';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) return howUnreachable(error.cause);
  if (NAME.includes(code)) return 'name';
  if (REFUSED.includes(code)) return 'refused';
  if (SILENCE.includes(code)) return 'silence';
  return CERTIFICATE.test(code) ? 'certificate' : 'closed';
}

function refusalOf(status: number): Refusal {
  switch (status) {
    case 401:
      return { how: 'credentials' };
    case 403:
      return { how: 'scope', scope: null };
    case 404:
    case 410:
      return { how: 'missing' };
    default:
      return { how: 'request', status };
  }
}

/** Where else the forge wants to be asked; null: it does not say. */
function redirectOf({ status, headers }: Answer): string | null {
  return [301, 302, 307, 308].includes(status) ? headers.get('location') : null;
}

/** The headers that log in to a forge. */
const CREDENTIALS = ['authorization', 'private-token'];

/** A forge may repeat what it was sent. */
function withoutCredentials(why: Refusal, sent: Record<string, string>): Refusal {
  if (why.how !== 'request' || why.says == null) return why;
  const masker = createMasker(CREDENTIALS.flatMap((name) => spellings(sent[name] ?? '')));
  return { ...why, says: masker.push(Buffer.from(why.says.slice(0, SAYS_MAX))) + masker.end() };
}

/** The same page may have another one after it by now. */
function unchanged(kept: Answer, { headers }: Answer): Answer {
  const link = headers.get('link');
  if (link === null) return kept;
  const merged = new Headers(kept.headers);
  merged.set('link', link);
  return { ...kept, headers: merged };
}

/** undefined: it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What logs in, of a header that says `token …`, `Bearer …` or `Basic …`, or nothing else. */
function spellings(header: string): string[] {
  const [, basic] = /^Basic (.+)$/i.exec(header) ?? [];
  const login =
    basic === undefined
      ? []
      : [
          Buffer.from(basic, 'base64')
            .toString()
            .replace(/^[^:]*:/, ''),
        ];
  return [header, header.replace(/^\S+ /, ''), ...login];
}

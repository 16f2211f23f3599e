import { UNREACHABLE } from '../../ports/forge.ts';
import { howUnreachable } from '../forges/http/http.ts';
import { readAnswer } from '../http/answers.ts';
import { isUnsent } from './unsent.ts';

/** What every client of a system that carries out steps is opened with. */
export interface ExecutorOptions {
  now: () => number;
  /** How long one request may take, with its answer. */
  timeoutMs: number;
}

/** A request as it is sent. */
export interface ExecutorRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** null: none. */
  body: string | null;
}

/** What came of a request. Redirects are answers: nobody follows them. */
export type Exchange =
  | { kind: 'answer'; status: number; headers: Headers; text: string }
  /** `unsent`: it certainly did not arrive; else nobody knows that. `reason`: in words, without anything secret. */
  | { kind: 'none'; reason: string; unsent: boolean };

/** In bytes. */
const BODY_LIMIT = 1024 * 1024;

/** Sends a request, and reads what comes back within bounds. Throws for nothing that the system or the network does. */
export async function exchange(
  { method, url, headers, body }: ExecutorRequest,
  timeoutMs: number,
): Promise<Exchange> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', 'user-agent': 'slipway', ...headers },
      ...(body === null ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readAnswer(response, BODY_LIMIT);
    if (text === null)
      return { kind: 'none', reason: `the answer of ${host} is larger than 1 MB`, unsent: false };
    return { kind: 'answer', status: response.status, headers: response.headers, text };
  } catch (error) {
    return { kind: 'none', reason: `${host} ${UNREACHABLE[howUnreachable(error)]}`, unsent: isUnsent(error) };
  }
}

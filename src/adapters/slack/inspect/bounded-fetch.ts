import { readAnswer } from '../../http/answers.ts';

/** Hears of an answer when its headers came. Both times in milliseconds, by the clock of this process. */
export type Heard = (headers: Headers, sentAt: number, heardAt: number) => void;

/** A page of a thousand channels with all their texts has less than 2 MB. */
const LIMIT = 16 * 1024 * 1024;

/** The headers of a body that is not sent as it came. */
const OF_BODY = ['content-encoding', 'content-length', 'transfer-encoding'];

/** `fetch` that reads answers whole, within the time limit of the request, and nothing of one that is too large. */
export function boundedFetch(heard: Heard, now: () => number, limitBytes = LIMIT): typeof fetch {
  return async (input, init) => {
    const sentAt = now();
    const response = await fetch(input, init);
    heard(response.headers, sentAt, now());
    const text = (await readAnswer(response, limitBytes)) ?? 'too large';
    const headers = new Headers(response.headers);
    for (const name of OF_BODY) headers.delete(name);
    return new Response(text, { status: response.status, headers });
  };
}

import { LRUCache } from 'lru-cache';
import type { Heard, JenkinsCall } from './client.ts';
import type { Places } from './places.ts';

/** In bytes: what is read for the last line of a console, and for its end. */
const LINE = 4 * 1024;
const END = 128 * 1024;

const TAKES = 'Job/Read';

/** The consoles of the builds of a job. Jenkins is asked where one ends once, and then from there on. */
export class Consoles {
  readonly #places: Places;
  /** Where consoles ended, in bytes, by the number of the build. */
  readonly #ends = new LRUCache<number, number>({ max: 500 });

  constructor(places: Places) {
    this.#places = places;
  }

  /** Enough of the end for its last line; null: Jenkins does not say. */
  async line(call: JenkinsCall, number: number): Promise<string | null> {
    return await this.#read(call, number, LINE);
  }

  /** The end; null: Jenkins does not say. */
  async end(call: JenkinsCall, number: number): Promise<string | null> {
    return await this.#read(call, number, END);
  }

  async #read(call: JenkinsCall, number: number, bytes: number): Promise<string | null> {
    const url = `${this.#places.build(number)}/logText/progressiveText`;
    const known = this.#ends.get(number) ?? sizeOf(await call.head({ url, takes: TAKES }));
    const start = Math.max((known ?? 0) - bytes, 0);
    const heard = await call.get({ url, query: { start: String(start) }, takes: TAKES });
    const size = sizeOf(heard);
    if (size === null) this.#ends.delete(number);
    else this.#ends.set(number, size);
    if (heard.kind !== 'answer' || heard.status !== 200 || !isPlain(heard.headers)) return null;
    const { text } = heard;
    // It may begin in the middle of a line.
    return start === 0 || !text.includes('\n') ? text : text.slice(text.indexOf('\n') + 1);
  }
}

/** How long a console is, in bytes; null: it does not say. */
function sizeOf(heard: Heard): number | null {
  const size = heard.kind === 'answer' ? heard.headers.get('x-text-size') : null;
  return size !== null && /^\d+$/.test(size) ? Number(size) : null;
}

function isPlain(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('text/plain') === true;
}

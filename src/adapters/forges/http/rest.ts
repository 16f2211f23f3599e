import type * as z from 'zod';
import { type Answer, type ForgeHttp, jsonOf } from './http.ts';

/** One page of a list; `next`: the address of the next one; null: this is the last. */
export interface Page<T> {
  items: readonly T[];
  next: string | null;
}

type Query = Record<string, string | number | boolean>;

/** No list is read further: at a hundred entries a page, five thousand. */
const PAGES = 50;

/** Calls to a REST API in JSON. Every method throws `ForgeError`. */
export class Rest {
  readonly #http: ForgeHttp;
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #until: { signal?: AbortSignal };

  /** `base`: the address of the API, without a slash at its end. `headers`: the credentials. */
  constructor(
    http: ForgeHttp,
    base: string,
    headers: Record<string, string>,
    until: { signal?: AbortSignal } = {},
  ) {
    this.#http = http;
    this.#base = base;
    this.#headers = headers;
    this.#until = until;
  }

  /** The same, but nothing is awaited once `signal` is aborted: it counts as no answer. */
  until(signal: AbortSignal): Rest {
    return new Rest(this.#http, this.#base, this.#headers, { signal });
  }

  async get<S extends z.ZodType>(
    asked: string,
    path: string,
    schema: S,
    query: Query = {},
  ): Promise<z.infer<S>> {
    return parsed(this.#http, asked, schema, jsonOf((await this.look(asked, path, query)).text));
  }

  /** The answer as it came, for what its headers say. */
  async look(asked: string, path: string, query: Query = {}): Promise<Answer> {
    return await this.#http.send(asked, {
      method: 'GET',
      url: this.#url(path, query),
      headers: this.#headers,
      body: null,
      ...this.#until,
    });
  }

  /** Sends JSON. The answer is read only if there is a schema for it. */
  async send<S extends z.ZodType>(
    asked: string,
    method: 'POST' | 'PUT',
    path: string,
    body: Record<string, unknown>,
    schema: S,
  ): Promise<z.infer<S>> {
    const answer = await this.#http.send(asked, {
      method,
      url: this.#url(path, {}),
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...this.#until,
    });
    return parsed(this.#http, asked, schema, jsonOf(answer.text));
  }

  /** Reads a list to its end. `page`: what one answer holds. */
  async list<S extends z.ZodType, T>(
    asked: string,
    path: string,
    query: Query,
    schema: S,
    page: (data: z.infer<S>, headers: Headers) => Page<T>,
  ): Promise<T[]> {
    return await pagesOf(this.#http, asked, this.#base, async (next) => {
      const url = next ?? this.#url(path, query);
      const answer = await this.#http.send(asked, {
        method: 'GET',
        url,
        headers: this.#headers,
        body: null,
        ...this.#until,
      });
      return page(parsed(this.#http, asked, schema, jsonOf(answer.text)), answer.headers);
    });
  }

  #url(path: string, query: Query): string {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return `${this.#base}${path}${search === '' ? '' : `?${search}`}`;
  }
}

/** Reads pages until there is none. Addresses of further ones lead to `base`'s origin, whatever the forge calls itself. */
export async function pagesOf<T>(
  http: ForgeHttp,
  asked: string,
  base: string,
  read: (next: string | null) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let next: string | null = null;
  for (let pages = 0; pages < PAGES; pages++) {
    const page: Page<T> = await read(next);
    all.push(...page.items);
    if (page.next === null) return all;
    if (!URL.canParse(page.next, base)) throw http.error(asked, { kind: 'unreadable', how: 'document' });
    const { pathname, search } = new URL(page.next, base);
    next = `${new URL(base).origin}${pathname}${search}`;
  }
  throw http.error(asked, { kind: 'unreadable', how: 'endless' });
}

/** The answer as the schema has it. */
export function parsed<S extends z.ZodType>(
  http: ForgeHttp,
  asked: string,
  schema: S,
  data: unknown,
): z.infer<S> {
  const result = schema.safeParse(data);
  if (!result.success) throw http.error(asked, { kind: 'unreadable', how: 'document' });
  return result.data;
}

/** The address that a `Link` header calls the next one; null: there is none. */
export function nextLink(headers: Headers): string | null {
  for (const [, url, parameters] of (headers.get('link') ?? '').matchAll(/<([^>]*)>([^,<]*)/g))
    if (url !== undefined && /;\s*rel="?next"?/.test(parameters ?? '')) return url;
  return null;
}

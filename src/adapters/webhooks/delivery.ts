import type { Request } from 'express';
import type { HookKind, NamedRepository } from './hook-kind.ts';

/** Longest delivery id that is believed, in characters; a UUID has 36. */
const ID_MAX = 200;

const FORM = 'application/x-www-form-urlencoded';

/** A request of one kind of forge, as that kind writes it. */
export class Delivery {
  readonly hook: HookKind;
  readonly request: Request;

  constructor(hook: HookKind, request: Request) {
    this.hook = hook;
    this.request = request;
  }

  header = (name: string): string | undefined => this.request.get(name);

  /** null: there is none, or one that is longer than any forge's. */
  get id(): string | null {
    const id = this.#first(this.hook.delivery);
    return id === null || id.length > ID_MAX ? null : id;
  }

  get event(): string | null {
    return this.#first(this.hook.event);
  }

  #first(names: readonly string[]): string | null {
    return names.map(this.header).find((value) => value) ?? null;
  }

  /** True: its body says that it is a form. */
  get isForm(): boolean {
    return (this.header('content-type') ?? '').toLowerCase().startsWith(FORM);
  }

  /** The payload of a body. undefined: it is no JSON. */
  payload(raw: Buffer): unknown {
    const text = raw.toString('utf8');
    const isForm = this.hook.forms && this.isForm;
    try {
      return JSON.parse((isForm ? new URLSearchParams(text).get('payload') : text) ?? '');
    } catch {
      return undefined;
    }
  }

  /** The repository that a payload of any event names. */
  about(raw: Buffer): NamedRepository | null {
    return this.hook.about.safeParse(this.payload(raw)).data ?? null;
  }
}

import type { ReceiverEvent } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { interruptedMessage } from '../../../chat/answers/interrupted.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { ChatError } from '../../../ports/chat.ts';
import { type RequestRecord, StoreError } from '../../../ports/store.ts';
import { within } from '../../within.ts';
import { STARTING } from '../controllers/change.ts';
import type { ListenerContext } from '../listeners/listener-context.ts';
import { type Asked, askedIn, keptBody } from './asked.ts';
import { tellInstead, tellPerson } from './tell.ts';

/** Longest wait for the store, twice, before a request is acknowledged: Slack waits three seconds. */
const STORE_MS = 1_000;

/** How many requests are taken from other processes at once. */
const AT_ONCE = 50;

/** After so many tries a request is not done any more: its person is told. A request that ends its process ends few. */
const TRIES = 5;

/** After this long it is given up to tell a person who cannot be told. */
const GIVEN_UP_MS = 24 * 3_600_000;

/** Requests whose id no other request has: a dialog may be submitted again, and Slack repeats events until one is stored. */
const ONCE: ReadonlySet<Asked['kind']> = new Set(['command', 'click', 'shortcut']);

/** What listeners find in Bolt's context of a request that an earlier process left: nobody reads their acknowledgement. */
const AGAIN = { again: true };

const kept = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.unknown()));

/** A request that another process left; null: it cannot be read. */
interface Left {
  record: RequestRecord;
  body: Record<string, unknown> | null;
  asked: Asked | null;
}

export interface InboxOptions extends ListenerContext {
  client: WebClient;
  /** Has the listeners work. Rejects if one failed: then its person has no answer. */
  process: (event: ReceiverEvent) => Promise<void>;
}

/**
 * Takes requests of people so that none is lost once Slack is told that it is taken: each is stored before it is
 * acknowledged, and deleted when its listener has done the work and sent the answer. What a process leaves, another one,
 * or the same after a restart, gives to the same listeners: the command has the same id, so it is done once.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #running = new Set<Promise<void>>();
  /** Ids of the requests this process works on. */
  readonly #held = new Set<string>();
  /** Ids of finished requests that could not be deleted yet. */
  readonly #finished = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Handles what a receiver got. Rejects if it could not be acknowledged. */
  readonly take = (event: ReceiverEvent): Promise<void> => this.#tracked(this.#take(event));

  /** Continues what other processes left, now and from time to time. `alone`: no other process works now. */
  async begin(services: ChatServices, alone: boolean): Promise<void> {
    this.#timer = setInterval(
      () => void this.#look(services, services.clock.leaseNow()),
      services.timing.sweepMs,
    );
    await this.#look(services, alone ? Number.MAX_SAFE_INTEGER : services.clock.leaseNow());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves when all acknowledged work is done, or after `withinMs` milliseconds. */
  async idle(withinMs: number): Promise<void> {
    await within(withinMs, Promise.allSettled(this.#running));
  }

  async #tracked(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    await work.finally(() => this.#running.delete(work));
  }

  async #take(event: ReceiverEvent): Promise<void> {
    const { process } = this.#options;
    const asked = askedIn(event.body);
    if (asked === null) return process(event);
    if (!ONCE.has(asked.kind)) return this.#takeOnce(event, asked);
    // Delivered twice: the first one is answered.
    if (this.#held.has(asked.id)) return event.ack();
    this.#held.add(asked.id);
    try {
      await this.#takeOnce(event, asked);
    } finally {
      this.#held.delete(asked.id);
    }
  }

  async #takeOnce(event: ReceiverEvent, asked: Asked): Promise<void> {
    const { log, client, process } = this.#options;
    const services = this.#options.services();
    const problem = services ? await this.#keep(services, asked, event.body) : STARTING;
    if (problem === null && services) return this.#work(services, asked, () => process(event));
    this.#held.delete(asked.id);
    // Slack sends an event again that is not acknowledged.
    if (asked.kind === 'event') throw new StoreError('an event cannot be kept now');
    log.warn({ asked: asked.kind }, 'a request was not taken');
    await tellInstead(client, event, asked, problem ?? STARTING);
  }

  /** Stores the request; null: stored, else what to tell its person. */
  async #keep(services: ChatServices, asked: Asked, body: Record<string, unknown>): Promise<Message | null> {
    const { store, clock } = services;
    const what = 'The store did not answer';
    this.#held.add(asked.id);
    // A store that does not answer this has not seen the request either.
    if (!(await isDone(store.ping()))) return erroredMessage(what, 'none', 'Try again in a minute.');
    const record: RequestRecord = {
      id: asked.id,
      at: clock.now(),
      until: leaseEnd(services),
      taken: 0,
      body: JSON.stringify(keptBody(asked.kind, body)),
    };
    if (await isDone(store.keepRequest(record))) return null;
    return erroredMessage(what, 'unknown', 'Look at /release status before you try again.');
  }

  async #work(services: ChatServices, { id }: Asked, work: () => Promise<void>): Promise<void> {
    this.#held.add(id);
    try {
      await work();
      this.#finished.add(id);
      await this.#finish(services, id);
    } catch (error) {
      // Whoever looks next, does it again or tells the person.
      this.#options.log.warn({ err: error, request: id }, 'a request is not finished yet');
    } finally {
      this.#held.delete(id);
    }
  }

  async #finish({ store }: ChatServices, id: string): Promise<void> {
    await store.finishRequest(id);
    this.#finished.delete(id);
  }

  /** Takes over requests whose process had them until `now`. */
  async #look(services: ChatServices, now: number): Promise<void> {
    const { store, clock, log } = services;
    if (clock.wrong !== null) return;
    try {
      if (this.#held.size > 0) await store.holdRequests([...this.#held], leaseEnd(services));
      if (this.#looking) return;
      this.#looking = true;
      try {
        for (const id of this.#finished) await this.#finish(services, id);
        const taken = await store.takeRequests(now, leaseEnd(services), AT_ONCE);
        const left = taken.filter(({ id }) => !this.#held.has(id));
        for (const { id } of left) this.#held.add(id);
        const read = left.map((record) => ({ record, ...readBody(record) }));
        const people = new Set(read.map(({ asked }) => asked?.user));
        for (const person of people) {
          const ofOne = read.filter(({ asked }) => asked?.user === person);
          void this.#tracked(this.#oneByOne(services, ofOne));
        }
      } finally {
        this.#looking = false;
      }
    } catch (error) {
      log.warn({ err: error }, 'requests that are not finished could not be looked for');
    }
  }

  /** Continues the requests of one person in the order in which they were made. Nobody waits for another person's. */
  async #oneByOne(services: ChatServices, left: readonly Left[]): Promise<void> {
    for (const one of left.toSorted((a, b) => a.record.at - b.record.at)) {
      try {
        await this.#again(services, one);
      } catch (error) {
        services.log.warn({ err: error, request: one.record.id }, 'a request could not be given up');
      } finally {
        this.#held.delete(one.record.id);
      }
    }
  }

  async #again(services: ChatServices, { record, body, asked }: Left): Promise<void> {
    const { log } = services;
    const age = services.clock.now() - record.at;
    if (body === null || asked === null || age > GIVEN_UP_MS) {
      log.error({ request: record.id, age }, 'a request is given up');
      return this.#finish(services, record.id);
    }
    log.info({ request: record.id, kind: asked.kind, age }, 'a request of an earlier process is continued');
    const isLate = age > services.timing.requestLateMs || record.taken > TRIES;
    await this.#work(services, asked, () =>
      isLate
        ? this.#tellLate(asked)
        : this.#options.process({ body, ack: async () => undefined, customProperties: AGAIN }),
    );
  }

  async #tellLate(asked: Asked): Promise<void> {
    const { client, log } = this.#options;
    try {
      await tellPerson(client, asked, interruptedMessage(asked.what, 'late'));
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== 'final') throw error;
      log.warn({ err: error, user: asked.user }, 'a person cannot be told about their request');
    }
  }
}

/** Whether the store does this in time. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  const done = work.then(
    () => true,
    () => false,
  );
  return (await within(STORE_MS, done)) ?? false;
}

/** null: it cannot be read. */
function readBody({ body }: RequestRecord): Omit<Left, 'record'> {
  const read = kept.safeParse(body).data ?? null;
  return { body: read, asked: askedIn(read) };
}

function leaseEnd({ clock, timing }: ChatServices): number {
  return clock.leaseNow() + timing.leaseMs + timing.marginMs;
}

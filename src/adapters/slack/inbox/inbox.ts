import type { ReceiverEvent } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { interruptedMessage } from '../../../chat/answers/interrupted.ts';
import type { Message } from '../../../chat/view-model.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { within } from '../../../flow/services/within.ts';
import { ChatError } from '../../../ports/chat.ts';
import { STARTING } from '../controllers/change.ts';
import type { ListenerContext } from '../listeners/listener-context.ts';
import { type Asked, askedIn } from './asked.ts';
import { cameAt, type Known, keepRequest, leaseEnd } from './keep.ts';
import { type Left, readLeft } from './left.ts';
import { NotTaken } from './not-taken.ts';
import { tellInstead, tellPerson } from './tell.ts';

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
  /** The requests this process works on, by id, with the time at which they came. */
  readonly #held = new Map<string, number>();
  /** Finished requests, by id, that are not deleted yet, with the time at which they came. */
  readonly #finished = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Handles what a receiver got. Rejects if it could not be acknowledged, with `NotTaken` where Slack sends it again. */
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
    const services = this.#options.services();
    // Whatever happened: nobody else is told of it, and no listener could answer it now.
    if (services === null && isEvent(event)) throw new NotTaken('Slipway is starting');
    const asked = askedIn(event.body);
    if (asked === null) return this.#options.process(event);
    if (services === null) return this.#refuse(event, asked, STARTING);
    // Delivered twice: the first one is answered.
    if (ONCE.has(asked.kind) && this.#held.has(asked.id)) return event.ack();
    const request: Known = { id: asked.id, at: cameAt(services, event, asked) };
    await this.#holding(request, async () => {
      const kept = await keepRequest(services, asked, request, event.body);
      if (kept.kind === 'unknown' && ONCE.has(asked.kind)) {
        void this.#tracked(this.#withdraw(services, request, kept.keeping));
      }
      if (kept.kind !== 'kept') return this.#refuse(event, asked, kept.problem);
      await this.#work(services, request, () => this.#doOrTell(services, event, asked, request));
    });
  }

  /** Answers a request that is not taken. */
  async #refuse(event: ReceiverEvent, asked: Asked, problem: Message): Promise<void> {
    const { log, client } = this.#options;
    if (asked.kind === 'event') throw new NotTaken('the event cannot be kept now');
    log.warn({ asked: asked.kind }, 'a request was not taken');
    try {
      await tellInstead(client, event, asked, problem);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      throw new NotTaken('a request cannot be kept now, nor can its person be told', { cause: error });
    }
  }

  /** A request whose person is told that it was not taken is not kept after all: they may make it again. */
  async #withdraw(services: ChatServices, request: Known, keeping: Promise<void>): Promise<void> {
    await keeping.catch(() => undefined);
    await this.#work(services, request, async () => undefined);
  }

  /** Works until the request is finished. Never throws. */
  async #work(services: ChatServices, request: Known, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#finished.set(request.id, request.at);
      await this.#finish(services, request);
    } catch (error) {
      // Whoever looks next, does it again or tells the person.
      this.#options.log.warn({ err: error, request: request.id }, 'a request is not finished yet');
    }
  }

  /** An event that Slack sends again may come too late to be done. */
  async #doOrTell(
    { clock, timing }: ChatServices,
    event: ReceiverEvent,
    asked: Asked,
    { at }: Known,
  ): Promise<void> {
    if (clock.now() - at <= timing.requestLateMs) return this.#options.process(event);
    await event.ack();
    await this.#tellLate(asked);
  }

  async #finish({ store }: ChatServices, { id, at }: Known): Promise<void> {
    await store.finishRequest(id, at);
    if (this.#finished.get(id) === at) this.#finished.delete(id);
  }

  /** This process has the request until `work` ends, unless the same one is made again meanwhile. */
  async #holding({ id, at }: Known, work: () => Promise<void>): Promise<void> {
    this.#held.set(id, at);
    try {
      await work();
    } finally {
      if (this.#held.get(id) === at) this.#held.delete(id);
    }
  }

  /** Takes over requests whose process had them until `now`. */
  async #look(services: ChatServices, now: number): Promise<void> {
    const { store, clock, log } = services;
    if (clock.wrong !== null || this.#looking) return;
    this.#looking = true;
    try {
      if (this.#held.size > 0) await store.holdRequests([...this.#held.keys()], leaseEnd(services));
      await Promise.all([...this.#finished].map(([id, at]) => this.#finish(services, { id, at })));
      const taken = await store.takeRequests(now, leaseEnd(services), AT_ONCE);
      const left = taken.filter(({ id }) => !this.#held.has(id));
      for (const { id, at } of left) this.#held.set(id, at);
      const read = left.map(readLeft);
      const people = new Set(read.map(({ asked }) => asked?.user));
      for (const person of people) {
        const ofOne = read.filter(({ asked }) => asked?.user === person);
        void this.#tracked(this.#oneByOne(services, ofOne));
      }
    } catch (error) {
      log.warn({ err: error }, 'requests that are not finished could not be looked for');
    } finally {
      this.#looking = false;
    }
  }

  /** Continues the requests of one person in the order in which they were made. Nobody waits for another person's. */
  async #oneByOne(services: ChatServices, left: readonly Left[]): Promise<void> {
    for (const one of left.toSorted((a, b) => a.record.at - b.record.at)) {
      // Made again meanwhile: that one replaced it.
      if (this.#held.get(one.record.id) !== one.record.at) continue;
      try {
        await this.#holding(one.record, () => this.#again(services, one));
      } catch (error) {
        services.log.warn({ err: error, request: one.record.id }, 'a request could not be given up');
      }
    }
  }

  async #again(services: ChatServices, { record, body, asked }: Left): Promise<void> {
    const { log } = services;
    const age = services.clock.now() - record.at;
    if (body === null || asked === null || age > GIVEN_UP_MS) {
      log.error({ request: record.id, age }, 'a request is given up');
      return this.#finish(services, record);
    }
    log.info({ request: record.id, kind: asked.kind, age }, 'a request of an earlier process is continued');
    const isLate = age > services.timing.requestLateMs || record.taken > TRIES;
    await this.#work(services, record, () =>
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

function isEvent({ body }: ReceiverEvent): boolean {
  return body.type === 'event_callback';
}

import { ChatError } from '../../ports/chat.ts';
import { StoreError } from '../../ports/store.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { ChatServices } from '../services/services.ts';
import { askForWatch } from './ask-reader.ts';
import { heldMs } from './homes.ts';
import { holdHome, leaveHome, takeHome } from './record-person.ts';
import { showHome } from './show-home.ts';

/** How many tabs one look publishes; the others come first at the next one. At the usual pace, 60 a minute. */
const PUBLISHED = 5;

/** How many people one page of the store's list names. */
const PAGE = 200;

/** How many tabs one look holds or takes over: each is a write. */
const HELD = 100;

/** Profiles belong to no product. */
const OF_NO_PRODUCT = [''];

/** Slack shows no Home for such a person, or they are gone. */
const NO_READER: ReadonlySet<ChatError['fault']['at']> = new Set(['person', 'request']);

/**
 * Keeps the Home tabs that are open up to date. It looks at what they show, and publishes what has changed, a few at a time
 * and never while Slack asks to wait. It says now and then that it keeps them, and takes over those of which no process says so. Tabs are drawn from what Slack said of their readers; of one reader a look it asks
 * again, so that however many tabs are open, reading takes a small part of what Slack allows.
 */
export class HomeWatch {
  readonly #services: ChatServices;
  #looking = false;
  #resumed = false;
  #publishNotBefore = 0;
  #askNotBefore = 0;

  constructor(services: ChatServices) {
    this.#services = services;
  }

  /** Never throws. A call while another one runs does nothing. */
  async look(): Promise<void> {
    const { homes, now, log } = this.#services;
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (!this.#resumed) await this.#resume();
      this.#resumed = true;
      const open = homes.open(now());
      await this.#hold();
      await this.#ask();
      let left = PUBLISHED;
      for (const person of open) {
        if (left === 0 || now() < this.#publishNotBefore) break;
        if (await this.#show(person)) left -= 1;
      }
    } catch (error) {
      log.warn({ err: error }, 'the Home tabs could not be looked at; Slipway will try again');
    } finally {
      this.#looking = false;
    }
  }

  /** After a start: tabs that were opened before it are still open. This process takes them over from the others. */
  async #resume(): Promise<void> {
    const { store, now, timing } = this.#services;
    for (let after: string | null = null; ; ) {
      const ids: string[] = await store.ids('people', after, PAGE);
      for (const id of ids) {
        await skipDamaged(this.#services, async () => {
          const home = (await store.load('people', id))?.home;
          if (home && home.openedAt + timing.homeOpenMs > now()) await takeHome(this.#services, id);
        });
      }
      const last = ids.at(-1);
      if (last === undefined || ids.length < PAGE) return;
      after = last;
    }
  }

  /** Holds the tabs of this process, long before they are held no more, and those of processes that are gone. */
  async #hold(): Promise<void> {
    const { store, homes, clock, timing } = this.#services;
    const now = clock.leaseNow();
    const ours = homes.heldNoLongerThan(now + heldMs(timing) / 2).slice(0, HELD);
    const left = await store.due(now, HELD, OF_NO_PRODUCT);
    const others = left.flatMap(({ kind, id }) => (kind === 'people' && !ours.includes(id) ? [id] : []));
    for (const person of [...ours, ...others]) {
      await this.#try(person, () => holdHome(this.#services, person));
    }
  }

  /** Asks Slack about the reader whom it was asked about longest ago, if that is long ago. */
  async #ask(): Promise<void> {
    const { homes, now } = this.#services;
    const person = now() < this.#askNotBefore ? null : homes.due(now());
    if (person === null) return;
    const error = await this.#try(person, () => askForWatch(this.#services, person));
    if (error) this.#askNotBefore = now() + error.retryAfterMs;
  }

  /** True: it was published, or Slack refused it. */
  async #show(person: string): Promise<boolean> {
    const { now } = this.#services;
    let published = false;
    const error = await this.#try(person, async () => {
      published = await showHome(this.#services, person, 'watched');
    });
    if (error) this.#publishNotBefore = now() + error.retryAfterMs;
    return published || error !== null;
  }

  /** Does something for one tab; if that fails, no other tab suffers. Returns what Slack refused; null: nothing. */
  async #try(person: string, act: () => Promise<void>): Promise<ChatError | null> {
    const { homes, log } = this.#services;
    try {
      await skipDamaged(this.#services, act);
      return null;
    } catch (error) {
      // Everybody else has their turn first.
      homes.record(person, homes.shownTo(person));
      if (error instanceof StoreError) throw error;
      log.info({ err: error, person }, 'a Home tab could not be shown');
      if (!(error instanceof ChatError)) return null;
      if (NO_READER.has(error.fault.at)) await leaveHome(this.#services, person);
      return error;
    }
  }
}

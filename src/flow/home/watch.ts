import { ChatError } from '../../ports/chat.ts';
import { StoreError } from '../../ports/store.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { ChatServices } from '../services/services.ts';
import { showHome } from './show-home.ts';

/** How many tabs one look publishes; the others come first at the next one. At the usual pace, 60 a minute. */
const PUBLISHED = 5;

/** How many people one page of the store's list names. */
const PAGE = 200;

/** Slack shows no Home for such a person, or they are gone. */
const NO_READER: ReadonlySet<ChatError['fault']['at']> = new Set(['person', 'request']);

/**
 * Keeps the Home tabs that are open up to date. It looks at what they show, and publishes what has changed, a few at a time
 * and never while Slack asks to wait.
 */
export class HomeWatch {
  readonly #services: ChatServices;
  #looking = false;
  #resumed = false;
  #notBefore = 0;

  constructor(services: ChatServices) {
    this.#services = services;
  }

  /** Never throws. A call while another one runs does nothing. */
  async look(): Promise<void> {
    const { homes, now, log } = this.#services;
    if (this.#looking || now() < this.#notBefore) return;
    this.#looking = true;
    try {
      if (!this.#resumed) await this.#resume();
      this.#resumed = true;
      let left = PUBLISHED;
      for (const person of homes.open(now())) {
        if (left === 0 || now() < this.#notBefore) break;
        if (await this.#show(person)) left -= 1;
      }
    } catch (error) {
      log.warn({ err: error }, 'the Home tabs could not be looked at; Slipway will try again');
    } finally {
      this.#looking = false;
    }
  }

  /** After a start: tabs that were opened before it are still open. */
  async #resume(): Promise<void> {
    const { store, homes, now, timing } = this.#services;
    for (let after: string | null = null; ; ) {
      const ids: string[] = await store.ids('people', after, PAGE);
      for (const id of ids) {
        await skipDamaged(this.#services, async () => {
          const home = (await store.load('people', id))?.home;
          if (home && home.openedAt + timing.homeOpenMs > now()) {
            homes.keep(id, home.openedAt + timing.homeOpenMs);
          }
        });
      }
      const last = ids.at(-1);
      if (last === undefined || ids.length < PAGE) return;
      after = last;
    }
  }

  /** True: it was published, or Slack refused it. A tab that cannot be drawn stops no other. */
  async #show(person: string): Promise<boolean> {
    const { homes, log, now } = this.#services;
    let published = false;
    try {
      await skipDamaged(this.#services, async () => {
        published = await showHome(this.#services, person);
      });
      return published;
    } catch (error) {
      // Everybody else has their turn first.
      homes.record(person, homes.shownTo(person));
      if (error instanceof StoreError) throw error;
      log.info({ err: error, person }, 'a Home tab could not be shown');
      if (!(error instanceof ChatError)) return false;
      if (NO_READER.has(error.fault.at)) homes.close(person);
      else this.#notBefore = now() + error.retryAfterMs;
      return true;
    }
  }
}

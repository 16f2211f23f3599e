import { ChatError } from '../../ports/chat.ts';
import { anyWaitsForChannel, channelTrouble, checkChannel, wakeProduct } from '../cards/channels.ts';
import type { ChatServices } from '../services/services.ts';

/** Key of the trouble that Slack refuses all calls of this process. */
export const TOKEN_TROUBLE = 'Slack token';

/** How many undeliverable cards of a product are counted: each is read. */
const COUNTED = 200;

/**
 * Checks whether Slack accepts calls from this process, and checks the channels of its products: at the first call, again
 * while something is refused, and from time to time. Cards that waited for what was fixed are woken.
 */
export class SlackWatch {
  readonly #services: ChatServices;
  #checked = false;
  #checking = false;
  /** When each product's channel was last looked up, by product and channel, as the configuration may name another one. */
  readonly #checkedAt = new Map<string, number>();

  constructor(services: ChatServices) {
    this.#services = services;
  }

  /** Never throws. A call while another one runs does nothing. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      if (await this.#isAccepted()) await this.#checkChannels();
      await this.#countUndeliverable();
    } catch (error) {
      this.#services.log.warn(
        { err: error },
        'Slack or the store could not be queried; Slipway will try again',
      );
    } finally {
      this.#checking = false;
    }
  }

  async #countUndeliverable(): Promise<void> {
    const { settings, store, metrics } = this.#services;
    for (const { name } of settings.products)
      metrics.undeliverable(name, (await store.undeliverable(name, COUNTED)).length);
  }

  /** True: Slack accepts our calls. A refusal is reported as a trouble by the chat client, when its call fails. */
  async #isAccepted(): Promise<boolean> {
    const { chat, troubles, settings, log } = this.#services;
    const refused = troubles.has(TOKEN_TROUBLE);
    if (this.#checked && !refused) return true;
    try {
      await chat.check();
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      log.debug({ err: error }, 'Slack does not identify the app');
      return false;
    }
    this.#checked = true;
    if (!refused) return true;
    let woken = 0;
    for (const product of settings.products) woken += await wakeProduct(this.#services, product);
    // If cards wait, their delivery will show whether Slack accepts our calls again.
    if (woken === 0) troubles.clear(TOKEN_TROUBLE);
    return true;
  }

  async #checkChannels(): Promise<void> {
    const services = this.#services;
    const { channelCheckMs } = services.timing;
    for (const product of services.settings.products) {
      const { name, channel } = product;
      const place = `${name} ${channel}`;
      const last = this.#checkedAt.get(place) ?? Number.NEGATIVE_INFINITY;
      const troubled = services.troubles.has(channelTrouble(name));
      const isDue = services.now() - last >= channelCheckMs;
      const waits = !isDue && (await anyWaitsForChannel(services, product));
      if (!isDue && !troubled && !waits) continue;
      try {
        await checkChannel(services, product);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        services.log.debug({ err: error, product: name }, 'a channel could not be looked up');
        continue;
      }
      this.#checkedAt.set(place, services.now());
      if (troubled && !services.troubles.has(channelTrouble(name))) await wakeProduct(services, product);
    }
  }
}

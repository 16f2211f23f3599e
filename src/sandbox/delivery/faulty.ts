import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from '../workspace/faults.ts';
import type { Acknowledged, Delivery, SlackRequest } from './delivery.ts';

const NO_ANSWER: Acknowledged = { ok: false, error: 'operation_timeout', reason: 'http_timeout' };

/** Applies the planned faults to requests, whichever way they go. */
export class FaultyDelivery implements Delivery {
  readonly #delivery: Delivery;
  readonly #faults: Faults;

  constructor(delivery: Delivery, faults: Faults) {
    this.#delivery = delivery;
    this.#faults = faults;
  }

  async deliver(request: SlackRequest): Promise<Acknowledged> {
    const delivery = this.#delivery;
    const fault = this.#faults.takeDelivery(request.kind);
    switch (fault?.kind) {
      case undefined:
        return delivery.deliver(request);
      case 'twice': {
        const [first] = await Promise.all([delivery.deliver(request), delivery.deliver(request)]);
        return first;
      }
      case 'late':
        await wait(fault.ms, undefined, { ref: false });
        return delivery.deliver(request);
      case 'lost':
        return NO_ANSWER;
      case 'answer_lost':
        await delivery.deliver(request);
        return NO_ANSWER;
      default:
        return fault satisfies never;
    }
  }
}

import { createHmac, randomUUID } from 'node:crypto';
import type { TemporaryRepository } from '../../support/repositories/git.ts';
import { WEBHOOK_SECRET } from '../../support/world.ts';
import type { Balancer } from '../fleet/balancer.ts';
import { PRODUCTS, planOf } from '../products.ts';
import type { Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

/** A webhook that the forge has for us. */
export interface Delivery {
  id: string;
  product: string;
  /** What the payload names. */
  sha: string;
  ref: string;
  /** It had its 2xx. */
  taken: boolean;
}

/** How long the forge waits before it delivers again what had no 2xx. */
const AGAIN_MS = 700;

/** Where people push to, and what tells the bot of it: each delivery until it is taken, some of them twice. */
export class Forge {
  readonly deliveries: Delivery[] = [];
  readonly #stage: Stage;
  readonly #balancer: Balancer;
  readonly #under = new Set<Promise<void>>();
  #closed = false;

  constructor(stage: Stage, balancer: Balancer) {
    this.#stage = stage;
    this.#balancer = balancer;
  }

  /** Commits, pushes, and begins to deliver; the commit. */
  push(product: string, choices: Choices, kind: 'any' | 'good' = 'any'): string {
    const { timeline } = this.#stage;
    const repository = this.#repository(product);
    const how = kind === 'any' ? choices.weighted({ on: 92, instead: 4, back: 4 }) : 'on';
    const force = how !== 'on' && Number(repository.git('rev-list', '--count', 'HEAD')) > 3;
    if (force) repository.reset(`HEAD~${choices.between(1, 2)}`);
    const message = `Change ${choices.between(1, 999)}`;
    const back = force && how === 'back';
    const sha = back
      ? repository.head()
      : repository.commit({ plan: planOf(product, choices, kind) }, message);
    repository.push(undefined, { force });
    timeline.did(force ? 'pushes by force' : 'pushes', `${product} ${sha.slice(0, 7)}`);
    this.deliver(product, sha, choices);
    return sha;
  }

  /** A delivery of what is no news for the product: another branch. */
  pushElsewhere(product: string, choices: Choices): void {
    this.#stage.timeline.did('pushes to another branch');
    this.deliver(product, this.#repository(product).head(), choices, 'refs/heads/elsewhere');
  }

  deliver(product: string, sha: string, choices: Choices, ref = 'refs/heads/main'): void {
    const id = randomUUID();
    const delivery: Delivery = { id, product, sha, ref, taken: false };
    this.deliveries.push(delivery);
    const send = (late: number) => {
      const under = this.#untilTaken(delivery, late).finally(() => this.#under.delete(under));
      this.#under.add(under);
    };
    send(0);
    const { timeline } = this.#stage;
    if (choices.chance(0.2)) {
      timeline.did('webhooks sent twice at once');
      send(0);
    }
    if (choices.chance(0.2)) {
      timeline.did('webhooks sent again later');
      send(choices.between(200, 5_000));
    }
  }

  /** Waits until everything is delivered. */
  async delivered(): Promise<void> {
    await Promise.all(this.#under);
  }

  /** Delivers no more. */
  close(): void {
    this.#closed = true;
  }

  async #untilTaken(delivery: Delivery, lateMs: number): Promise<void> {
    await pause(lateMs);
    const { timeline } = this.#stage;
    const raw = webhook(this.#repository(delivery.product), delivery);
    while (!this.#closed) {
      const answer = await this.#balancer.send(raw);
      timeline.did('webhooks');
      if (answer && answer.status >= 200 && answer.status < 300) {
        if (!delivery.taken) timeline.note(`delivery ${delivery.id} taken: ${answer.text}`);
        delivery.taken = true;
        return;
      }
      timeline.did('webhooks delivered again');
      await pause(AGAIN_MS);
    }
  }

  #repository(product: string): TemporaryRepository {
    const repository = this.#stage.repositories.get(product);
    if (!repository) throw new TypeError(`no product ${product}`);
    return repository;
  }
}

function webhook(repository: TemporaryRepository, { id, sha, ref }: Delivery) {
  const body = JSON.stringify({
    ref,
    after: sha,
    deleted: false,
    repository: { clone_url: repository.url },
    pusher: { name: 'Lin' },
  });
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
  return {
    path: '/hooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${digest}`,
    },
    body: new Uint8Array(Buffer.from(body)),
  };
}

/** Pushes to every product now and then, until it is stopped. */
export async function pushing(forge: Forge, choices: Choices, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const act = choices.act();
    const product = act.pick(PRODUCTS)?.name ?? '';
    const many = act.chance(0.1) ? act.between(2, 4) : 1;
    for (let count = 0; count < many && !stop.aborted; count += 1) forge.push(product, act.act());
    if (act.chance(0.1)) forge.pushElsewhere(product, act);
    await pause(act.between(1_000, 8_000), stop);
  }
}

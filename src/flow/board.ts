import { WAITING_SHOWN } from '../chat/status.ts';
import type { EnvironmentView, StatusView } from '../chat/view.ts';
import type { Acceptance, Environment } from '../domain/environment.ts';
import { environmentId, releaseId } from '../domain/names.ts';
import { isWaiting } from '../domain/release.ts';
import { acceptanceIn, orderOf } from './acceptances.ts';
import { behind } from './ask-git.ts';
import type { ChatParts, Parts } from './parts.ts';
import { surroundings } from './surroundings.ts';
import { environmentView, productOf } from './views.ts';

/** The board of one product. */
export async function statusView(parts: ChatParts, productName: string): Promise<StatusView> {
  const product = productOf(parts, productName);
  const environments: StatusView['environments'] = [];
  let accepted: string | undefined;
  let below: Environment | null = null;
  for (const { policy } of product.environments) {
    const view = await environmentView(parts, environmentId(productName, policy.name));
    const runs = view.environment.deployed?.sha;
    environments.push({
      ...view,
      behind: policy.below === null ? null : await behind(parts, productName, runs, accepted),
      revokedBelow: runs && below ? ((await acceptanceIn(parts, below, runs))?.revoked ?? null) : null,
      orders: await ordersOf(parts, view),
    });
    below = view.environment;
    accepted = view.environment.accepted?.sha;
  }
  const cards = await parts.store.undeliverable(productName, 10);
  const stored = await parts.store.load('products', productName);
  const waiting = environments.flatMap(({ environment }) =>
    environment.open.map((release) => releaseId(environment.id, release.number)),
  );
  const revoking = environments.flatMap(({ policy, revokedBelow }) =>
    revokedBelow?.release && policy.below
      ? [releaseId(environmentId(productName, policy.below), revokedBelow.release)]
      : [],
  );
  return {
    ...(await surroundings(parts, product, environments, [...waiting, ...revoking])),
    product: productName,
    environments,
    undeliverable: cards.map(
      (card) => `The card ${card.id} could not be posted in ${product.channel}: ${card.undeliverable}.`,
    ),
    fetchError: stored?.fetchError ?? null,
  };
}

/** By number of release: what opens `order` for those the board shows. */
async function ordersOf(parts: Parts, here: EnvironmentView): Promise<Record<number, Acceptance>> {
  const orders: Record<number, Acceptance> = {};
  for (const release of here.environment.open.filter(isWaiting).slice(0, WAITING_SHOWN)) {
    const order = await orderOf(parts, here, release);
    if (order) orders[release.number] = order;
  }
  return orders;
}

import { WAITING_SHOWN } from '../../chat/answers/status.ts';
import type { EnvironmentView, StatusView } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Acceptance, Environment } from '../../domain/documents/environment.ts';
import { newestWanted, type Product } from '../../domain/documents/product.ts';
import { recipientOf } from '../../domain/documents/values/notice.ts';
import { isWaiting } from '../../domain/documents/values/release.ts';
import { buildId, environmentId, releaseId } from '../../domain/ids.ts';
import { acceptanceIn, orderOf } from '../commands/acceptances.ts';
import type { Services, ViewServices } from '../services/services.ts';
import { behind } from './git.ts';
import { renderContext } from './render-context.ts';
import { environmentView, productOf } from './views.ts';

/** The status board of one product. */
export async function statusView(services: ViewServices, productName: string): Promise<StatusView> {
  const product = productOf(services, productName);
  const environments: StatusView['environments'] = [];
  let accepted: string | undefined;
  let below: Environment | null = null;
  for (const { policy } of product.environments) {
    const view = await environmentView(services, environmentId(productName, policy.name));
    const runs = view.environment.deployed?.sha;
    environments.push({
      ...view,
      behind: policy.below === null ? null : await behind(services, productName, runs, accepted),
      revokedBelow: runs && below ? ((await acceptanceIn(services, below, runs))?.revoked ?? null) : null,
      orders: await ordersOf(services, view),
    });
    below = view.environment;
    accepted = view.environment.accepted?.sha;
  }
  const cards = await services.store.undeliverable(productName, 10);
  const stored = await services.store.load('products', productName);
  const waiting = environments.flatMap(({ environment }) =>
    environment.open.map((release) => releaseId(environment.id, release.number)),
  );
  const revoking = environments.flatMap(({ policy, revokedBelow }) =>
    revokedBelow?.release && policy.below
      ? [releaseId(environmentId(productName, policy.below), revokedBelow.release)]
      : [],
  );
  return {
    ...(await renderContext(services, product, environments, [...waiting, ...revoking])),
    product: productName,
    environments,
    undeliverable: cards
      .filter((card) => card.fault !== 'person' || services.now() - card.time < GIVEN_UP_SHOWN_MS)
      .map((card) => undeliverableWords(card, product.channel)),
    fetchError: stored?.fetchError ?? null,
    leftOut: stored && (await leftOutHeads(services, stored)),
    troubles: services.troubles.list(productName),
  };
}

/** The newest heads, if they were left out and nobody had the last of them built all the same. */
async function leftOutHeads(
  { store }: Pick<Services, 'store'>,
  product: Product,
): Promise<StatusView['leftOut']> {
  const last = product.heads.at(-1);
  if (!last?.leftOut) return null;
  const status = (await store.load('builds', buildId(product.id, last.sha)))?.status ?? 'skipped';
  const count = last.number - (newestWanted(product)?.number ?? 0);
  return status === 'skipped' ? { sha: last.sha, count, leftOut: last.leftOut } : null;
}

/** How long a message that was given up is shown. */
const GIVEN_UP_SHOWN_MS = 24 * 3_600_000;

function undeliverableWords({ id, fault, subject, undeliverable }: Card, channel: string): string {
  const to = subject.kind === 'notice' ? recipientOf(subject.notice) : null;
  if (to === null) return `The card ${id} could not be posted in ${channel}: ${undeliverable}.`;
  const name = to.kind === 'person' ? to.name : 'nobody';
  const so = fault === 'person' ? 'could not be delivered, and Slipway gave up' : 'could not be delivered';
  return `The message ${id} to ${name} ${so}: ${undeliverable}.`;
}

/** For each release on the board, by its number: the acceptance that opens `order`. */
async function ordersOf(
  services: Pick<Services, 'store'>,
  here: EnvironmentView,
): Promise<Record<number, Acceptance>> {
  const orders: Record<number, Acceptance> = {};
  for (const release of here.environment.open.filter(isWaiting).slice(0, WAITING_SHOWN)) {
    const order = await orderOf(services, here, release);
    if (order) orders[release.number] = order;
  }
  return orders;
}

import type { AggregateKind, DocumentRef } from '../../domain/documents/document.ts';
import { buildId, environmentId, environmentPrefix } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { watchDisk } from '../commands/disk-room.ts';
import { enqueueWakeUps } from '../commands/enqueue.ts';
import { KINDS } from '../commands/kinds.ts';
import { recordConfiguration } from '../commands/record-configuration.ts';
import { requestFetch } from '../pipeline/fetch/fetch-branch.ts';
import { startRecords } from '../records/start-records.ts';
import { watchRecords } from '../records/trouble.ts';
import { startReports } from '../reports/start-reports.ts';
import { watchReports } from '../reports/trouble.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { watchBranches } from './branch-watch.ts';
import { sayIfAhead, watchClock } from './clock-watch.ts';

/** How many documents one sweep wakes. */
const SWEPT = 200;

/** How long a delivery is remembered: longer than any forge repeats one. */
const DELIVERY_KEPT_MS = 7 * 24 * 3_600_000;

/** The largest time that a store can hold. */
const EVER = Number.MAX_SAFE_INTEGER;

/**
 * Wakes every document of this process's products that is due: whatever a lost wake-up, a dead worker, a failure, or a
 * process without that product left undone. Any number of processes may sweep.
 */
export async function sweep(services: Services): Promise<void> {
  await watchClock(services);
  await watchDisk(services);
  // A process with a wrong clock must not wake anything; other processes do.
  if (services.clock.wrong !== null) return;
  await services.configurations.refresh(services);
  await watchBranches(services);
  await watchReports(services);
  await watchRecords(services);
  const ours = services.settings.products.map(({ name }) => name);
  const now = services.clock.dueNow();
  const oldest = new Map<AggregateKind, number>();
  for (const place of await services.store.due(now, SWEPT, ours)) {
    await skipDamaged(services, async () => {
      const aggregate = await services.store.load(place.kind, place.id);
      if (!aggregate) return;
      const seconds = (now - (aggregate.wakeAt ?? now)) / 1_000;
      oldest.set(place.kind, Math.max(seconds, oldest.get(place.kind) ?? 0));
      await enqueueWakeUps(services, place.kind, aggregate, 'once');
    });
  }
  services.metrics.swept(services.now(), oldest);
}

/** Deletes deliveries so old that no forge repeats them. */
export async function forget(services: Pick<Services, 'now' | 'store'>): Promise<void> {
  await services.store.pruneDeliveries(services.now() - DELIVERY_KEPT_MS);
}

/**
 * Runs once when a process has started: applies the present configuration to what waits, retries cards that could not be
 * delivered, requests a fetch of every branch, and wakes what is due.
 */
export async function start(services: Services): Promise<void> {
  for (const product of services.settings.products)
    await skipDamaged(services, async () =>
      startProduct(services, product, await recordConfiguration(services, product)),
    );
  await sweep(services);
}

/**
 * Runs when a process has taken another configuration while it worked, and does what a start with it would do. Only what it
 * is about to record becomes the newest: of what is as before, another process may have recorded a newer one.
 */
export async function goOn(services: Services): Promise<void> {
  const { configurations, settings } = services;
  for (const product of settings.products)
    await skipDamaged(services, async () => {
      if (configurations.isUnrecorded(product.name))
        return startProduct(services, product, await recordConfiguration(services, product));
      await configurations.refreshProduct(services, product);
      if (!configurations.old.includes(product.name)) await startProduct(services, product, false);
    });
  await sweep(services);
}

/** `changed`: another configuration was recorded before. */
async function startProduct(services: Services, product: ProductSettings, changed: boolean): Promise<void> {
  const retired = await retireRemoved(services, product);
  const configured = product.environments.map(({ policy }) => environmentId(product.name, policy.name));
  for (const id of configured) {
    const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
    await skipDamaged(services, async () => {
      const { aggregate } = await apply(services, 'environments', id, tick);
      sayIfAhead(services, id, aggregate.time);
    });
  }
  for (const id of changed ? [...retired, ...configured] : []) {
    const redraw = { id: services.newId(), actor: ROBOT, type: 'redraw', sha: null } as const;
    await skipDamaged(services, () => apply(services, 'environments', id, redraw));
  }
  if (changed) await followBuilds(services, product.name);
  await skipDamaged(services, async () => {
    for (const card of await services.store.undeliverable(product.name, SWEPT)) {
      await apply(services, 'cards', card.id, { id: services.newId(), actor: ROBOT, type: 'deliverAgain' });
    }
  });
  await startReports(services, product, [...retired, ...configured]);
  await startRecords(services, product, { configured, retired });
  await requestFetch(services, product.name);
}

/** Builds go on as the configuration is now: those that wait, and those of the newest heads, which may be awaited again. */
async function followBuilds(services: Services, product: string): Promise<void> {
  const due = await services.store.due(EVER, EVER, [product]);
  const waiting = due.flatMap(({ kind, id }) => (kind === 'builds' ? [id] : []));
  const heads = (await services.store.load('products', product))?.heads ?? [];
  for (const id of new Set([...waiting, ...heads.map(({ sha }) => buildId(product, sha))])) {
    const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
    await skipDamaged(services, () => apply(services, 'builds', id, tick));
  }
}

/** Retires environments that were removed from the configuration, which cancels what waits there; returns their ids. */
async function retireRemoved(services: Services, { name, environments }: ProductSettings): Promise<string[]> {
  const configured = new Set<string>(environments.map(({ policy }) => environmentId(name, policy.name)));
  const prefix = environmentPrefix(name);
  const removed: string[] = [];
  for (let after = prefix; ; ) {
    const ids = await services.store.ids('environments', after, SWEPT);
    const ours = ids.filter((id) => id.startsWith(prefix));
    for (const id of ours.filter((id) => !configured.has(id))) {
      const retire = { id: services.newId(), actor: ROBOT, type: 'retire' } as const;
      await skipDamaged(services, () => apply(services, 'environments', id, retire));
      removed.push(id);
    }
    const last = ours.at(-1);
    if (last === undefined || ours.length < SWEPT) return removed;
    after = last;
  }
}

/**
 * Runs before `start` where this process is the only one, as on the embedded tier. Earlier workers are certainly gone,
 * because this process holds their data directory: their attempts are interrupted at once (RULES 4), and their claims are
 * released.
 */
export async function takeOver(services: Services): Promise<void> {
  const ours = services.settings.products.map(({ name }) => name);
  for (const place of await services.store.due(EVER, EVER, ours)) {
    await skipDamaged(services, () => releaseClaims(services, place));
  }
}

async function releaseClaims<K extends AggregateKind>(
  services: Services,
  { kind, id }: DocumentRef<K>,
): Promise<void> {
  const gone = KINDS[kind].workersGone(services);
  if (gone) await apply(services, kind, id, gone);
}

import { environmentId } from '../../domain/names.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { apply } from '../commands/apply.ts';
import { watchDisk } from '../commands/disk-room.ts';
import { recordConfiguration } from '../commands/record-configuration.ts';
import { ringFor } from '../commands/wake.ts';
import { askForLook } from '../pipeline/fetch-branch.ts';
import { pastDamage } from '../services/damaged.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Parts } from '../services/services.ts';
import type { ProductSettings } from '../services/settings.ts';
import { watchBranches } from './branch-watch.ts';
import { sayIfAhead, watchClock } from './clock-watch.ts';

/** How many documents one sweep rings for. */
const SWEPT = 200;

/** How long a delivery is remembered: longer than any forge repeats one. */
const DELIVERY_KEPT_MS = 7 * 24 * 3_600_000;

/** The largest time a store can hold. */
const EVER = Number.MAX_SAFE_INTEGER;

/**
 * Rings for every document whose time has come: what a lost bell, a dead worker or a failure left undone. Any number of
 * processes may do so.
 */
export async function sweep(parts: Parts): Promise<void> {
  await watchClock(parts);
  await watchDisk(parts);
  // Nobody is to be woken by the wrong time: other processes are.
  if (parts.clock.wrong !== null) return;
  await parts.configurations.look(parts);
  await watchBranches(parts);
  for (const place of await parts.store.due(parts.clock.dueNow(), SWEPT)) {
    await pastDamage(parts, async () => {
      const aggregate = await parts.store.load(place.kind, place.id);
      if (aggregate) await ringFor(parts, place.kind, aggregate, 'remind');
    });
  }
}

/** Forgets deliveries that no forge repeats any more. */
export async function forget(parts: Parts): Promise<void> {
  await parts.store.pruneDeliveries(parts.now() - DELIVERY_KEPT_MS);
}

/**
 * Once, when a process has started: the configuration of today is applied to what waits, cards that could not be
 * delivered are tried again, every branch is looked at, and what is due is rung for.
 */
export async function start(parts: Parts): Promise<void> {
  for (const product of parts.settings.products) await pastDamage(parts, () => startProduct(parts, product));
  await sweep(parts);
}

async function startProduct(parts: Parts, product: ProductSettings): Promise<void> {
  const changed = await recordConfiguration(parts, product);
  const retired = await retireRemoved(parts, product);
  const configured = product.environments.map(({ policy }) => environmentId(product.name, policy.name));
  for (const id of configured) {
    const tick = { id: parts.newId(), actor: ROBOT, type: 'tick' } as const;
    await pastDamage(parts, async () => {
      const { aggregate } = await apply(parts, 'environments', id, tick);
      sayIfAhead(parts, id, aggregate.time);
    });
  }
  for (const id of changed ? [...retired, ...configured] : []) {
    const redraw = { id: parts.newId(), actor: ROBOT, type: 'redraw', sha: null } as const;
    await pastDamage(parts, () => apply(parts, 'environments', id, redraw));
  }
  await pastDamage(parts, async () => {
    for (const card of await parts.store.undeliverable(product.name, SWEPT)) {
      await apply(parts, 'cards', card.id, { id: parts.newId(), actor: ROBOT, type: 'deliverAgain' });
    }
  });
  await askForLook(parts, product.name);
}

/** Environments that the configuration had once: what waits there is cancelled, with that reason. Their ids. */
async function retireRemoved(parts: Parts, { name, environments }: ProductSettings): Promise<string[]> {
  const configured = new Set(environments.map(({ policy }) => environmentId(name, policy.name)));
  const prefix = environmentId(name, '');
  const removed: string[] = [];
  for (let after = prefix; ; ) {
    const ids = await parts.store.ids('environments', after, SWEPT);
    const ours = ids.filter((id) => id.startsWith(prefix));
    for (const id of ours.filter((id) => !configured.has(id))) {
      const retire = { id: parts.newId(), actor: ROBOT, type: 'retire' } as const;
      await pastDamage(parts, () => apply(parts, 'environments', id, retire));
      removed.push(id);
    }
    const last = ours.at(-1);
    if (last === undefined || ours.length < SWEPT) return removed;
    after = last;
  }
}

/**
 * Before that, where this process is the only one, as on the embedded tier: workers of before are gone for certain, since
 * it holds their data directory. Their attempts are interrupted at once (RULES 4), and their claims are free.
 */
export async function takeOver(parts: Parts): Promise<void> {
  const gone = () =>
    ({ id: parts.newId(), actor: ROBOT, type: 'workersGone', except: parts.worker }) as const;
  for (const place of await parts.store.due(EVER, EVER)) {
    try {
      await pastDamage(parts, async () => {
        if (place.kind === 'environments') await apply(parts, 'environments', place.id, gone());
        else if (place.kind === 'builds') await apply(parts, 'builds', place.id, gone());
        else if (place.kind === 'cards') await apply(parts, 'cards', place.id, gone());
      });
    } catch (error) {
      if (!(error instanceof NotConfigured)) throw error;
      parts.log.warn({ place }, 'not in the configuration any more; left as it is');
    }
  }
}

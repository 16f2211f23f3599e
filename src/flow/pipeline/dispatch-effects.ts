import type { Build } from '../../domain/documents/build.ts';
import type { Aggregate, AggregateKind, DocumentRef } from '../../domain/documents/document.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Product } from '../../domain/documents/product.ts';
import { clockOfBuild, clockOfEnvironment, clockOfProduct } from '../../domain/gates/wake.ts';
import { releaseId } from '../../domain/names.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { Aggregates, AuditRecord } from '../../ports/store.ts';
import { apply, applyAt } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';

/**
 * Dispatches what a document owes to others: commands to other documents, audit records and history. Then one write
 * removes what was done. Everything here may happen twice; nothing leaves the document before it was done.
 */
export async function dispatchEffects(services: Services, place: DocumentRef): Promise<void> {
  const loaded = await services.store.load(place.kind, place.id);
  if (!loaded) return;
  await carryOut(services, { kind: place.kind, aggregate: loaded } as Loaded);
}

type Loaded = { [K in AggregateKind]: { kind: K; aggregate: Aggregates[K] } }[AggregateKind];

async function carryOut(services: Services, loaded: Loaded): Promise<void> {
  switch (loaded.kind) {
    case 'environments': {
      const environment = await tickEnvironment(services, loaded.aggregate);
      const done = await carryAny(services, loaded.kind, environment);
      const facts = await recordFacts(services, environment);
      if (isNothing(done) && facts.releases.length + facts.acceptances.length === 0) return;
      await apply(services, 'environments', environment.id, { ...done, ...facts }, environment);
      return;
    }
    case 'products': {
      const product = await tickProduct(services, loaded.aggregate);
      const done = await carryAny(services, loaded.kind, product);
      const concluded = await concludeDeliveries(services, product);
      if (isNothing(done) && concluded.length === 0) return;
      await apply(services, 'products', product.id, { ...done, concluded }, product);
      return;
    }
    case 'builds': {
      const build = await tickBuild(services, loaded.aggregate);
      const done = await carryAny(services, loaded.kind, build);
      if (!isNothing(done)) await apply(services, 'builds', build.id, done, build);
      return;
    }
    case 'cards': {
      const card = loaded.aggregate;
      const done = await carryAny(services, loaded.kind, card);
      if (!isNothing(done)) await apply(services, 'cards', card.id, done, card);
      return;
    }
    default:
      loaded satisfies never;
  }
}

/** Applies the passage of time; also where git could not be read before and may answer now (RULES 19). */
async function tickEnvironment(services: Services, environment: Environment): Promise<Environment> {
  const clock = clockOfEnvironment(environment, services.timing.marginMs);
  if (!environment.relationsOwed && (clock === null || clock > services.clock.dueNow())) return environment;
  const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(services, 'environments', environment.id, tick, environment)).aggregate;
}

async function tickProduct(services: Services, product: Product): Promise<Product> {
  const clock = clockOfProduct(product);
  if (clock === null || clock > services.clock.dueNow()) return product;
  const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(services, 'products', product.id, tick, product)).aggregate;
}

async function tickBuild(services: Services, build: Build): Promise<Build> {
  const clock = clockOfBuild(build, services.timing.marginMs);
  if (clock === null || clock > services.clock.dueNow()) return build;
  const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(services, 'builds', build.id, tick, build)).aggregate;
}

/** What every kind of document owes: audit records, and commands to others. */
async function carryAny(services: Services, kind: AggregateKind, aggregate: Aggregate) {
  const [settled, effects] = await Promise.all([
    recordAudit(services, { kind, id: aggregate.id }, aggregate),
    sendAll(services, aggregate),
  ]);
  return { id: services.newId(), actor: ROBOT, type: 'carried', effects, settled } as const;
}

function isNothing(done: { effects: string[]; settled: string[] }): boolean {
  return done.effects.length + done.settled.length === 0;
}

async function recordAudit(
  services: Pick<Services, 'store'>,
  place: DocumentRef,
  aggregate: Aggregate,
): Promise<string[]> {
  const records: AuditRecord[] = aggregate.settled
    .filter((settled) => !settled.recorded)
    .map(({ recorded: _recorded, ...settled }) => ({ ...settled, product: aggregate.product, place }));
  if (records.length > 0) await services.store.addAudit(records);
  return records.map(({ id }) => id);
}

/**
 * Sends effects in the order in which they were decided; returns the ids of those sent. One that fails blocks those
 * behind it.
 */
async function sendAll(services: Services, aggregate: Aggregate): Promise<string[]> {
  const sent: string[] = [];
  // Several effects in a row usually go to the same card.
  let last: { to: DocumentRef; aggregate: Aggregate } | null = null;
  for (const effect of aggregate.effects) {
    const { to, command } = effect;
    try {
      const known: Aggregate | null = last && isSame(last.to, to) ? last.aggregate : null;
      last = { to, aggregate: await applyAt(services, to, command, known) };
    } catch (error) {
      if (!(error instanceof NotConfigured)) {
        services.log.warn(
          { err: error, effect: effect.id },
          'could not carry out an effect; it is kept and tried again',
        );
        break;
      }
      services.log.warn({ effect: effect.id, to }, 'no longer in the configuration; the effect was dropped');
    }
    sent.push(effect.id);
  }
  return sent;
}

function isSame(a: DocumentRef, b: DocumentRef): boolean {
  return a.kind === b.kind && a.id === b.id;
}

async function recordFacts(
  services: Pick<Services, 'store'>,
  environment: Environment,
): Promise<{
  releases: { number: number; revision: number }[];
  acceptances: { sha: string; revision: number }[];
}> {
  const ended = environment.ended.filter((entry) => !entry.recorded);
  if (ended.length > 0) {
    await services.store.putReleases(
      ended.map(({ release, revision }) => ({
        id: releaseId(environment.id, release.number),
        environment: environment.id,
        product: environment.product,
        release,
        revision,
      })),
    );
  }
  const accepted = environment.acceptances.filter((entry) => !entry.recorded);
  if (accepted.length > 0) await services.store.putAcceptances(accepted.map((entry) => entry.acceptance));
  return {
    releases: ended.map(({ release, revision }) => ({ number: release.number, revision })),
    acceptances: accepted.map(({ acceptance: { sha, revision } }) => ({ sha, revision })),
  };
}

async function concludeDeliveries(services: Pick<Services, 'store'>, product: Product): Promise<string[]> {
  for (const { id, outcome } of product.concluded) await services.store.concludeDelivery(id, outcome);
  return product.concluded.map(({ id }) => id);
}

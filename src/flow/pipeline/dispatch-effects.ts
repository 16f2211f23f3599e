import type { Build } from '../../domain/documents/build.ts';
import type { Aggregate, AggregateKind, Place } from '../../domain/documents/document.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Product } from '../../domain/documents/product.ts';
import { clockOfBuild, clockOfEnvironment, clockOfProduct } from '../../domain/gates/wake.ts';
import { releaseId } from '../../domain/names.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { Aggregates, AuditRecord } from '../../ports/store.ts';
import { apply, applyAt } from '../commands/apply.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Parts } from '../services/services.ts';

/**
 * Carries out what a document owes to others: commands to other aggregates, audit records, history. Then, in one
 * write, takes off what was done. Everything here may happen twice; nothing of it leaves the document before it has
 * happened.
 */
export async function carry(parts: Parts, place: Place): Promise<void> {
  const loaded = await parts.store.load(place.kind, place.id);
  if (!loaded) return;
  await carryOut(parts, { kind: place.kind, aggregate: loaded } as Loaded);
}

type Loaded = { [K in AggregateKind]: { kind: K; aggregate: Aggregates[K] } }[AggregateKind];

async function carryOut(parts: Parts, loaded: Loaded): Promise<void> {
  switch (loaded.kind) {
    case 'environments': {
      const environment = await tickEnvironment(parts, loaded.aggregate);
      const done = await carryAny(parts, loaded.kind, environment);
      const facts = await recordFacts(parts, environment);
      if (isNothing(done) && facts.releases.length + facts.acceptances.length === 0) return;
      await apply(parts, 'environments', environment.id, { ...done, ...facts }, environment);
      return;
    }
    case 'products': {
      const product = await tickProduct(parts, loaded.aggregate);
      const done = await carryAny(parts, loaded.kind, product);
      const concluded = await concludeDeliveries(parts, product);
      if (isNothing(done) && concluded.length === 0) return;
      await apply(parts, 'products', product.id, { ...done, concluded }, product);
      return;
    }
    case 'builds': {
      const build = await tickBuild(parts, loaded.aggregate);
      const done = await carryAny(parts, loaded.kind, build);
      if (!isNothing(done)) await apply(parts, 'builds', build.id, done, build);
      return;
    }
    case 'cards': {
      const card = loaded.aggregate;
      const done = await carryAny(parts, loaded.kind, card);
      if (!isNothing(done)) await apply(parts, 'cards', card.id, done, card);
      return;
    }
    default:
      loaded satisfies never;
  }
}

/** Lets time pass; also where git could not be asked before, and may answer now (RULES 19). */
async function tickEnvironment(parts: Parts, environment: Environment): Promise<Environment> {
  const clock = clockOfEnvironment(environment, parts.timing.marginMs);
  if (!environment.relationsOwed && (clock === null || clock > parts.clock.dueNow())) return environment;
  const tick = { id: parts.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(parts, 'environments', environment.id, tick, environment)).aggregate;
}

async function tickProduct(parts: Parts, product: Product): Promise<Product> {
  const clock = clockOfProduct(product);
  if (clock === null || clock > parts.clock.dueNow()) return product;
  const tick = { id: parts.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(parts, 'products', product.id, tick, product)).aggregate;
}

async function tickBuild(parts: Parts, build: Build): Promise<Build> {
  const clock = clockOfBuild(build, parts.timing.marginMs);
  if (clock === null || clock > parts.clock.dueNow()) return build;
  const tick = { id: parts.newId(), actor: ROBOT, type: 'tick' } as const;
  return (await apply(parts, 'builds', build.id, tick, build)).aggregate;
}

/** What every kind of document owes: audit and commands to others. */
async function carryAny(parts: Parts, kind: AggregateKind, aggregate: Aggregate) {
  const [settled, effects] = await Promise.all([
    recordAudit(parts, { kind, id: aggregate.id }, aggregate),
    sendAll(parts, aggregate),
  ]);
  return { id: parts.newId(), actor: ROBOT, type: 'carried', effects, settled } as const;
}

function isNothing(done: { effects: string[]; settled: string[] }): boolean {
  return done.effects.length + done.settled.length === 0;
}

async function recordAudit(
  parts: Pick<Parts, 'store'>,
  place: Place,
  aggregate: Aggregate,
): Promise<string[]> {
  const records: AuditRecord[] = aggregate.settled
    .filter((settled) => !settled.recorded)
    .map(({ recorded: _recorded, ...settled }) => ({ ...settled, product: aggregate.product, place }));
  if (records.length > 0) await parts.store.addAudit(records);
  return records.map(({ id }) => id);
}

/** Effects go out in the order they were decided; one that cannot be sent holds up those behind it. */
async function sendAll(parts: Parts, aggregate: Aggregate): Promise<string[]> {
  const sent: string[] = [];
  // Several in a row for the same card are the rule.
  let last: { to: Place; aggregate: Aggregate } | null = null;
  for (const effect of aggregate.effects) {
    const { to, command } = effect;
    try {
      const known: Aggregate | null = last && isSame(last.to, to) ? last.aggregate : null;
      last = { to, aggregate: await applyAt(parts, to, command, known) };
    } catch (error) {
      if (!(error instanceof NotConfigured)) {
        parts.log.warn({ err: error, effect: effect.id }, 'could not carry out an effect; it stays');
        break;
      }
      parts.log.warn({ effect: effect.id, to }, 'not in the configuration any more; effect dropped');
    }
    sent.push(effect.id);
  }
  return sent;
}

function isSame(a: Place, b: Place): boolean {
  return a.kind === b.kind && a.id === b.id;
}

async function recordFacts(
  parts: Pick<Parts, 'store'>,
  environment: Environment,
): Promise<{
  releases: { number: number; revision: number }[];
  acceptances: { sha: string; revision: number }[];
}> {
  const ended = environment.ended.filter((entry) => !entry.recorded);
  if (ended.length > 0) {
    await parts.store.putReleases(
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
  if (accepted.length > 0) await parts.store.putAcceptances(accepted.map((entry) => entry.acceptance));
  return {
    releases: ended.map(({ release, revision }) => ({ number: release.number, revision })),
    acceptances: accepted.map(({ acceptance: { sha, revision } }) => ({ sha, revision })),
  };
}

async function concludeDeliveries(parts: Pick<Parts, 'store'>, product: Product): Promise<string[]> {
  for (const { id, outcome } of product.concluded) await parts.store.concludeDelivery(id, outcome);
  return product.concluded.map(({ id }) => id);
}

import type { Aggregate, Place } from '../domain/aggregate.ts';
import type { Environment } from '../domain/environment.ts';
import { releaseId } from '../domain/names.ts';
import { ROBOT } from '../domain/people.ts';
import type { Product } from '../domain/product.ts';
import type { AuditRecord } from '../ports/store.ts';
import { apply, applyAt } from './apply.ts';
import { NotConfigured, type Parts } from './parts.ts';

/**
 * Carries out what a document owes to others: commands to other aggregates, audit records, history. Then, in one
 * write, takes off what was done. Everything here may happen twice; nothing of it leaves the document before it has
 * happened.
 */
export async function carry(parts: Parts, place: Place): Promise<void> {
  const aggregate = await parts.store.load(place.kind, place.id);
  if (!aggregate) return;
  await tick(parts, place, aggregate);
  const fresh = await parts.store.load(place.kind, place.id);
  if (!fresh) return;
  const settled = await recordAudit(parts, place, fresh);
  const effects = await sendAll(parts, fresh);
  const done = { id: parts.newId(), actor: ROBOT, type: 'carried', effects, settled } as const;
  switch (place.kind) {
    case 'environments': {
      const facts = await recordFacts(parts, fresh as Environment);
      if (effects.length + settled.length + facts.releases.length + facts.acceptances.length === 0) return;
      await apply(parts, 'environments', place.id, { ...done, ...facts });
      return;
    }
    case 'products': {
      const concluded = await concludeDeliveries(parts, fresh as Product);
      if (effects.length + settled.length + concluded.length === 0) return;
      await apply(parts, 'products', place.id, { ...done, concluded });
      return;
    }
    case 'builds':
    case 'cards':
      if (effects.length + settled.length === 0) return;
      await apply(parts, place.kind, place.id, done);
      return;
    default:
      place.kind satisfies never;
  }
}

/** Lets time pass in documents that have a clock. */
async function tick(parts: Parts, place: Place, aggregate: Aggregate): Promise<void> {
  if (place.kind !== 'environments' && place.kind !== 'builds') return;
  if (aggregate.wakeAt === null || aggregate.wakeAt > parts.now()) return;
  await apply(parts, place.kind, place.id, { id: parts.newId(), actor: ROBOT, type: 'tick' });
}

async function recordAudit(parts: Parts, place: Place, aggregate: Aggregate): Promise<string[]> {
  const records: AuditRecord[] = aggregate.settled
    .filter((settled) => !settled.recorded)
    .map(({ recorded: _recorded, ...settled }) => ({ ...settled, product: aggregate.product, place }));
  if (records.length > 0) await parts.store.addAudit(records);
  return records.map(({ id }) => id);
}

/** Effects go out in the order they were decided; one that cannot be sent holds up those behind it. */
async function sendAll(parts: Parts, aggregate: Aggregate): Promise<string[]> {
  const sent: string[] = [];
  for (const effect of aggregate.effects) {
    try {
      await applyAt(parts, effect.to, effect.command);
    } catch (error) {
      if (!(error instanceof NotConfigured)) {
        parts.log.warn({ err: error, effect: effect.id }, 'could not carry out an effect; it stays');
        break;
      }
      parts.log.warn(
        { effect: effect.id, to: effect.to },
        'not in the configuration any more; effect dropped',
      );
    }
    sent.push(effect.id);
  }
  return sent;
}

async function recordFacts(
  parts: Parts,
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

async function concludeDeliveries(parts: Parts, product: Product): Promise<string[]> {
  for (const { id, outcome } of product.concluded) await parts.store.concludeDelivery(id, outcome);
  return product.concluded.map(({ id }) => id);
}

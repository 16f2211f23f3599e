import type { Aggregate, AggregateKind, DocumentRef } from '../../domain/documents/document.ts';
import type { Aggregates, AuditRecord } from '../../ports/store.ts';
import { apply, applyEffect } from '../commands/apply.ts';
import { KINDS } from '../commands/kinds.ts';
import { isForNobody } from '../direct-messages/unwanted.ts';
import type { Services } from '../services/services.ts';
import { mustKnow } from '../settings/settings.ts';

/**
 * Dispatches what a document owes to others: commands to other documents, audit records and history. Then one write
 * removes what was done. Everything here may happen twice; nothing leaves the document before it was done, and no effect
 * is dropped. Throws `NotConfigured` if this process does not know the product: another process does it, and without one
 * the document stays as it is until the product is configured again.
 */
export async function dispatchEffects(services: Services, place: DocumentRef): Promise<void> {
  const loaded = await services.store.load(place.kind, place.id);
  if (!loaded) return;
  mustKnow(services.settings, loaded.product);
  await dispatch(services, place.kind, loaded);
}

async function dispatch<K extends AggregateKind>(
  services: Services,
  kind: K,
  loaded: Aggregates[K],
): Promise<void> {
  const { tick, afterDispatch } = KINDS[kind];
  const { id } = loaded;
  const due = tick(services, loaded);
  const aggregate = due ? (await apply(services, kind, id, due, loaded)).aggregate : loaded;
  const [settled, effects] = await Promise.all([
    recordAudit(services, { kind, id }, aggregate),
    sendAll(services, aggregate),
  ]);
  const done = await afterDispatch(services, aggregate, { effects, settled });
  if (done) await apply(services, kind, id, done, aggregate);
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
  let last: { to: DocumentRef; aggregate: Aggregates[AggregateKind] } | null = null;
  for (const effect of aggregate.effects) {
    const { to } = effect;
    try {
      if (await isForNobody(services, effect)) {
        sent.push(effect.id);
        continue;
      }
      const known: Aggregates[AggregateKind] | null = last && isSame(last.to, to) ? last.aggregate : null;
      last = { to, aggregate: await applyEffect(services, effect, known) };
    } catch (error) {
      services.log.warn(
        { err: error, effect: effect.id },
        'could not send an effect; it is kept and tried again',
      );
      break;
    }
    sent.push(effect.id);
  }
  return sent;
}

function isSame(a: DocumentRef, b: DocumentRef): boolean {
  return a.kind === b.kind && a.id === b.id;
}

import type { Acceptance, Environment } from '../documents/environment.ts';

/**
 * Everything known of what was accepted here, newest first, revoked ones included. `kept`: from the memory outside the document; of
 * one commit the later decided holds (RULES 21).
 */
export function knownAcceptances(environment: Environment, kept: readonly Acceptance[]): Acceptance[] {
  const bySha = new Map<string, Acceptance>();
  for (const acceptance of [...kept, ...environment.acceptances.map((entry) => entry.acceptance)]) {
    const known = bySha.get(acceptance.sha);
    if (!known || acceptance.revision > known.revision) bySha.set(acceptance.sha, acceptance);
  }
  return [...bySha.values()].sort((a, b) => b.at - a.at || b.revision - a.revision);
}

/**
 * Where a rollback may go: what Slipway deployed here, was accepted and not revoked since; of all that was only adopted the last
 * one, which a deploy of Slipway replaced (RULES 25). `known`: newest first.
 */
export function targetsAmong(known: readonly Acceptance[]): Acceptance[] {
  const adopted = known.find(({ kind }) => kind === 'adopted');
  return known.filter(
    (acceptance) => !acceptance.revoked && (acceptance.kind !== 'adopted' || acceptance === adopted),
  );
}

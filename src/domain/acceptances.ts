import type { Acceptance, Environment } from './environment.ts';

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

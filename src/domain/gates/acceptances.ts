import type { Acceptance, Environment } from '../documents/environment.ts';

/**
 * All known acceptances of this environment, newest first, revoked ones included. `kept`: those read from the store. For
 * each commit, the one that was decided later is used (RULES 21).
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
 * Possible targets of a rollback: commits that Slipway deployed here and that were accepted and not revoked. Of the
 * commits that were only adopted, the last one counts too, because a deploy by Slipway replaced it (RULES 25). `known`:
 * newest first.
 */
export function targetsAmong(known: readonly Acceptance[]): Acceptance[] {
  const adopted = known.find(({ kind }) => kind === 'adopted');
  return known.filter(
    (acceptance) => !acceptance.revoked && (acceptance.kind !== 'adopted' || acceptance === adopted),
  );
}

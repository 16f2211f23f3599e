import { findRelease } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/values/release.ts';
import { type Draft, type Outcome, refuse } from './draft.ts';

/**
 * Calls `then` with the release of this number. An open or ended release comes from the document, an older one from the
 * history; without either the command is refused.
 */
export function withRelease(draft: Draft, number: number, then: (release: Release) => Outcome): Outcome {
  const { past } = draft.context;
  const release =
    findRelease(draft.environment, number) ?? (past?.number === number ? structuredClone(past) : undefined);
  return release ? then(release) : refuse({ rule: 'noRelease', release: number });
}

/** Refuses a command that comes too late for the release; says who ended or approved it and when, where that is known. */
export function settledRefusal(release: Release): Outcome {
  return refuse({
    rule: 'settled',
    release: release.number,
    status: release.status,
    end: release.end,
    approvedBy: release.approvals.map((approval) => approval.by),
  });
}

import { findRelease } from '../../../documents/environment.ts';
import type { Release } from '../../../documents/release.ts';
import { type Draft, type Outcome, refuse } from './draft.ts';

/** Hands the release with this number, open or ended, to `then`; one that left the document comes from the history. */
export function withRelease(draft: Draft, number: number, then: (release: Release) => Outcome): Outcome {
  const { past } = draft.context;
  const release =
    findRelease(draft.environment, number) ?? (past?.number === number ? structuredClone(past) : undefined);
  return release ? then(release) : refuse({ rule: 'noRelease', release: number });
}

/** The release is past what was asked: who brought it there, and when, where that is known. */
export function settledRefusal(release: Release): Outcome {
  return refuse({
    rule: 'settled',
    release: release.number,
    status: release.status,
    end: release.end,
    approvedBy: release.approvals.map((approval) => approval.by),
  });
}

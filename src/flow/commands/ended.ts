import type { Build } from '../../domain/documents/build.ts';
import type { AggregateKind } from '../../domain/documents/document.ts';
import { type Environment, releasesOf } from '../../domain/documents/environment.ts';
import type { Ended } from '../../ports/metrics.ts';
import type { Aggregates } from '../../ports/store.ts';

/**
 * What ended between two states of one document, whoever ran it: a command of this process, one whose worker died, or what
 * another system carried out. Each ends once; what is learned of it later is not told again.
 */
export function endedBetween<K extends AggregateKind>(
  kind: K,
  before: Aggregates[K],
  after: Aggregates[K],
): Ended[] {
  switch (kind) {
    case 'builds':
      return buildEnded(before as Build, after as Build);
    case 'environments':
      return attemptsEnded(before as Environment, after as Environment);
    default:
      return [];
  }
}

function buildEnded(before: Build, after: Build): Ended[] {
  const { product, attempt, checks } = after;
  if (attempt?.outcome && !(before.attempt?.number === attempt.number && before.attempt.outcome !== null)) {
    const seconds = secondsBetween(attempt.startedAt, attempt.endedAt);
    return [{ of: 'build', product, outcome: attempt.outcome.kind, seconds }];
  }
  const { status } = after;
  const isOver = status === 'succeeded' || status === 'failed' || status === 'errored';
  if (!checks || checks.endedAt === null || checks.endedAt === before.checks?.endedAt || !isOver) return [];
  return [{ of: 'build', product, outcome: status, seconds: secondsBetween(checks.since, checks.endedAt) }];
}

function attemptsEnded(before: Environment, after: Environment): Ended[] {
  const { product, name: environment } = after;
  const overBefore = new Set(
    releasesOf(before).flatMap(({ attempts }) =>
      attempts.filter(({ outcome }) => outcome !== null).map(({ number }) => number),
    ),
  );
  // Attempts are forgotten, but never come back: the newest ones alone can have ended just now.
  return releasesOf(after)
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ number, step, outcome, startedAt, endedAt }): Ended[] => {
      if (outcome === null || overBefore.has(number)) return [];
      const seconds = secondsBetween(startedAt, endedAt);
      return [{ of: step, product, environment, outcome: outcome.kind, seconds }];
    });
}

/** null: one of the times is unknown. */
function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : (to - from) / 1_000;
}

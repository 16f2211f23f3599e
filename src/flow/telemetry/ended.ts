import type { Build } from '../../domain/documents/build.ts';
import type { AggregateKind } from '../../domain/documents/document.ts';
import { type Environment, releasesOf } from '../../domain/documents/environment.ts';
import type { BuildOutcome } from '../../domain/documents/values/build/run.ts';
import type { Attempt, AttemptOutcome, Release } from '../../domain/documents/values/release.ts';
import type { Ended } from '../../ports/metrics.ts';
import type { Aggregates } from '../../ports/store.ts';

/** A build that has just ended. */
export interface EndedBuild {
  build: Build;
  /** Number of the attempt; null: it was built elsewhere. */
  attempt: number | null;
  outcome: BuildOutcome['kind'];
  from: number | null;
  until: number | null;
}

/** An attempt at a deploy or verification that has just ended. */
export interface EndedAttempt {
  release: Release;
  attempt: Attempt & { outcome: AttemptOutcome };
}

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
      return buildEnded(before as Build, after as Build).map(({ build, outcome, from, until }) => ({
        of: 'build',
        product: build.product,
        outcome,
        seconds: secondsBetween(from, until),
      }));
    case 'environments': {
      const { product, name: environment } = after as Environment;
      return attemptsEnded(before as Environment, after as Environment).map(({ attempt }) => ({
        of: attempt.step,
        product,
        environment,
        outcome: attempt.outcome.kind,
        seconds: secondsBetween(attempt.startedAt, attempt.endedAt),
      }));
    }
    default:
      return [];
  }
}

/** The end of a build between two states of it: one, or none. */
export function buildEnded(before: Build, after: Build): EndedBuild[] {
  const { attempt, checks, status } = after;
  if (attempt?.outcome && !(before.attempt?.number === attempt.number && before.attempt.outcome !== null)) {
    const { number, outcome, startedAt, endedAt } = attempt;
    return [{ build: after, attempt: number, outcome: outcome.kind, from: startedAt, until: endedAt }];
  }
  const isOver = status === 'succeeded' || status === 'failed' || status === 'errored';
  if (!checks || checks.endedAt === null || checks.endedAt === before.checks?.endedAt || !isOver) return [];
  return [{ build: after, attempt: null, outcome: status, from: checks.since, until: checks.endedAt }];
}

/** The attempts that ended between two states of an environment. */
export function attemptsEnded(before: Environment, after: Environment): EndedAttempt[] {
  const overBefore = new Set(
    releasesOf(before).flatMap(({ attempts }) =>
      attempts.filter(({ outcome }) => outcome !== null).map(({ number }) => number),
    ),
  );
  // Attempts are forgotten, but never come back: the newest ones alone can have ended just now.
  return releasesOf(after).flatMap((release) =>
    release.attempts.flatMap((attempt): EndedAttempt[] => {
      const { number, outcome } = attempt;
      return outcome === null || overBefore.has(number)
        ? []
        : [{ release, attempt: { ...attempt, outcome } }];
    }),
  );
}

/** null: one of the times is unknown. */
function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : (to - from) / 1_000;
}

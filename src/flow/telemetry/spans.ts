import type { Build } from '../../domain/documents/build.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { AggregateKind } from '../../domain/documents/document.ts';
import { type Environment, releasesOf } from '../../domain/documents/environment.ts';
import type { Product } from '../../domain/documents/product.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { releaseId } from '../../domain/ids.ts';
import type { Aggregates } from '../../ports/store.ts';
import type { Span } from '../../ports/traces.ts';
import { attemptsEnded, buildEnded } from './ended.ts';

/**
 * What happened between two states of one document, whoever did it. A commit, from its push to the announcement of its
 * continuous deploys, is one trace; each release that people prepared is one of its own, which follows from that.
 */
export function spansBetween<K extends AggregateKind>(
  kind: K,
  before: Aggregates[K],
  after: Aggregates[K],
): Span[] {
  switch (kind) {
    case 'products':
      return pushed(before as Product, after as Product);
    case 'builds':
      return built(before as Build, after as Build);
    case 'environments':
      return released(before as Environment, after as Environment);
    default:
      return [];
  }
}

/** What a card is drawn from, as far as its trace must be known. */
export type Drawn =
  | { notice: unknown }
  | { here: { environment: Pick<Environment, 'id' | 'product'> }; release: Release }
  | { build: Pick<Build, 'product' | 'sha'> };

/** A card was posted or edited between these times. null: it is about no commit, or shows only progress. */
export function announcement(
  { id, wanted, ts, progressOnly }: Card,
  view: Drawn,
  from: number,
  until: number,
): Span | null {
  if ('notice' in view || (progressOnly && ts !== null)) return null;
  const trace =
    'release' in view
      ? releaseTrace(view.here.environment, view.release)
      : commitTrace(view.build.product, view.build.sha);
  const about = { how: ts === null ? 'post' : 'edit' };
  return { trace, id: `${id} ${wanted}`, name: 'announce', from, until, failed: false, about };
}

/** All that happens to a commit by itself. */
function commitTrace(product: string, sha: string): string {
  return `${product}@${sha}`;
}

function releaseTrace({ id, product }: Pick<Environment, 'id' | 'product'>, release: Release): string {
  return release.kind === 'continuous' ? commitTrace(product, release.sha) : releaseId(id, release.number);
}

/** A push lasts from its webhook until the branch was seen to have moved. */
function pushed(before: Product, { product, heads }: Product): Span[] {
  const known = before.heads.at(-1)?.number ?? 0;
  return heads
    .filter(({ number }) => number > known)
    .map(({ number, sha, at }) => {
      const told = before.announced?.findLast((push) => push.after === sha)?.at ?? at;
      const trace = commitTrace(product, sha);
      const about = { product, sha, head: number };
      return { trace, id: null, name: 'push', from: Math.min(told, at), until: at, failed: false, about };
    });
}

function built(before: Build, after: Build): Span[] {
  return buildEnded(before, after).flatMap(({ build: { product, sha }, attempt, outcome, from, until }) => {
    if (from === null || until === null) return [];
    return {
      trace: commitTrace(product, sha),
      id: attempt === null ? `checks ${until}` : `build ${attempt}`,
      name: attempt === null ? 'checks' : 'build',
      from,
      until,
      failed: outcome !== 'succeeded',
      about: { product, sha, outcome, ...(attempt !== null && { attempt }) },
    };
  });
}

function released(before: Environment, after: Environment): Span[] {
  const { product, name: environment } = after;
  const aboutOf = ({ sha, number, kind }: Release) => ({ product, sha, environment, release: number, kind });
  const prepared = releasesOf(after)
    .filter(({ number, kind }) => number > before.releases && kind !== 'continuous')
    .map((release): Span => {
      const { requestedAt: at, sha } = release;
      return {
        trace: releaseTrace(after, release),
        id: null,
        name: 'prepare',
        from: at,
        until: at,
        failed: false,
        about: aboutOf(release),
        follows: commitTrace(product, sha),
      };
    });
  const ended = attemptsEnded(before, after).flatMap(({ release, attempt }): Span[] => {
    const { number, step, startedAt, endedAt, outcome } = attempt;
    if (endedAt === null) return [];
    return [
      {
        trace: releaseTrace(after, release),
        id: `${environment} ${number}`,
        name: step,
        from: startedAt,
        until: endedAt,
        failed: outcome.kind !== 'succeeded',
        about: { ...aboutOf(release), attempt: number, outcome: outcome.kind },
      },
    ];
  });
  return [...prepared, ...ended];
}

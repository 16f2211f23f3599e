import type { Context } from '../../domain/decide/environment/draft/context.ts';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { bakesSince } from '../../domain/documents/values/bake.ts';
import { type Release, runningAttempt } from '../../domain/documents/values/release.ts';
import type { ButtonSpec } from '../blocks/blocks.ts';
import { capital } from '../text/clean.ts';
import { type Inline, inline } from '../text/inline.ts';
import { person, releaseRef } from '../text/references.ts';
import { since } from '../text/times.ts';
import type { CommitLine, EnvironmentView, RenderContext } from '../view-model.ts';

/** What advice depends on besides the environment: other documents, stored acceptances, and git. */
export interface AdviceContext {
  /** The newest acceptance below of each commit in question, revoked or not. */
  below: readonly Acceptance[];
  /** How these commits relate to the deployed one. */
  relations: Context['relations'];
  /** Acceptances here, as stored outside the environment's document. */
  acceptances: readonly Acceptance[];
}

/** What the refused person may do about the lock that the refusal names. */
export interface LockOffers {
  ask: boolean;
  takeOver: boolean;
}

/** What a refusal is about. */
export interface About {
  here: EnvironmentView;
  context: RenderContext;
  below?: EnvironmentView | null;
  release?: Release | null;
  /** What advice depends on besides the environment; absent: nothing more is known. */
  adviceContext?: AdviceContext;
  /** What the person may do about the lock in question; null or absent: nothing, or the refusal is about no lock. */
  lockOffers?: LockOffers | null;
  /** Those commits that the refusal names, as far as git knows them; absent: none. */
  commits?: readonly CommitLine[];
  /** What a lock applies to: environment id, or a product's name for all of its environments; absent: the environment. */
  place?: string;
}

/**
 * The two lines of a refusal: what is not possible; then what stays as it is, who or what changes that, and the next
 * step.
 */
export interface RefusalText {
  not: Inline;
  next: Inline;
  /** Number of the release whose card helps to go on. */
  open?: number;
  /** What the refused person can do at once, in place of opening that card. */
  buttons?: ButtonSpec[];
}

/** "Testing there (preprod#17, since 14:22)" */
export function statusOf(release: Release, where: EnvironmentView, context: RenderContext): Inline {
  const ref = releaseRef(where.policy, release.number, context);
  const from =
    bakesSince(release) ??
    runningAttempt(release)?.startedAt ??
    (release.status === 'testing' ? release.deployedAt : null);
  const since1 = from === null ? inline`` : inline`, since ${since(from, context.now)}`;
  const by =
    release.status === 'queued' && release.queue ? inline`, by ${person(release.queue.by)}` : inline``;
  return inline`${statusWord(release)} there (${ref}${since1}${by})`;
}

/** The status as a card names it. */
export function statusWord(release: Release): string {
  return release.status === 'unverified' ? 'Verification Failed' : capital(release.status);
}

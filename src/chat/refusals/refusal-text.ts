import type { Context } from '../../domain/decide/environment/draft/context.ts';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { type Release, runningAttempt } from '../../domain/documents/release.ts';
import type { ButtonSpec } from '../blocks/blocks.ts';
import { capital } from '../text/clean.ts';
import { type Inline, inline, person, releaseRef, since } from '../text/inline.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';

/** What advice depends on beside the environment: read from other documents, the memory outside it, and git. */
export interface AdviceFacts {
  /** The newest acceptances below of the commits spoken of, revoked or not. */
  below: readonly Acceptance[];
  /** How these commits stand to what runs. */
  relations: Context['relations'];
  /** What was accepted here, as the memory outside the document has it. */
  acceptances: readonly Acceptance[];
}

/** What a refusal speaks of. */
export interface About {
  here: EnvironmentView;
  context: RenderContext;
  below?: EnvironmentView | null;
  release?: Release | null;
  /** What advice is decided from beside the environment; absent: nothing more is known. */
  facts?: AdviceFacts;
  /** What a lock is of: an environment id, or a product's name for all of its; absent: the environment. */
  place?: string;
}

/** The two lines of a refusal: what is not so; what stays, who or when opens it, and the next step. */
export interface RefusalText {
  not: Inline;
  next: Inline;
  /** Release whose card helps on. */
  open?: number;
  /** What the one who was refused can do at once, in place of opening that card. */
  buttons?: ButtonSpec[];
}

/** "Testing there since 14:22 (preprod#17)" */
export function statusOf(release: Release, where: EnvironmentView, context: RenderContext): Inline {
  const ref = releaseRef(where.policy, release.number, context);
  const from =
    runningAttempt(release)?.startedAt ?? (release.status === 'testing' ? release.deployedAt : null);
  const since1 = from === null ? inline`` : inline` since ${since(from, context.now)}`;
  const by =
    release.status === 'queued' && release.queue ? inline` by ${person(release.queue.by)}` : inline``;
  return inline`${statusWord(release)} there${since1}${by} (${ref})`;
}

/** The status as a card says it. */
export function statusWord(release: Release): string {
  return release.status === 'unverified' ? 'Check Failed' : capital(release.status);
}

import type { Unsent } from '../../../documents/commands.ts';
import type { DocumentRef, Effect } from '../../../documents/document.ts';
import {
  ACCEPTANCES_KEPT,
  type Acceptance,
  ENDED_KEPT,
  type Environment,
} from '../../../documents/environment.ts';
import type { Refusal } from '../../../documents/refusal.ts';
import type { Release } from '../../../documents/release.ts';
import type { ReplyEvent } from '../../../documents/replies.ts';
import type { Warning } from '../../../documents/warning.ts';
import { environmentId } from '../../../names.ts';
import { type Actor, ROBOT } from '../../../people/people.ts';
import { send } from '../../shared/effects.ts';
import type { Context } from './context.ts';

/** An environment while it is decided about: a copy of its own, and what must happen outside. */
export interface Draft {
  environment: Environment;
  context: Context;
  /** The clock of the process: what is open, over or due is decided by it. */
  now: number;
  /** The time of the document, never before what it has seen: it orders events, and decides nothing else (RULES 35). */
  at: number;
  /** The revision this decision will be stored as. */
  revision: number;
  effects: Effect[];
}

/** What a handler of one command answers. */
export type Outcome =
  | { kind: 'accepted'; release?: number; attempt?: number; warnings?: Warning[] }
  | { kind: 'refused'; refusal: Refusal };

export function refuse(refusal: Refusal): Outcome {
  return { kind: 'refused', refusal };
}

/** Sends a command to another aggregate. */
export function tell(draft: Draft, to: DocumentRef, command: Unsent, actor: Actor = ROBOT): void {
  send(draft.effects, { id: draft.environment.id, revision: draft.revision }, to, command, actor);
}

/** Cards of the environment below tell of this commit, or of what runs here. */
export function tellBelow(draft: Draft, sha: string): void {
  const { below } = draft.context.policy;
  if (below === null) return;
  const id = environmentId(draft.environment.product, below);
  tell(draft, { kind: 'environments', id }, { type: 'redraw', sha });
}

/** The card of a release must show what is. `progress`: nothing but progress changed. */
export function show(draft: Draft, release: Release, progress = false): void {
  tell(
    draft,
    { kind: 'cards', id: release.card },
    {
      type: 'show',
      product: draft.environment.product,
      subject: { kind: 'release', environment: draft.environment.id, number: release.number },
      progress,
    },
  );
}

/** A card that stands already shows what is now, whatever its subject. */
export function refresh(draft: Draft, card: string): void {
  const { product } = draft.environment;
  tell(draft, { kind: 'cards', id: card }, { type: 'show', product, subject: null, progress: false });
}

/** Cards of releases that wait show what they wait for: the queue, what runs here. */
export function showWaiting(draft: Draft): void {
  for (const release of draft.environment.open) {
    if (release.status === 'prepared' || release.status === 'approved' || release.status === 'queued') {
      show(draft, release);
    }
  }
}

/** The thread of a release tells how it came. */
export function reply(draft: Draft, release: Release, event: ReplyEvent): void {
  const id = `${draft.environment.id}:${draft.revision}:${draft.effects.length}`;
  tell(
    draft,
    { kind: 'cards', id: release.card },
    {
      type: 'reply',
      product: draft.environment.product,
      subject: { kind: 'release', environment: draft.environment.id, number: release.number },
      reply: { id, at: draft.at, event, release: structuredClone(release) },
    },
  );
}

/** Takes a release off the list of open ones; it is kept until the history has it. */
export function close(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.open = environment.open.filter(({ number }) => number !== release.number);
  environment.ended = environment.ended.filter((entry) => entry.release.number !== release.number);
  environment.ended.push({ release, revision: draft.revision, recorded: false });
  trim(environment);
}

/** The opposite of `close`: a late fact brings an ended release back to life. */
export function reopen(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.ended = environment.ended.filter((entry) => entry.release.number !== release.number);
  environment.open.push(release);
}

/** Marks an ended release as changed, so that the history hears of it. */
export function changedAfterEnd(draft: Draft, release: Release): void {
  const entry = draft.environment.ended.find((candidate) => candidate.release.number === release.number);
  if (!entry) return;
  entry.revision = draft.revision;
  entry.recorded = false;
}

/** Puts an acceptance, new or revoked, in place of what is known of that commit. */
export function putAcceptance(draft: Draft, acceptance: Acceptance): void {
  const { environment } = draft;
  environment.acceptances = environment.acceptances.filter(
    (entry) => entry.acceptance.sha !== acceptance.sha,
  );
  environment.acceptances.push({ acceptance: { ...acceptance, revision: draft.revision }, recorded: false });
  trim(environment);
}

/** Only what is recorded outside may leave the document. */
export function trim(environment: Environment): void {
  environment.ended = keepNewest(environment.ended, ENDED_KEPT);
  environment.acceptances = keepNewest(environment.acceptances, ACCEPTANCES_KEPT);
}

function keepNewest<T extends { recorded: boolean }>(entries: T[], kept: number): T[] {
  const surplus = entries.length - kept;
  return entries.filter((entry, index) => index >= surplus || !entry.recorded);
}

import type { Commands, Unsent } from '../../../documents/commands/commands.ts';
import type { AggregateKind, DocumentRef, Effect } from '../../../documents/document.ts';
import {
  ACCEPTANCES_KEPT,
  type Acceptance,
  ENDED_KEPT,
  type Environment,
} from '../../../documents/environment.ts';
import type { Refusal } from '../../../documents/refusal.ts';
import type { Notice } from '../../../documents/values/notice.ts';
import type { Release } from '../../../documents/values/release.ts';
import type { ReplyEvent } from '../../../documents/values/replies.ts';
import type { Warning } from '../../../documents/warning.ts';
import { environmentId } from '../../../ids.ts';
import { type Actor, ROBOT } from '../../../people/people.ts';
import { send } from '../../shared/effects.ts';
import type { Context } from './context.ts';

/** An environment while a decision about it is made: a private copy, and the effects so far. */
export interface Draft {
  environment: Environment;
  context: Context;
  /** The clock of the process: it decides what is open, over or due. */
  now: number;
  /** The document's time, which never runs backwards. It orders events and decides nothing else (RULES 35). */
  at: number;
  /** The revision under which this decision will be stored. */
  revision: number;
  effects: Effect[];
}

/** The result of handling one command. */
export type Outcome =
  | { kind: 'accepted'; release?: number; attempt?: number; warnings?: Warning[] }
  | { kind: 'refused'; refusal: Refusal };

export function refuse(refusal: Refusal): Outcome {
  return { kind: 'refused', refusal };
}

/** Sends a command to another document. */
export function sendTo<K extends AggregateKind>(
  draft: Draft,
  to: DocumentRef<K>,
  command: Unsent<Commands[K]>,
  actor: Actor = ROBOT,
): void {
  send(draft.effects, { id: draft.environment.id, revision: draft.revision }, to, command, actor);
}

/** Redraws the cards of the environment below that mention this commit or what runs here. */
export function redrawBelow(draft: Draft, sha: string): void {
  const { below } = draft.context.policy;
  if (below === null) return;
  const id = environmentId(draft.environment.product, below);
  sendTo(draft, { kind: 'environments', id }, { type: 'redraw', sha });
}

/** Has the card of a release redrawn. `progress`: nothing but progress has changed. */
export function show(draft: Draft, release: Release, progress = false): void {
  sendTo(
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

/** Has an existing card redrawn, whatever its subject is. */
export function refresh(draft: Draft, card: string): void {
  const { product } = draft.environment;
  sendTo(draft, { kind: 'cards', id: card }, { type: 'show', product, subject: null, progress: false });
}

/** Redraws the cards of waiting releases: they show the queue and what runs here. */
export function showWaiting(draft: Draft): void {
  for (const release of draft.environment.open) {
    if (release.status === 'prepared' || release.status === 'approved' || release.status === 'queued') {
      show(draft, release);
    }
  }
}

/** Adds a reply to the thread of a release, with the release as it is now. */
export function reply(draft: Draft, release: Release, event: ReplyEvent): void {
  const id = `${draft.environment.id}:${draft.revision}:${draft.effects.length}`;
  sendTo(
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

/** Shows a notice as a message of its own, in the channel or to one person. `event`: a reply in its thread; null: none. */
export function notify(draft: Draft, card: string, notice: Notice, event: ReplyEvent | null = null): void {
  const { environment, at } = draft;
  const { product } = environment;
  const subject = { kind: 'notice', place: environment.id, notice } as const;
  const to = { kind: 'cards', id: card } as const;
  sendTo(draft, to, { type: 'show', product, subject, progress: false });
  if (event === null) return;
  const id = `${environment.id}:${draft.revision}:${draft.effects.length}`;
  sendTo(draft, to, { type: 'reply', product, subject, reply: { id, at, event, release: null } });
}

/** Moves a release from the open to the ended ones, where it stays at least until the history has stored it. */
export function close(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.open = environment.open.filter(({ number }) => number !== release.number);
  environment.ended = environment.ended.filter((entry) => entry.release.number !== release.number);
  environment.ended.push({ release, revision: draft.revision, recorded: false });
  trim(environment);
}

/** The opposite of `close`: a late report makes an ended release open again. */
export function reopen(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.ended = environment.ended.filter((entry) => entry.release.number !== release.number);
  environment.open.push(release);
}

/** Marks an ended release as changed, so that the history stores it again. */
export function changedAfterEnd(draft: Draft, release: Release): void {
  const entry = draft.environment.ended.find((candidate) => candidate.release.number === release.number);
  if (!entry) return;
  entry.revision = draft.revision;
  entry.recorded = false;
}

/** Stores an acceptance, new or revoked, in place of what was known about that commit. */
export function putAcceptance(draft: Draft, acceptance: Acceptance): void {
  const { environment } = draft;
  environment.acceptances = environment.acceptances.filter(
    (entry) => entry.acceptance.sha !== acceptance.sha,
  );
  environment.acceptances.push({ acceptance: { ...acceptance, revision: draft.revision }, recorded: false });
  trim(environment);
}

/** Drops old entries. Only entries that are stored outside may leave the document. */
export function trim(environment: Environment): void {
  environment.ended = keepNewest(environment.ended, ENDED_KEPT);
  environment.acceptances = keepNewest(environment.acceptances, ACCEPTANCES_KEPT);
}

function keepNewest<T extends { recorded: boolean }>(entries: T[], kept: number): T[] {
  const surplus = entries.length - kept;
  return entries.filter((entry, index) => index >= surplus || !entry.recorded);
}

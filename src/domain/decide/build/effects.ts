import type { Build } from '../../documents/build.ts';
import type { Commands, Unsent } from '../../documents/commands/commands.ts';
import type { AggregateKind, DocumentRef } from '../../documents/document.ts';
import type { PushRequest } from '../../documents/values/build/run.ts';
import type { ReplyEvent } from '../../documents/values/replies.ts';
import { send } from '../shared/effects.ts';
import type { Draft } from './draft.ts';

/** The pushes that were not left out. The others lead to no deploy, and their cards, if they have any, stay as they are. */
export function wantedPushes({ pushes }: Build): PushRequest[] {
  return pushes.filter(({ leftOut }) => leftOut === undefined);
}

/**
 * Sends the success to watchers, and has the lowest environment deploy it if it is continuous. When a commit was
 * pushed several times, the newest head counts: it is the only one that may still be the branch head.
 */
export function sendSuccess(draft: Draft, pushes: PushRequest[]): void {
  const { build, context } = draft;
  const newest = pushes.toSorted((a, b) => a.head - b.head).at(-1);
  // A build that is repeated because its result was lost does not deploy the commit a second time.
  if (newest && newest.head > (build.toldHead ?? 0) && context.lowest.mode === 'continuous') {
    build.toldHead = newest.head;
    sendTo(
      draft,
      { kind: 'environments', id: context.lowest.id },
      { type: 'makeRelease', sha: build.sha, ref: newest.branch, head: newest.head, card: newest.card },
    );
  }
  const again = build.discarded;
  for (const watcher of build.watchers) {
    sendTo(
      draft,
      { kind: 'environments', id: watcher },
      { type: 'buildEnded', sha: build.sha, succeeded: true, ...(again && { again }) },
    );
  }
  build.watchers = [];
}

/**
 * Sends the failure to watchers, and replies in the thread of the newest push. Watchers stay registered: a failed build
 * can be retried.
 */
export function sendFailure(draft: Draft, log: string): void {
  sendBadEnd(draft);
  replyToPush(draft, { kind: 'buildFailed', log });
}

/** Sends watchers that the build did not succeed. */
export function sendBadEnd(draft: Draft): void {
  const { build } = draft;
  for (const watcher of build.watchers) {
    sendTo(
      draft,
      { kind: 'environments', id: watcher },
      { type: 'buildEnded', sha: build.sha, succeeded: false },
    );
  }
}

/** Replies in the thread of the newest push; does nothing if nobody pushed the commit. */
export function replyToPush(draft: Draft, event: ReplyEvent): void {
  const { build } = draft;
  const push = wantedPushes(build).at(-1);
  if (!push) return;
  const id = `${build.id}:${draft.revision}:${draft.effects.length}`;
  sendTo(
    draft,
    { kind: 'cards', id: push.card },
    {
      type: 'reply',
      product: build.product,
      subject: { kind: 'push', head: push.head, sha: build.sha },
      reply: { id, at: draft.at, event, release: null },
    },
  );
}

/** Has the cards of all pushes of the commit redrawn. `progress`: only its progress has changed. */
export function showPushes(draft: Draft, progress = false): void {
  for (const push of wantedPushes(draft.build)) showPush(draft, push, progress);
}

/** Has the card of one push redrawn. */
export function showPush(draft: Draft, push: PushRequest, progress = false): void {
  const { build } = draft;
  const subject = { kind: 'push', head: push.head, sha: build.sha } as const;
  const quietUntil = push.burst?.quietUntil ?? null;
  sendTo(
    draft,
    { kind: 'cards', id: push.card },
    {
      type: 'show',
      product: build.product,
      subject,
      progress,
      ...(quietUntil === null ? {} : { quietUntil }),
    },
  );
}

function sendTo<K extends AggregateKind>(
  draft: Draft,
  to: DocumentRef<K>,
  message: Unsent<Commands[K]>,
): void {
  send(draft.effects, { id: draft.build.id, revision: draft.revision }, to, message);
}

import { HEADS_KEPT, type Head, newestWanted, type Product } from '../../documents/product.ts';
import type { BuildStatus, LeftOut } from '../../documents/values/build/run.ts';
import type { HeadTag } from '../../documents/values/tag.ts';
import { buildId, pushCardId } from '../../ids.ts';
import { send } from '../shared/effects.ts';
import { burstAt, pushBurst } from './burst.ts';
import type { At } from './context.ts';

/** A head that the branch has moved to, or that a tag came to. */
interface Moved {
  sha: string;
  /** Of a tag its name. */
  branch: string;
  pushedBy: string | null;
  leftOut: LeftOut | undefined;
  tag: HeadTag | undefined;
}

/** True: what this head changed is built, or is about to be, so that a later head may be left out that changes nothing more. */
export function mayStandFor(build: BuildStatus | undefined): boolean {
  return build !== 'failed' && build !== 'errored' && build !== 'skipped';
}

/** Numbers the head, and has it built unless it is left out. */
export function moveHead(product: Product, moved: Moved, at: At, burstMs: number): Head {
  const { sha, branch, pushedBy, tag } = moved;
  const last = newestWanted(product);
  const leftOut = stillLeftOut(moved.leftOut, last);
  const number = (product.heads.at(-1)?.number ?? 0) + 1;
  const burst = leftOut ? undefined : burstAt(last, at.time, burstMs);
  const head: Head = {
    number,
    sha,
    at: at.time,
    pushedBy,
    ...(burst && { burst }),
    ...(leftOut && { leftOut }),
    ...(tag && { tag }),
  };
  product.heads = kept([...product.heads, head]);
  requestBuild(product, head, branch, at, burstMs);
  if (leftOut === undefined) skipBuild(product, last, head, at);
  return head;
}

/**
 * The newest head was left out because of other `paths` than those in force now: decides it again. Returns the head if it is
 * built now.
 */
export function decideAgain(
  product: Product,
  command: { branch: string; leftOut?: LeftOut | undefined },
  paths: readonly string[],
  at: At,
  burstMs: number,
): Head | null {
  const head = product.heads.at(-1);
  const before = head?.leftOut;
  if (!head || before?.why !== 'paths' || isSame(before.paths, paths)) return null;
  const last = newestWanted(product);
  const { leftOut: _before, ...bare } = head;
  const leftOut = stillLeftOut(command.leftOut, last);
  const again: Head = leftOut ? { ...bare, leftOut } : bare;
  product.heads = kept([...product.heads.slice(0, -1), again]);
  requestBuild(product, again, again.tag?.name ?? command.branch, at, burstMs);
  if (leftOut) return null;
  skipBuild(product, last, again, at);
  return again;
}

/** Another head may have come since the commit was compared: then it is built. */
function stillLeftOut(leftOut: LeftOut | undefined, last: Head | undefined): LeftOut | undefined {
  return leftOut?.why === 'paths' && leftOut.since !== last?.sha ? undefined : leftOut;
}

/** Drops old heads, but never the one that the next is compared with. */
function kept(heads: readonly Head[]): Head[] {
  const recent = heads.slice(-HEADS_KEPT);
  const wanted = newestWanted({ heads: [...heads] });
  return wanted === undefined || recent.includes(wanted) ? recent : [wanted, ...recent];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, index) => path === b[index]);
}

function requestBuild(product: Product, head: Head, branch: string, at: At, burstMs: number): void {
  const burst = pushBurst(head, burstMs);
  send(
    at.effects,
    { id: product.id, revision: at.revision },
    { kind: 'builds', id: buildId(product.id, head.sha) },
    {
      type: 'requestBuild',
      push: {
        head: head.number,
        branch,
        pushedBy: head.pushedBy,
        at: at.time,
        card: pushCardId(product.id, head.number),
        ...(burst && { burst }),
        ...(head.leftOut && { leftOut: head.leftOut }),
        ...(head.tag && { tag: head.tag }),
      },
      watcher: null,
    },
  );
}

/**
 * A newer head is built: a build of the last one that has not begun is not needed any more. A head that is left out takes the
 * place of none, as it brings nothing of what the last one changed.
 */
function skipBuild(product: Product, last: Head | undefined, { sha, number }: Head, at: At): void {
  if (!last || last.number === number) return;
  const build = { kind: 'builds', id: buildId(product.id, last.sha) } as const;
  const from = { id: product.id, revision: at.revision };
  send(at.effects, from, build, { type: 'skipBuild', newer: sha, head: number });
}

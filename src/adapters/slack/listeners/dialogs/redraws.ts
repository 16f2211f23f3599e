import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';

/** How many open dialogs are remembered. */
const DIALOGS = 1_000;

/** Slack's errors for a dialog that was closed, or changed since: nobody waits for this drawing of it. */
const OVER: ReadonlySet<unknown> = new Set(['not_found', 'hash_conflict']);

const platformError = z.object({ data: z.object({ error: z.string() }) });

/** True: the dialog was closed or changed before it was drawn. */
export function isOver(error: unknown): boolean {
  return OVER.has(platformError.safeParse(error).data?.data.error);
}

/** A change in an open dialog that is to be drawn. */
export interface Redraw {
  /** False: something newer is drawn, or the dialog is closed, so this is not. Throws Slack's other errors. */
  show(view: ModalView): Promise<boolean>;
}

/** What is known of an open dialog. */
interface Shown {
  /** Number of the change that came last. */
  latest: number;
  hash: string | undefined;
  /** Hashes that our own drawings replaced. */
  replaced: Set<string>;
  /** The drawings so far, one after the other: each needs the hash that the one before it leaves. */
  drawn: Promise<unknown>;
}

/**
 * Draws what was changed last in each open dialog. Each drawing is sent with the hash of what it replaces, so a drawing
 * by another process, which that process made for a later change, is not overwritten.
 */
export class Redraws {
  readonly #shown = new LRUCache<string, Shown>({ max: DIALOGS });

  /** `hash`: of the dialog in which the change was made. */
  begin(client: WebClient, viewId: string, hash: string | undefined): Redraw {
    const known: Shown = this.#shown.get(viewId) ?? {
      latest: 0,
      hash,
      replaced: new Set(),
      drawn: Promise.resolve(),
    };
    known.latest += 1;
    // The person may have made the change before they saw our last drawing.
    if (hash !== undefined && !known.replaced.has(hash)) known.hash = hash;
    this.#shown.set(viewId, known);
    const mine = known.latest;
    const draw = async (view: ModalView): Promise<boolean> => {
      if (known.latest !== mine) return false;
      const before = known.hash;
      try {
        const updated = await client.views.update({
          view_id: viewId,
          ...(before === undefined ? {} : { hash: before }),
          view,
        });
        if (before !== undefined) known.replaced.add(before);
        known.hash = updated.view?.hash;
        return true;
      } catch (error) {
        if (isOver(error)) return false;
        throw error;
      }
    };
    return {
      show(view) {
        const shown = known.drawn.then(() => draw(view));
        known.drawn = shown.catch(() => false);
        return shown;
      },
    };
  }
}

import type { WhoMay } from '../approvals/who-may.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { LeftOut } from './values/build/run.ts';
import type { Announced, ConcludedDelivery, PendingDelivery } from './values/delivery.ts';
import type { Lock } from './values/lock.ts';
import type { HeadTag, SeenTags } from './values/tag.ts';

/** A position of the branch, numbered when Slipway saw the branch move. A force push is a move like any other. */
export interface Head {
  number: number;
  sha: string;
  at: number;
  pushedBy: string | null;
  /** The pushes shortly before it that it is one card with. Absent: none. */
  burst?: Burst;
  /** Why it is not built. Absent: it is. */
  leftOut?: LeftOut;
  /** The tag that it comes from. Absent: it is the head of a branch. */
  tag?: HeadTag;
}

/** Pushes that follow each other within seconds: those that a later one overtakes have no card of their own. */
export interface Burst {
  /** When the last push came whose card was posted at once. */
  since: number;
  /** Number of the pushes before this one whose cards were held back. */
  earlier: number;
}

/** One product: its branch as last fetched, its webhooks, and the lock of all its environments. */
export interface Product extends Aggregate {
  /** The last branch heads, oldest first; among them the newest that was not left out, however old. */
  heads: Head[];
  /** How many fetches of the branch were requested; 0: none. */
  asked: number;
  /** The newest of these requests that a fetch has answered. */
  looked: number;
  /** Pushes announced in the last hour, in the order in which they arrived. Absent: none. */
  announced?: Announced[] | undefined;
  /** When to fetch again for announced pushes that the branch does not show yet. null or absent: it shows all of them. */
  awaits?: { tries: number; notBefore: number } | null | undefined;
  /** The last announced push that was given up. null or absent: none since the branch moved. */
  unseen?: { sha: string; at: number } | null | undefined;
  /** The followed branch, if the last fetch did not find it. null or absent: it exists. */
  missing?: { branch: string; since: number } | null | undefined;
  /** All tags that the last look at those that are followed saw. Absent: a branch is followed, or there was no look. */
  tags?: SeenTags | undefined;
  /** When the branch is next checked without being asked. null or absent: not scheduled. */
  pollAt?: number | null | undefined;
  pending: PendingDelivery[];
  concluded: ConcludedDelivery[];
  /**
   * The configuration in force, as recorded by the last process that took a different one. `rules`: who may do what by it;
   * absent: an early version recorded it. null: none was recorded.
   */
  configuration: { fingerprint: string; at: number; rules?: WhoMay[] | undefined } | null;
  /**
   * The channel found for the configured name; the id stays when the channel is renamed. null or absent: none was found.
   */
  toldIn?: { configured: string; id: string } | null | undefined;
  /** The lock of all environments; each environment gets it. null: none. */
  lock: Lock | null;
  /** The failure of the last fetch; null: it succeeded. */
  fetchError: { reason: string; at: number; tries: number; notBefore: number } | null;
}

/** How many branch heads a product remembers. */
export const HEADS_KEPT = 20;

/** The newest head that was not left out; undefined: none. Whatever comes is compared with it. */
export function newestWanted({ heads }: Pick<Product, 'heads'>): Head | undefined {
  return heads.findLast(({ leftOut }) => leftOut === undefined);
}

/** A product whose branch was never fetched. */
export function newProduct(product: string): Product {
  return {
    ...newAggregate(product, product),
    heads: [],
    asked: 0,
    looked: 0,
    pending: [],
    concluded: [],
    configuration: null,
    toldIn: null,
    lock: null,
    fetchError: null,
  };
}

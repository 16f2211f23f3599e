import { type Aggregate, newAggregate } from './aggregate.ts';
import type { Lock } from './lock.ts';

/** A place where the branch was seen, numbered when Slipway saw it move. A force push is a move like any other. */
export interface Head {
  number: number;
  sha: string;
  at: number;
  pushedBy: string | null;
}

/** A webhook that asked for a look at the branch and has not been told its end. */
export interface PendingDelivery {
  /** Id of the delivery's record. */
  id: string;
  /** Which request to look it is, see `Product.asked`. */
  asked: number;
  /** Commit named by the payload; a hint who pushed, never the head. */
  after: string | null;
  pushedBy: string | null;
}

/** A webhook's end, to be stored in its record: a build, or a stated reason. */
export interface ConcludedDelivery {
  id: string;
  outcome: string;
}

export interface Product extends Aggregate {
  /** The last branch heads, oldest first. */
  heads: Head[];
  /** How many looks at the branch were asked for; 0: none. */
  asked: number;
  /** Up to which of these the branch was looked at. */
  looked: number;
  pending: PendingDelivery[];
  concluded: ConcludedDelivery[];
  /**
   * The configuration that decides, as last recorded by a process that started with another one. null: none was recorded.
   */
  configuration: { fingerprint: string; at: number } | null;
  /** The channel that the configuration's name was found to be: it stays that one when renamed. null or absent: none was found. */
  toldIn?: { configured: string; id: string } | null | undefined;
  /** Of all its environments; each is told. null: none. */
  lock: Lock | null;
  /** The last fetch failed; null: it did not. */
  fetchError: { reason: string; at: number; tries: number; notBefore: number } | null;
}

export const HEADS_KEPT = 20;

/** A product whose branch was never looked at. */
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

import type { Announced, ConcludedDelivery, PendingDelivery } from './delivery.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Lock } from './lock.ts';

/** A place where the branch was seen, numbered when Slipway saw it move. A force push is a move like any other. */
export interface Head {
  number: number;
  sha: string;
  at: number;
  pushedBy: string | null;
}

export interface Product extends Aggregate {
  /** The last branch heads, oldest first. */
  heads: Head[];
  /** How many looks at the branch were asked for; 0: none. */
  asked: number;
  /** Up to which of these the branch was looked at. */
  looked: number;
  /** Pushes of the last hour, in the order they were heard. Absent: none. */
  announced?: Announced[] | undefined;
  /** When the branch is glanced at for those that it does not show yet. null or absent: it shows all. */
  awaits?: { tries: number; notBefore: number } | null | undefined;
  /** The last announced push that was given up. null or absent: none since the branch moved. */
  unseen?: { sha: string; at: number } | null | undefined;
  /** The followed branch that the last look did not find. null or absent: it is there. */
  missing?: { branch: string; since: number } | null | undefined;
  /** When it is looked whether the branch moved, though nobody asked. null or absent: nobody has said. */
  pollAt?: number | null | undefined;
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

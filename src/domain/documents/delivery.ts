/** A webhook that asked for a look at the branch and has not been told its end. */
export interface PendingDelivery {
  /** Id of the delivery's record. */
  id: string;
  /** Which request to look it is, see `Product.asked`. */
  asked: number;
  /** Commit named by the payload; a hint who pushed, never the head. */
  after: string | null;
  pushedBy: string | null;
  /** The push did not go straight on from what was there; null or absent: the forge does not say. */
  forced?: boolean | null | undefined;
}

/** A push that a webhook told of, remembered while the repository may not show it yet. */
export interface Announced {
  /** Id of the delivery's record. */
  delivery: string;
  /** What the branch is then. */
  after: string;
  /** See `PendingDelivery`. */
  forced: boolean | null;
  /** Which request to look it made, see `Product.asked`. */
  asked: number;
  /** Number of the head when it was heard. */
  head: number;
  /** How long it is waited for; null: nobody has looked since. */
  until: number | null;
  /** The last look found it, or what is newer. */
  met: boolean;
}

/** A webhook's end, to be stored in its record: a build, or a stated reason. */
export interface ConcludedDelivery {
  id: string;
  outcome: string;
}

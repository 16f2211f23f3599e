/** A webhook that requested a fetch of the branch and has not been concluded. */
export interface PendingDelivery {
  /** Id of the delivery's record. */
  id: string;
  /** The number of its fetch request, see `Product.asked`. */
  asked: number;
  /** The commit named by the payload, or the object of an annotated tag; a hint about who pushed, never the head. */
  after: string | null;
  pushedBy: string | null;
  /** True: the push was forced; null or absent: the forge does not say. */
  forced?: boolean | null | undefined;
  /** Name of the tag that was pushed. Absent: a branch was. */
  tag?: string | undefined;
}

/** A push that a webhook announced, remembered while the repository may not show it yet. */
export interface Announced {
  /** Id of the delivery's record. */
  delivery: string;
  /** The commit at which the branch is after the push, or what the tag is. */
  after: string;
  /** When the first webhook about it came. Absent: an earlier version took it. */
  at?: number | undefined;
  /** See `PendingDelivery`. */
  forced: boolean | null;
  tag?: string | undefined;
  /** The number of its fetch request, see `Product.asked`. */
  asked: number;
  /** Number of the branch head when the webhook arrived; 0: none yet. */
  head: number;
  /** Until when to wait for it; null: no fetch has looked for it yet. */
  until: number | null;
  /** True: the last fetch found it, or something newer. */
  met: boolean;
}

/** The final outcome of a webhook, to be stored in its record: a build, or a stated reason. */
export interface ConcludedDelivery {
  id: string;
  outcome: string;
}

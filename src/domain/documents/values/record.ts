/** Why a file could not be written. */
export interface Failed {
  /** A clause for people, without a credential. */
  reason: string;
  /** True: time alone does not help, somebody must act. */
  lasting: boolean;
}

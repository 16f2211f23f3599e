/** What every client of a forge needs. */
export interface ForgeOptions {
  /** The forge's name in the configuration. */
  name: string;
  /** The address of its API, with the path and the version that this kind of forge has there. */
  api: string;
  now: () => number;
  /** How long one request may take. */
  timeoutMs: number;
}

/** A token; `user`: the person or account whose it is, where the forge wants to know; null: it does not. */
export interface TokenAccess {
  token: string;
  user: string | null;
}

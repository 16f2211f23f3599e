import type { CommandSettings } from './steps.ts';

/** An address that says which commit runs. */
export interface CurrentAddress {
  /** May contain `{product}` and `{environment}`, as the values of its headers. */
  url: string;
  /** Names that lead to the commit in an answer of JSON, outermost first; null: the answer is the commit itself. */
  field: string[] | null;
  headers: Record<string, string>;
}

/** How an environment is asked which commit really runs there: by a command of ours, or at an address. */
export type CurrentWay = { command: CommandSettings } | { address: CurrentAddress };

/** An environment that says which commit really runs there. How often it is asked is part of its policy. */
export interface CurrentSettings {
  ask: CurrentWay;
}

import { createContext, useContext } from 'react';
import type { SandboxSuggestions, SandboxValues } from '../../protocol.ts';

/** Text, the value of an option, a date or a time. A list: several options. null: nothing. */
export type Value = string | string[] | null;

/** Where blocks are: a message, a modal or a Home tab. */
export interface Surface {
  /** What the person entered. Absent: as the bot set it. */
  values: SandboxValues;
  /** Errors by block id. */
  errors: Readonly<Record<string, string>>;
  set(blockId: string, actionId: string, value: Value): void;
  /** Tells the bot. `value` absent: a click. Resolves when the bot has acknowledged. */
  act(blockId: string, actionId: string, value?: Value): Promise<void>;
  suggest(blockId: string, actionId: string, query: string): Promise<SandboxSuggestions>;
}

const NOWHERE: Surface = {
  values: {},
  errors: {},
  set() {},
  act: async () => undefined,
  suggest: async () => ({ ok: true, groups: [] }),
};

export const SurfaceContext = createContext<Surface>(NOWHERE);

export function useSurface(): Surface {
  return useContext(SurfaceContext);
}

/** The values with one more. */
export function withValue(
  values: SandboxValues,
  blockId: string,
  actionId: string,
  value: Value,
): SandboxValues {
  return { ...values, [blockId]: { ...values[blockId], [actionId]: value } };
}

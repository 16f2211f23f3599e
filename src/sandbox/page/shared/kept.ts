import { createContext } from 'react';
import type { SandboxValues } from '../../protocol.ts';

/** What people typed and have not sent, so that looking elsewhere loses nothing. */
export interface Kept {
  /** Messages, by person and place. */
  drafts: Map<string, string>;
  /** Values of views, by their id. */
  forms: Map<string, SandboxValues>;
}

export function nothingKept(): Kept {
  return { drafts: new Map(), forms: new Map() };
}

export const KeptContext = createContext<Kept>(nothingKept());

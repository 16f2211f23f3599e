import type { Value } from '../surface.ts';

/** Properties of everything that holds a value. */
export interface ControlProps {
  element: Record<string, unknown>;
  blockId: string;
  value: Value;
  /** Attributes of the field: its id, its name for screen readers, its error. */
  field: Record<string, unknown>;
  /** Whether the bot was told and has not acknowledged yet. */
  busy: boolean;
  /** Whether the bot is told of changes. */
  dispatches: boolean;
  /** Whether the value may be removed. */
  clearable: boolean;
  /** `settled` false: the person is still typing, so that only an element that dispatches each character tells it. */
  change: (value: Value, settled?: boolean) => void;
}

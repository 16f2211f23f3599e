import type { Switches } from '../values/switches.ts';
import type { Base } from './base.ts';

/** What happened to what is kept of one person. `clickedAt`: Slack's time of the click, in microseconds. */
export type PersonCommand = Base &
  /** `switches`: all of them, as they were after the click. */
  (
    | { type: 'switched'; switches: Switches; clickedAt: number }
    /** They did something in this product. */
    | { type: 'touched'; product: string }
    | { type: 'homeOpened' }
    | { type: 'homeTurned'; page: number; search: string; clickedAt: number }
    /** This process keeps the tab up to date from now on. */
    | { type: 'homeTaken'; worker: string }
    /** This process still keeps the tab up to date, or does from now on if no other one does. */
    | { type: 'homeHeld'; worker: string }
    /** No process needs to keep the tab up to date until it is opened again. */
    | { type: 'homeLeft'; worker: string }
  );

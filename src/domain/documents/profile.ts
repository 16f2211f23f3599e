import { type Aggregate, newAggregate } from './document.ts';
import type { Switches } from './values/switches.ts';

/** What the Home tab of a person shows. */
export interface OpenHome {
  /** When the tab was last opened. Slack does not say when it is closed. Milliseconds since the epoch. */
  openedAt: number;
  /** The page of the board, from 0. */
  page: number;
  /** The products searched for; '': all. */
  search: string;
  /** The click or text that led to this page, by Slack's time in microseconds; 0: none. An older one changes nothing. */
  clickedAt: number;
  /** The process that keeps the tab up to date. Absent: written before that was kept. */
  worker?: string | undefined;
  /** Until then, that process need not say again that it does, by the lease clock. Absent: no process has said so. */
  heldUntil?: number | undefined;
}

/** What Slipway keeps of one person. Its id is the person's user id in Slack; it belongs to no product. */
export interface Profile extends Aggregate {
  /** Which direct messages the person wants, as far as they have chosen. */
  switches: Switches;
  /** The click with which they last chose, by Slack's time in microseconds; 0: none. An older one changes nothing. */
  chosenAt: number;
  /** Names of the products in which they last did something, last one first. */
  touched: string[];
  /** null: they have never opened the Home tab. */
  home: OpenHome | null;
}

/** How many products a person's last ones are; more than anybody looks through. */
export const TOUCHED_KEPT = 20;

/** Somebody of whom nothing is kept yet. */
export function newProfile(id: string): Profile {
  return { ...newAggregate(id, ''), switches: {}, chosenAt: 0, touched: [], home: null };
}

import type { Notice } from './notice.ts';

/** What a card shows. */
export type CardSubject =
  | { kind: 'push'; head: number; sha: string }
  | { kind: 'release'; environment: string; number: number }
  /** `place`: id of an environment, or name of a product for all of its environments. */
  | { kind: 'notice'; place: string; notice: Notice };

/**
 * Who must act before a card can be delivered (`ChatFault`): 'person' and 'subject' end the tries, as nobody is there to read it,
 * or nothing to show.
 */
export const CARD_FAULTS = [
  'process',
  'channel',
  'message',
  'request',
  'slack',
  'person',
  'subject',
] as const;
export type CardFault = (typeof CARD_FAULTS)[number];

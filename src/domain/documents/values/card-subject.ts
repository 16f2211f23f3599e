import type { EnvironmentId } from '../../ids.ts';
import type { Notice } from './notice.ts';

/** What a card shows. */
export type CardSubject =
  | { kind: 'push'; head: number; sha: string }
  | { kind: 'release'; environment: EnvironmentId; number: number }
  /** `place`: id of an environment, or name of a product if the notice is about all of its environments. */
  | { kind: 'notice'; place: string; notice: Notice };

/**
 * Who must act before a card can be delivered, as in `ChatFault`. 'person' and 'subject' are final: there is no reader,
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

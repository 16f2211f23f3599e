import type { InputBlock, ModalView } from '@slack/types';
import { LONGEST_LOCK_MS } from '../../domain/documents/values/lock.ts';
import type { ModalMetadata } from '../blocks/action-values.ts';
import { head, plainText } from '../blocks/blocks.ts';
import { placeName } from '../locks/text.ts';
import { plural } from '../text/clean.ts';
import { type Inline, inline, quote } from '../text/inline.ts';
import { modal } from './frame.ts';
import { choiceInput, type FieldErrors, INPUTS, inputOf, lengthText, reasonInput } from './inputs.ts';

const HOUR_MS = 3_600_000;

/** The lengths of a lock that can be chosen, in milliseconds. */
const LENGTHS = [HOUR_MS / 2, HOUR_MS, 4 * HOUR_MS];

/** The other choices: the end of the day by the person's own clock, and no end. */
const END_OF_DAY = 'day';
const ENDLESS = 'none';

/** When a lock ends, as a dialog says it. */
export type EndWish =
  | { kind: 'after'; ms: number }
  /** The midnight that ends the day, by the person's own clock. */
  | { kind: 'endOfDay' }
  /** Milliseconds since the epoch. */
  | { kind: 'at'; at: number }
  | { kind: 'endless' };

/** A lock as its dialogs show it. */
export interface LockModal {
  /** Environment id, or a product's name for all of its environments. */
  place: string;
  owner: string;
  reason: string;
  metadata: ModalMetadata;
  /** When the lock should end, as it was typed; absent: nothing was. */
  end?: EndWish | undefined;
}

/**
 * Until when: a choice, and a date and time that goes before it. Slack shows and takes these in the person's own time
 * zone. `endless`: whether a lock without an end can be chosen, which is also what no choice means.
 */
function endInputs(end: EndWish | undefined, endless: boolean): InputBlock[] {
  const options = [
    ...LENGTHS.map((ms) => ({ text: plainText(`For ${lengthText(ms)}`, 75), value: String(ms) })),
    { text: plainText('Until the end of today', 75), value: END_OF_DAY },
    ...(endless ? [{ text: plainText('Until somebody unlocks it', 75), value: ENDLESS }] : []),
  ];
  const usual = endless ? ENDLESS : String(HOUR_MS);
  const at = end?.kind === 'at' ? Math.floor(end.at / 1000) : null;
  const initial = at === null ? {} : { initial_date_time: at };
  return [
    choiceInput('until', 'Until when', options, { chosen: chosenBy(end) ?? usual, optional: endless }),
    {
      type: 'input',
      block_id: INPUTS.at,
      optional: true,
      label: plainText('Or until this time', 75),
      hint: plainText('In your time zone. It goes before the choice above.', 150),
      element: { type: 'datetimepicker', action_id: INPUTS.at, ...initial },
    },
  ];
}

function chosenBy(end: EndWish | undefined): string | null {
  switch (end?.kind) {
    case undefined:
    case 'at':
      return null;
    case 'after':
      return String(end.ms);
    case 'endOfDay':
      return END_OF_DAY;
    case 'endless':
      return ENDLESS;
    default:
      return end satisfies never;
  }
}

/** True: one of the choices says it; else it is shown as a date and time. */
export function isOffered(end: EndWish): boolean {
  return end.kind !== 'at' && (end.kind !== 'after' || LENGTHS.includes(end.ms));
}

/** A lock: of which environment or of all, why, and until when. `environments`: ids, lowest first. */
export function lockModal(
  { metadata, end }: Pick<LockModal, 'metadata' | 'end'>,
  product: string,
  environments: readonly string[],
): ModalView {
  const options = [...environments.slice(0, 99), product].map((place) => ({
    text: plainText(place === product ? 'All environments' : place, 75),
    value: place,
  }));
  const words = inline`Only you may deploy there while you hold the lock. The channel gets your reason.`;
  return modal(
    'lock',
    [
      ...head(inline`Lock environments of ${product}`, words),
      choiceInput('place', 'What to lock', options, { chosen: metadata.environment }),
      reasonInput(false),
      ...endInputs(end, true),
    ],
    metadata,
  );
}

function about(place: string, words: Inline) {
  return head(inline`${placeName(place)}`, words);
}

/** Takes over a lock: asks for the reason and the end. The old owner is notified. */
export function takeOverModal({ place, owner, reason, metadata, end }: LockModal): ModalView {
  const words = inline`Locked by ${owner}: ${quote(reason)}. The lock becomes yours, and ${owner} gets a message.`;
  return modal('takeOver', [...about(place, words), reasonInput(false), ...endInputs(end, true)], metadata);
}

/** Extends the owner's lock: asks for its new end. */
export function extendModal({ place, reason, metadata }: LockModal): ModalView {
  const words = inline`Your lock: ${quote(reason)}. It ends by itself at the time that you choose.`;
  return modal('extendLock', [...about(place, words), ...endInputs(undefined, false)], metadata);
}

/** Edits the reason of the owner's lock. */
export function editReasonModal({ place, reason, metadata }: LockModal): ModalView {
  const words = inline`Why nobody else may deploy there. Everybody can read it.`;
  return modal('editReason', [...about(place, words), reasonInput(false, reason)], metadata);
}

/** The end that was chosen; null: none of those offered. A date and time goes before the choice. */
export function chosenEnd(state: unknown): EndWish | null {
  const { at } = inputOf(state, 'at');
  if (at !== null) return { kind: 'at', at };
  const { chosen } = inputOf(state, 'until');
  if (chosen === END_OF_DAY) return { kind: 'endOfDay' };
  if (chosen === ENDLESS) return { kind: 'endless' };
  const ms = Number(chosen);
  return LENGTHS.includes(ms) ? { kind: 'after', ms } : null;
}

/** What is wrong with a chosen date and time; null: nothing. */
export function endProblem(end: EndWish, now: number): FieldErrors | null {
  if (end.kind !== 'at') return null;
  if (end.at <= now) return { at: 'This time has passed. Choose a later one.' };
  if (end.at - now <= LONGEST_LOCK_MS) return null;
  const days = plural(LONGEST_LOCK_MS / (24 * HOUR_MS), 'day');
  return { at: `A lock ends within ${days}. Choose an earlier time, or one without an end.` };
}

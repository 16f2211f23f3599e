import type { ModalView } from '@slack/types';
import { shortSha } from '../../domain/ids.ts';
import type { ModalMetadata } from '../blocks/actions.ts';
import { paragraph, plainText } from '../blocks/blocks.ts';
import { placeName } from '../locks/text.ts';
import { plural } from '../text/clean.ts';
import { type Inline, inline, quote } from '../text/inline.ts';
import { inputOf, modal, reasonInput } from './release.ts';

/** Block id of the input for the duration. */
const DURATION = 'duration';

const HOUR_MS = 3_600_000;

/** Durations that can be chosen, in hours. */
const HOURS = [1, 2, 4, 8, 24, 72, 168];

/** The preselected duration, in hours. */
const USUAL = 2;

/** A lock as its dialogs show it. */
export interface LockModal {
  /** Environment id, or a product's name for all of its environments. */
  place: string;
  owner: string;
  reason: string;
  metadata: ModalMetadata;
}

function durationInput(optional: boolean) {
  const options = HOURS.map((hours) => ({
    text: plainText(hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour'), 75),
    value: String(hours * HOUR_MS),
  }));
  const usual = options[HOURS.indexOf(USUAL)];
  return {
    type: 'input' as const,
    block_id: DURATION,
    optional,
    label: plainText(optional ? 'For how long' : 'From now, for', 75),
    element: {
      type: 'static_select' as const,
      action_id: DURATION,
      options,
      ...(usual && !optional ? { initial_option: usual } : {}),
    },
  };
}

/** Takes over a lock: asks for the reason and the duration. The old owner is notified. */
export function takeOverModal({ place, owner, reason, metadata }: LockModal): ModalView {
  const intro = inline`${owner} has locked ${placeName(place)}: ${quote(reason)}. The lock becomes yours, and ${owner} gets a message.`;
  return modal('takeOver', [paragraph(intro), reasonInput(false), durationInput(true)], metadata);
}

/** Extends the owner's lock: asks for its new duration, counted from now. */
export function extendModal({ place, reason, metadata }: LockModal): ModalView {
  const intro = inline`Your lock on ${placeName(place)}: ${quote(reason)}. It ends by itself after this time.`;
  return modal('extendLock', [paragraph(intro), durationInput(false)], metadata);
}

/** Edits the reason of the owner's lock. */
export function editReasonModal({ place, reason, metadata }: LockModal): ModalView {
  const intro = inline`Why nobody may deploy to ${placeName(place)}. Everybody can read this.`;
  return modal('editReason', [paragraph(intro), reasonInput(false, reason)], metadata);
}

/** Overrides the freezes for one release: asks for the reason, which is posted to the channel. */
export function overrideModal(metadata: ModalMetadata): ModalView {
  const { environment, release, sha } = metadata;
  const which: Inline = inline`${shortSha(sha ?? '')} to ${environment} (#${release ?? 0})`;
  const intro = inline`Freezes no longer hold back the deploy of ${which}. The channel gets your reason.`;
  return modal('overrideFreeze', [paragraph(intro), reasonInput(false)], metadata);
}

/** The chosen duration from `view.state`, in milliseconds; null: none of those offered. */
export function chosenDuration(state: unknown): number | null {
  const ms = Number(inputOf(state, DURATION).chosen);
  return HOURS.some((hours) => hours * HOUR_MS === ms) ? ms : null;
}

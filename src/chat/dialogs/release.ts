import type { ModalView } from '@slack/types';
import { shortSha } from '../../domain/ids.ts';
import type { ModalMetadata } from '../blocks/action-values.ts';
import type { ModalName } from '../blocks/actions.ts';
import { head } from '../blocks/blocks.ts';
import { type Inline, inline } from '../text/inline.ts';
import { modal } from './frame.ts';
import { reasonInput } from './inputs.ts';

/** The dialogs about one release that ask for a reason and nothing else. */
export type ReleaseDialog = Extract<
  ModalName,
  'reject' | 'testFailed' | 'acceptAnyway' | 'cancel' | 'overrideFreeze'
>;

/** What such a dialog is drawn from. Its first line names what `metadata` does: environment, commit and release. */
export interface ReasonModal {
  action: ReleaseDialog;
  metadata: ModalMetadata & { release: number; sha: string };
}

/** What is decided, and what comes of it. */
function wordsOf({ action, metadata }: ReasonModal): [Inline, Inline] {
  const { environment, release, sha } = metadata;
  const name = `${environment}#${release}`;
  const there = inline`${shortSha(sha)} in ${environment} (${name})`;
  const goes = inline`${shortSha(sha)} to ${environment} (${name})`;
  switch (action) {
    case 'reject':
      return [goes, inline`One rejection ends it. The channel gets your reason.`];
    case 'testFailed':
      return [
        there,
        inline`It is faulty and can no longer be promoted. It keeps running there: rolling back is a separate step.`,
      ];
    case 'acceptAnyway':
      return [there, inline`It is accepted although its verification did not pass.`];
    case 'cancel':
      return [goes, inline`It ends, and is not deployed.`];
    case 'overrideFreeze':
      return [goes, inline`Freezes no longer hold back this deploy. The channel gets your reason.`];
    default:
      return action satisfies never;
  }
}

/** For Cancel the reason is optional, for all others it is required. */
export function reasonModal(asked: ReasonModal): ModalView {
  const { action, metadata } = asked;
  const [what, consequence] = wordsOf(asked);
  const input = reasonInput(action === 'cancel');
  return modal(action, [...head(what, consequence), input], metadata);
}

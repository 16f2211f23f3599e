import { prepareModal, prepareSaid } from '../../../../chat/dialogs/prepare/modal.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { orError } from '../../controllers/errors.ts';
import { firstForm, type PrepareWanted, previewOf } from '../../controllers/prepare/prepare.ts';
import { type ButtonClick, notOpened } from '../button-click.ts';
import { openLoading } from '../dialogs/opening.ts';

/** A click or shortcut that may open a dialog. `caller.channel`: where to answer; '' outside of channels. */
export type PrepareClick = Pick<ButtonClick, 'services' | 'caller' | 'opening'>;

/**
 * Opens the dialog that prepares a release, at once as "Loading", and fills it. Only for members: the caller has asked.
 * null: opened, else the answer to give. Never throws.
 */
export async function openPrepare(
  { services, caller, opening }: PrepareClick,
  wanted: PrepareWanted,
): Promise<Message | null> {
  const read = async () => {
    const made = await orError(services, async () => {
      const form = await firstForm(services, caller, wanted);
      return { form, preview: await previewOf(services, caller, form) };
    });
    return 'form' in made
      ? prepareModal({ ...made.form, preview: made.preview })
      : prepareSaid({ kind: 'answer', message: made });
  };
  return openLoading(opening, 'prepare', read, notOpened);
}

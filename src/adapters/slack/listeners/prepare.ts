import { prepareModal, prepareSaid } from '../../../chat/dialogs/prepare/modal.ts';
import { loadingModal } from '../../../chat/dialogs/release.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import { orError } from '../controllers/errors.ts';
import { firstForm, type PrepareWanted, previewOf } from '../controllers/prepare.ts';
import type { ButtonClick } from './button-click.ts';
import { isOver } from './redraws.ts';

/** A click or shortcut that may open a dialog. `caller.channel`: where to answer; '' outside of channels. */
export type PrepareClick = Pick<ButtonClick, 'services' | 'caller' | 'client' | 'triggerId'>;

/**
 * Opens the dialog that prepares a release, at once as "Loading", and fills it. Only for members: the caller has asked.
 * null: opened, else the answer to give. Never throws.
 */
export async function openPrepare(
  { services, caller, client, triggerId }: PrepareClick,
  wanted: PrepareWanted,
): Promise<Message | null> {
  let opened: { id?: string; hash?: string };
  try {
    opened = (await client.views.open({ trigger_id: triggerId, view: loadingModal('prepare') })).view ?? {};
  } catch (error) {
    services.log.warn({ err: error }, 'a modal could not be opened');
    return erroredMessage('Slack did not open the dialog.', 'none', 'Click once more.');
  }
  const read = await orError(services, async () => {
    const form = await firstForm(services, caller, wanted);
    return { form, preview: await previewOf(services, caller, form) };
  });
  const { id, hash } = opened;
  if (!id) return null;
  const view =
    'form' in read
      ? prepareModal({ ...read.form, preview: read.preview })
      : prepareSaid({ kind: 'answer', message: read });
  try {
    await client.views.update({ view_id: id, ...(hash ? { hash } : {}), view });
    return null;
  } catch (error) {
    if (isOver(error)) return null;
    services.log.warn({ err: error }, 'a modal could not be filled');
    return erroredMessage('Slack did not fill the dialog.', 'none', 'Close it, and click once more.');
  }
}

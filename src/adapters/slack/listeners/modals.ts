import type { App } from '@slack/bolt';
import { decodeMetadata, MODALS, type ModalMetadata } from '../../../chat/actions.ts';
import { modalInput } from '../../../chat/modals.ts';
import type { Said } from '../../../chat/view.ts';
import type { Change } from '../../../flow/ask.ts';
import { answerClick, STARTING } from '../answer.ts';
import { acknowledge, type Desk } from './desk.ts';

/** Modals that were submitted: the reason for what a button began. */
export function registerModals(app: App, desk: Desk): void {
  for (const name of ['reject', 'testFailed', 'acceptAnyway', 'cancel', 'rollback'] as const) {
    app.view({ type: 'view_submission', callback_id: MODALS[name] }, async ({ ack, body, view, client }) => {
      await acknowledge(ack);
      const metadata = decodeMetadata(view.private_metadata);
      const parts = desk.parts();
      const user = body.user.id;
      const channel = metadata?.channel;
      const tell = async (said: Said | null) => {
        if (said === null || channel === undefined) return;
        const blocks = said.blocks.length > 0 ? { blocks: said.blocks } : {};
        await client.chat
          .postEphemeral({ channel, user, text: said.text, ...blocks })
          .catch((error: unknown) => desk.log.warn({ err: error }, 'an answer could not be given'));
      };
      if (!parts) return tell(STARTING);
      if (!metadata) return;
      // A modal is submitted once: the same view sent again settles under the same id.
      const caller = { id: `slack:view:${view.id}`, user, channel: channel ?? '' };
      await tell(await answerClick(parts, caller, changeOf(name, metadata, modalInput(view.state))));
    });
  }
}

function changeOf(
  name: 'reject' | 'testFailed' | 'acceptAnyway' | 'cancel' | 'rollback',
  metadata: ModalMetadata,
  input: { reason: string | null; target: string | null },
): Change {
  const slash = metadata.environment.indexOf('/');
  const target = {
    product: metadata.environment.slice(0, slash),
    environment: metadata.environment.slice(slash + 1),
  };
  const release = metadata.release ?? 0;
  const { reason } = input;
  switch (name) {
    case 'reject':
      return { kind: 'reject', ...target, release, reason };
    case 'testFailed':
      return { kind: 'fail', ...target, release, reason };
    case 'acceptAnyway':
      return { kind: 'accept', ...target, release, reason };
    case 'cancel':
      return { kind: 'cancel', ...target, release, reason };
    case 'rollback':
      return { kind: 'rollback', ...target, commit: input.target, reason };
    default:
      return name satisfies never;
  }
}

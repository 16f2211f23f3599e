import type { App } from '@slack/bolt';
import { decodeMetadata, MODALS, type ModalMetadata, type ModalName } from '../../../chat/blocks/actions.ts';
import { chosenDuration } from '../../../chat/dialogs/lock.ts';
import { modalInput } from '../../../chat/dialogs/release.ts';
import type { Message } from '../../../chat/view-model.ts';
import { parseEnvironmentId } from '../../../domain/ids.ts';
import type { LockWish } from '../../../flow/requests/lock.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { teamsOf } from '../controllers/caller.ts';
import { answerClick, answerLock, type Caller, STARTING } from '../controllers/change.ts';
import { forMembers } from '../controllers/members-only.ts';
import { tellPerson } from '../inbox/tell.ts';
import { UNREADABLE } from './button-click.ts';
import { acknowledge, type ListenerContext } from './listener-context.ts';
import { targetOf } from './lock-buttons.ts';
import { submittedRequest } from './requests.ts';

/** Registers the submission of the dialogs that buttons open. */
export function registerModals(app: App, context: ListenerContext): void {
  for (const name of [
    'reject',
    'testFailed',
    'acceptAnyway',
    'cancel',
    'rollback',
    'overrideFreeze',
  ] as const) {
    onSubmit(app, context, name, (services, caller, metadata, state) => {
      const target = parseEnvironmentId(metadata.environment);
      if (target === null) return Promise.resolve(UNREADABLE);
      const asker: Caller = name === 'cancel' ? { ...caller, onlyWaiting: true } : caller;
      return answerClick(
        services,
        asker,
        submittedRequest(name, target, metadata.release ?? 0, modalInput(state)),
      );
    });
  }
  for (const name of ['takeOver', 'extendLock', 'editReason'] as const) {
    onSubmit(app, context, name, (services, caller, metadata, state) => {
      const wish = wishOf(name, state);
      const target = targetOf(services.settings, metadata);
      if (wish === null || target === null) return Promise.resolve(UNREADABLE);
      return answerLock(services, caller, { target, wish, shown: metadata.lock });
    });
  }
}

type Answering = (
  services: ChatServices,
  caller: Caller,
  metadata: ModalMetadata,
  state: unknown,
) => Promise<Message | null>;

function onSubmit(app: App, context: ListenerContext, name: ModalName, answering: Answering): void {
  app.view({ type: 'view_submission', callback_id: MODALS[name] }, async ({ ack, body, view, client }) => {
    await acknowledge(ack);
    const metadata = decodeMetadata(view.private_metadata);
    const services = context.services();
    const user = body.user.id;
    const channel = metadata?.channel;
    const answer = async (said: Message | null) => {
      if (said !== null) await tellPerson(client, { user, channel: channel || null }, said);
    };
    if (!services) return answer(STARTING);
    if (!metadata) return;
    // A dialog is submitted once: if the same view is sent again, it has the same command id.
    const teams = teamsOf(body.team?.id, body.user.team_id);
    const caller = { id: `slack:view:${view.id}`, user, channel: channel ?? '', teams };
    await answer(await forMembers(services, caller, () => answering(services, caller, metadata, view.state)));
  });
}

/** null: not sent by one of Slipway's dialogs. */
function wishOf(name: 'takeOver' | 'extendLock' | 'editReason', state: unknown): LockWish | null {
  const reason = modalInput(state).reason ?? '';
  const forMs = chosenDuration(state);
  switch (name) {
    case 'takeOver':
      return { type: 'takeOver', reason, forMs };
    case 'extendLock':
      return forMs === null ? null : { type: 'extendLock', forMs };
    case 'editReason':
      return { type: 'editLock', reason };
    default:
      return name satisfies never;
  }
}

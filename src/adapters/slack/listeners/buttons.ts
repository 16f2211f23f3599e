import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import * as z from 'zod';
import {
  type ActionValue,
  actionOf,
  decodeValue,
  homeActionOf,
  type ModalName,
} from '../../../chat/blocks/actions.ts';
import type { Request, Target } from '../../../chat/command/request.ts';
import { isPrepareInput } from '../../../chat/dialogs/prepare/state.ts';
import { loadingModal, messageModal, reasonModal } from '../../../chat/dialogs/release.ts';
import { erroredMessage } from '../../../chat/refusals/refusals.ts';
import type { Message } from '../../../chat/view-model.ts';
import { isRunning } from '../../../domain/documents/values/release.ts';
import { type EnvironmentId, parseEnvironmentId } from '../../../domain/ids.ts';
import { findEnvironment } from '../../../flow/services/settings.ts';
import { releaseOf } from '../../../flow/views/render-context.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { teamsOf } from '../controllers/caller.ts';
import { answerClick, answerCommand, answerRebuild, readPromote, STARTING } from '../controllers/change.ts';
import { readDiffModal, readLogModal, readRollbackModal, shaOf } from '../controllers/dialogs.ts';
import { forMembers } from '../controllers/members-only.ts';
import type { PrepareWanted } from '../controllers/prepare.ts';
import { type ButtonClick, notOpened, openModal, openView, UNREADABLE } from './button-click.ts';
import { followHome } from './home.ts';
import { acknowledge, answerTo, type ListenerContext } from './listener-context.ts';
import { clickedHold, isHoldAction } from './lock-buttons.ts';
import { openPrepare } from './prepare.ts';
import { clickedRequest, type RequestAction } from './requests.ts';

/** Registers all buttons. Each click is acknowledged at once, then answered by the card or ephemerally. */
export function registerButtons(app: App, context: ListenerContext): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions' },
    async ({ body, action, ack, respond, client }) => {
      // The Home tab's own actions and choices in a dialog have listeners of their own.
      if (homeActionOf(action.action_id) !== null || isPrepareInput(action.action_id)) return;
      await acknowledge(ack);
      const name = actionOf(action.action_id);
      if (name === 'openCard') return;
      const services = context.services();
      const value = decodeValue(action.value ?? '');
      const user = body.user.id;
      const inDialog = body.view?.type === 'modal';
      const where = { respond, client, user, triggerId: body.trigger_id, inDialog };
      const reply = (said: Message | null, instead = false) => answerTo(context, where, said, instead);
      if (!services) return reply(STARTING);
      const caller = {
        id: `slack:${body.trigger_id}`,
        user,
        channel: body.channel?.id ?? '',
        teams: teamsOf(body.team?.id, body.user.team_id),
        shown: value?.shown,
      };
      const answer = async () => {
        if (!name || !value) return UNREADABLE;
        const { triggerId } = where;
        return clicked({ services, action: name, value, caller, client, triggerId, inDialog });
      };
      await reply(await forMembers(services, caller, answer), name === 'page');
      if (body.view?.type === 'home') await followHome(services, user);
    },
  );
}

async function clicked(click: ButtonClick): Promise<Message | null> {
  const { services, action, value, caller } = click;
  if (isHoldAction(action)) return clickedHold(click, action);
  if (action === 'prepare') return openPrepare(click, wantedBy(value));
  if (action === 'choose' || action === 'page') return answerCommand(services, caller, value.command ?? '');
  const configured = findEnvironment(services.settings, value.environment);
  if (!configured) {
    const what = `${value.environment} is no longer in the configuration.`;
    return erroredMessage(what, 'none', 'See /release status.');
  }
  const target = { product: configured.product.name, environment: configured.environment.policy.name };
  const sha = shaOf(value);
  switch (action) {
    case 'promote':
      return sha === undefined ? UNREADABLE : promote(click, configured.id, sha);
    case 'retryBuild':
      return sha === undefined ? UNREADABLE : answerRebuild(services, caller, configured.id, sha);
    case 'rollback':
      return fill(click, 'rollback', () => readRollbackModal(services, configured.id, caller.channel));
    case 'showDiff':
      return fill(click, 'diff', () => readDiffModal(services, configured.id, value));
    case 'showLog':
      return fill(click, 'log', () => readLogModal(services, configured.id, value));
    case 'reject':
    case 'testFailed':
    case 'acceptAnyway':
      return askReason(click, action);
    case 'cancel':
      return cancelWaiting(click, configured.id, target);
    case 'prepareAgain':
    case 'why':
    case 'approve':
    case 'deploy':
    case 'accept':
    case 'cancelRunning':
    case 'retry':
    case 'retryVerification':
      return request(click, action, target);
    case 'openCard':
      return null;
    default:
      return action satisfies never;
  }
}

/** What a button that opens the dialog was drawn for: nothing, a product, or an environment with or without a commit. */
function wantedBy({ environment: place, sha }: ActionValue): PrepareWanted {
  const named = parseEnvironmentId(place);
  if (named) return { ...named, ...(sha === undefined ? {} : { commit: sha }) };
  return place === '' ? {} : { product: place };
}

/** Opens the dialog for the commit of the card, unless what the card offered has changed. */
async function promote(click: ButtonClick, id: EnvironmentId, sha: string): Promise<Message | null> {
  const { to, release } = click.value;
  const wanted = await readPromote(click.services, id, { to, sha, release });
  return 'commit' in wanted ? openPrepare(click, wanted) : wanted;
}

async function request(click: ButtonClick, action: RequestAction, target: Target): Promise<Message | null> {
  const asked = clickedRequest(action, target, click.value);
  return asked === null ? UNREADABLE : answerClick(click.services, click.caller, asked);
}

/** Opens the dialog of Cancel. If the deploy began since the card was drawn, nothing is ended: the answer offers it. */
async function cancelWaiting(click: ButtonClick, id: EnvironmentId, target: Target): Promise<Message | null> {
  const { services, value, caller } = click;
  const { environment } = await environmentView(services, id);
  const release = await releaseOf(services, environment, value.release ?? 0);
  if (release === null || !isRunning(release)) return askReason(click, 'cancel');
  const asked: Request = { kind: 'cancel', ...target, release: release.number, reason: null };
  return answerClick(services, { ...caller, onlyWaiting: true }, asked);
}

async function askReason(
  click: ButtonClick,
  action: Extract<ModalName, 'reject' | 'testFailed' | 'acceptAnyway' | 'cancel'>,
): Promise<Message | null> {
  const { value, caller } = click;
  const view = reasonModal({
    action,
    environment: value.environment,
    release: value.release ?? 0,
    sha: value.sha ?? '',
    ...(caller.channel === '' ? {} : { channel: caller.channel }),
  });
  return openModal(click, view);
}

/** Opens a dialog that says "Loading" before its trigger expires, and fills it once its content has been read. */
async function fill(
  click: ButtonClick,
  name: ModalName,
  read: () => Promise<ModalView>,
): Promise<Message | null> {
  const { client, services } = click;
  try {
    const opened = await openView(click, loadingModal(name));
    const view = await read().catch((error: unknown) => {
      services.log.error({ err: error }, 'a dialog could not be filled');
      return messageModal(
        name,
        'Errored: this could not be read. Nothing was changed. Try again in a minute.',
      );
    });
    const { id, hash } = opened.view ?? {};
    if (!id) return null;
    return await client.views.update({ view_id: id, ...(hash ? { hash } : {}), view }).then(
      () => null,
      (error: unknown) => unfilled(click, error),
    );
  } catch (error) {
    return notOpened(services, error);
  }
}

/** Slack's errors for a dialog that was closed or changed before it was filled: whoever did it waits for nothing. */
const CLOSED: ReadonlySet<unknown> = new Set(['not_found', 'hash_conflict']);

const platformError = z.object({ data: z.object({ error: z.string() }) });

function unfilled({ services }: ButtonClick, error: unknown): Message | null {
  if (CLOSED.has(platformError.safeParse(error).data?.data.error)) return null;
  services.log.warn({ err: error }, 'a modal could not be filled');
  return erroredMessage('Slack did not fill the dialog.', 'none', 'Close it, and click once more.');
}

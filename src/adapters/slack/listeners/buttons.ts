import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import * as z from 'zod';
import { type ActionValue, decodeValue } from '../../../chat/blocks/action-values.ts';
import { actionOf, homeActionOf, type ModalName } from '../../../chat/blocks/actions.ts';
import { said as saying } from '../../../chat/blocks/blocks.ts';
import type { Reasoned } from '../../../chat/command/reason.ts';
import type { Target } from '../../../chat/command/request.ts';
import { answeredModal, messageModal } from '../../../chat/dialogs/frame.ts';
import { INPUTS } from '../../../chat/dialogs/inputs.ts';
import { isPrepareInput } from '../../../chat/dialogs/prepare/state.ts';
import { inline } from '../../../chat/text/inline.ts';
import type { Message } from '../../../chat/view-model.ts';
import { type EnvironmentId, parseEnvironmentId } from '../../../domain/ids.ts';
import { findEnvironment } from '../../../flow/settings/settings.ts';
import { teamsOf } from '../controllers/caller.ts';
import { answerClick, answerRebuild, readPromote, STARTING } from '../controllers/change.ts';
import { readDiffModal, readLogModal, shaOf } from '../controllers/dialogs/dialogs.ts';
import { askReason } from '../controllers/dialogs/reasons.ts';
import { forMembers } from '../controllers/members-only.ts';
import type { PrepareWanted } from '../controllers/prepare/prepare.ts';
import { answerCommand } from '../controllers/typed.ts';
import { type ButtonClick, notConfigured, notOpened, UNREADABLE } from './button-click.ts';
import { dialogsOf, openLoading } from './dialogs/opening.ts';
import { isOver } from './dialogs/redraws.ts';
import { followHome } from './home.ts';
import { acknowledge, answerTo, type ListenerContext } from './listener-context.ts';
import { clickedHold, isHoldAction } from './lock-buttons.ts';
import { openPrepare } from './prepare/prepare.ts';
import { clickedRequest, type RequestAction } from './requests.ts';

/** Registers all buttons. Each click is acknowledged at once, then answered by the card or ephemerally. */
export function registerButtons(app: App, context: ListenerContext): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions' },
    async ({ body, action, ack, respond, client, context: { again } }) => {
      // The Home tab's own actions and choices in a dialog have listeners of their own.
      const { action_id: id } = action;
      if (homeActionOf(id) !== null || id === INPUTS.target || isPrepareInput(id)) return;
      await acknowledge(ack);
      const name = actionOf(action.action_id);
      if (name === 'openCard') return;
      const services = context.services();
      const value = decodeValue(action.value ?? '');
      const { view } = body;
      const user = body.user.id;
      let hasOpened = false;
      const opening = {
        client,
        log: context.log,
        triggerId: body.trigger_id,
        inDialog: view?.type === 'modal',
        opened: () => {
          hasOpened = true;
        },
      };
      const reply = async (said: Message | null, instead = false) => {
        if (view?.type !== 'modal') {
          const thread = threadOf(body.container);
          const channel = body.channel?.id ?? null;
          const to = { client, respond, user, channel, thread, triggerId: body.trigger_id };
          return answerTo(context, to, said, instead);
        }
        // A click in a dialog has no message to answer below: the dialog is the answer.
        if (said === null && hasOpened) return;
        await client.views
          .update({ view_id: view.id, view: answeredModal(view, said ?? DONE) })
          .catch((error: unknown) => {
            if (!isOver(error)) throw error;
          });
      };
      if (!services) return reply(STARTING);
      const caller = {
        id: `slack:${body.trigger_id}`,
        user,
        channel: body.channel?.id ?? '',
        teams: teamsOf(body.team?.id, body.user.team_id),
        again: again === true,
        shown: value?.shown,
        dialogs: dialogsOf(opening),
      };
      const answer = async () => {
        if (!name || !value) return UNREADABLE;
        return clicked({ services, action: name, value, caller, opening });
      };
      await reply(await forMembers(services, caller, answer), name === 'page');
      if (body.view?.type === 'home') await followHome(services, user);
    },
  );
}

const container = z.object({ message_ts: z.string(), thread_ts: z.string() });

/** The thread of the message that was clicked; undefined: it stands in none. */
function threadOf(clicked: unknown): string | undefined {
  const { thread_ts, message_ts } = container.safeParse(clicked).data ?? {};
  return thread_ts === message_ts ? undefined : thread_ts;
}

const DONE: Message = saying(inline`Done. The card shows what comes of it.`);

async function clicked(click: ButtonClick): Promise<Message | null> {
  const { services, action, value, caller } = click;
  if (isHoldAction(action)) return clickedHold(click, action);
  if (action === 'prepare') return openPrepare(click, wantedBy(value));
  if (action === 'choose' || action === 'page') return answerCommand(services, caller, value.command ?? '');
  if (action === 'rollbackPast') {
    return answerCommand(services, { ...caller, leaves: value.sha }, value.command ?? '');
  }
  const configured = findEnvironment(services.settings, value.environment);
  if (!configured) return notConfigured(click);
  const target = { product: configured.product.name, environment: configured.environment.policy.name };
  const sha = shaOf(value);
  switch (action) {
    case 'promote':
      return sha === undefined ? UNREADABLE : promote(click, configured.id, sha);
    case 'retryBuild':
      return sha === undefined ? UNREADABLE : answerRebuild(services, caller, configured.id, sha);
    case 'rollback':
      return askReason(
        services,
        caller,
        { kind: 'rollback', ...target, commit: null, reason: null },
        'clicked',
      );
    case 'showDiff':
      return fill(click, 'diff', () => readDiffModal(services, configured.id, value));
    case 'showLog':
      return fill(click, 'log', () => readLogModal(services, configured.id, value));
    case 'reject':
    case 'testFailed':
    case 'acceptAnyway':
    case 'cancel':
      return ask(click, action, target);
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

const VERBS = {
  reject: 'reject',
  testFailed: 'fail',
  acceptAnyway: 'accept',
  cancel: 'cancel',
} as const;

/**
 * Opens the dialog for the reason. A Cancel was drawn for a release that waits: if its deploy began since, nothing is
 * ended, and the answer offers it.
 */
async function ask(
  { services, caller, value }: ButtonClick,
  action: keyof typeof VERBS,
  target: Target,
): Promise<Message | null> {
  const { release } = value;
  if (release === undefined) return UNREADABLE;
  const asked: Reasoned = { kind: VERBS[action], ...target, release, reason: null };
  const asker = action === 'cancel' ? { ...caller, onlyWaiting: true as const } : caller;
  return askReason(services, asker, asked, 'clicked');
}

/** Opens a dialog that says "Loading" at once, and fills it once its content has been read. */
async function fill(
  { opening, services }: ButtonClick,
  name: ModalName,
  read: () => Promise<ModalView>,
): Promise<Message | null> {
  const readOrSay = () =>
    read().catch((error: unknown) => {
      services.log.error({ err: error }, 'a dialog could not be filled');
      return messageModal(
        name,
        'Errored: this could not be read. Nothing was changed. Try again in a minute.',
      );
    });
  return openLoading(opening, name, readOrSay, notOpened);
}

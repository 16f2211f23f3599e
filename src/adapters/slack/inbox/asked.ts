import * as z from 'zod';
import { actionOf } from '../../../chat/blocks/actions.ts';
import { INPUTS } from '../../../chat/dialogs/inputs.ts';
import { isPrepareInput } from '../../../chat/dialogs/prepare/state.ts';

/** A request of a person, as far as it must be known before it is acknowledged. */
export interface Asked {
  /** How Slack sends it. An event that is not acknowledged is sent again; everything else is not. */
  kind: 'command' | 'click' | 'submission' | 'shortcut' | 'event';
  /** Slack's own id: the same if it is delivered again. */
  id: string;
  user: string;
  /** Slack's id of the conversation it was made in; null: none, as in a dialog. */
  channel: string | null;
  /** What the person did, for a message to that person: `/release approve prod`, `Approve`. */
  what: string;
  /** Block ids of the fields of a submitted dialog. */
  fields: string[];
  /** When it was made, by Slack's clock; absent: Slack does not say. */
  at?: number;
}

const id = z.string().min(1);
const named = z.object({ id });
const label = z.object({ text: z.string() }).optional().catch(undefined);

const command = z
  .object({ command: z.string(), text: z.string().optional(), trigger_id: id, user_id: id, channel_id: id })
  .transform(
    ({ command, text = '', trigger_id, user_id, channel_id }): Asked => ({
      kind: 'command',
      id: trigger_id,
      user: user_id,
      channel: channel_id,
      what: `${command} ${text}`.trim(),
      fields: [],
    }),
  );

const click = z
  .object({
    type: z.literal('block_actions'),
    trigger_id: id,
    user: named,
    channel: named.optional(),
    actions: z.array(z.object({ action_id: z.string(), text: label })).min(1),
  })
  // A link opens in the browser, and a choice only redraws its dialog: nothing is left to do.
  .refine(({ actions }) =>
    actions.some(({ action_id }) => actionOf(action_id) !== 'openCard' && !isChoice(action_id)),
  )
  .transform(
    ({ trigger_id, user, channel, actions }): Asked => ({
      kind: 'click',
      id: trigger_id,
      user: user.id,
      channel: channel?.id ?? null,
      what: actions[0]?.text?.text ?? '',
      fields: [],
    }),
  );

const submission = z
  .object({
    type: z.literal('view_submission'),
    user: named,
    view: z.object({ id, title: label, state: z.object({ values: z.record(z.string(), z.unknown()) }) }),
  })
  .transform(
    ({ user, view }): Asked => ({
      kind: 'submission',
      id: `view:${view.id}`,
      user: user.id,
      channel: null,
      what: view.title?.text ?? '',
      fields: Object.keys(view.state.values),
    }),
  );

const shortcut = z
  .object({
    type: z.enum(['message_action', 'shortcut']),
    trigger_id: id,
    user: named,
    channel: named.optional(),
  })
  .transform(
    ({ trigger_id, user, channel }): Asked => ({
      kind: 'shortcut',
      id: trigger_id,
      user: user.id,
      channel: channel?.id ?? null,
      what: '',
      fields: [],
    }),
  );

const event = z
  .object({
    type: z.literal('event_callback'),
    event_id: id,
    /** In seconds. */
    event_time: z.number().optional(),
    event: z.object({ type: z.literal('app_mention'), user: id, channel: id, text: z.string() }),
  })
  .transform(
    ({ event_id, event_time, event: { user, channel, text } }): Asked => ({
      kind: 'event',
      id: event_id,
      user,
      channel,
      what: text,
      fields: [],
      ...(event_time === undefined ? {} : { at: event_time * 1_000 }),
    }),
  );

/** True: a menu of a dialog that is drawn again after each choice. */
function isChoice(actionId: string): boolean {
  return actionId === INPUTS.target || isPrepareInput(actionId);
}

const asked = z.union([command, click, submission, shortcut, event]);

/** Reads who asks for what; null: nobody waits for an answer or a deed, as with typeahead and views that are opened. */
export function askedIn(body: unknown): Asked | null {
  return asked.safeParse(body).data ?? null;
}

/**
 * The body as it is kept: without Slack's verification token, and of a click without the message or dialog that was
 * clicked, which may be large and is not read.
 */
export function keptBody(kind: Asked['kind'], body: Record<string, unknown>): Record<string, unknown> {
  const { token: _token, ...kept } = body;
  return kind === 'click'
    ? { ...kept, message: withoutBlocks(kept.message), view: withoutBlocks(kept.view) }
    : kept;
}

function withoutBlocks(shown: unknown): unknown {
  if (typeof shown !== 'object' || shown === null) return undefined;
  return { ...shown, blocks: [] };
}

import { parse as parseForm } from 'node:querystring';
import * as z from 'zod';
import { MODALS, SHORTCUTS } from '../../../chat/blocks/actions.ts';
import { otherVersionModal } from '../../../chat/dialogs/frame.ts';
import { CHOOSE_COMMIT } from '../../../chat/dialogs/prepare/state.ts';
import { verdictOnEvent } from './events.ts';
import { id, known, named, type PayloadVerdict, refused, url, wordsOf } from './shapes.ts';

/**
 * Bolt tells payloads apart by these before it looks at `type`, so a payload with another kind's mark would be taken for
 * that kind.
 */
const MARKS = ['event', 'command', 'name', 'actions'] as const;
type Mark = (typeof MARKS)[number];

function only(mark: Mark | null) {
  return (payload: object) => MARKS.every((other) => other === mark || !Object.hasOwn(payload, other));
}

const TWO_KINDS = { error: 'it has marks of two kinds of payloads' };

const slashCommand = z
  .looseObject({
    command: z.string().startsWith('/'),
    text: z.string().optional(),
    user_id: id,
    channel_id: id,
    trigger_id: id,
    response_url: url,
    team_id: id.optional(),
    enterprise_id: z.string().optional(),
  })
  .refine(only('command'), TWO_KINDS);

const interaction = {
  user: named,
  team: named.nullish(),
  enterprise: named.nullish(),
  response_urls: z.array(z.looseObject({ response_url: url })).optional(),
};

const blockActions = z
  .looseObject({
    ...interaction,
    type: z.literal('block_actions'),
    trigger_id: id,
    // Absent in a dialog or a tab. Bolt does not treat null as absent.
    channel: named.optional(),
    actions: z
      .array(
        z.looseObject({
          type: id,
          action_id: id,
          block_id: z.string().optional(),
          // null: an input that was emptied.
          value: z.string().nullish(),
        }),
      )
      .min(1),
    // Absent for a click in a dialog or a tab, where nothing is answered.
    response_url: url.optional(),
    view: named.optional(),
  })
  .refine(only('actions'), TWO_KINDS)
  .refine(({ response_url, view }) => response_url !== undefined || view !== undefined, {
    path: ['response_url'],
    error: 'a click in a message needs one',
  });

const viewSubmission = z
  .looseObject({
    ...interaction,
    type: z.literal('view_submission'),
    view: z.looseObject({
      id,
      callback_id: z.string(),
      private_metadata: z.string(),
      state: z.looseObject({
        values: z.record(z.string(), z.record(z.string(), z.looseObject({ type: id }))),
      }),
      app_installed_team_id: z.string().nullish(),
    }),
  })
  .refine(only(null), TWO_KINDS);

const messageShortcut = z
  .looseObject({
    ...interaction,
    type: z.literal('message_action'),
    callback_id: id,
    trigger_id: id,
    channel: named,
    message: z.looseObject({ text: z.string().optional() }),
    response_url: url.optional(),
  })
  .refine(only(null), TWO_KINDS);

/** A request for the options of a menu, in a dialog or a message. */
const blockSuggestion = z
  .looseObject({
    ...interaction,
    type: z.literal('block_suggestion'),
    action_id: id,
    block_id: id,
    value: z.string(),
    view: named.optional(),
  })
  .refine(only(null), TWO_KINDS);

const urlVerification = z.looseObject({ challenge: id });
const typed = z.looseObject({ type: id });

/** Decides about a payload, in the order in which a payload's kind can be recognised. */
export function verdictOnPayload(payload: unknown): PayloadVerdict {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return refused('the body is not an object');
  }
  if ('ssl_check' in payload) return { kind: 'ignored', what: 'ssl_check', answer: null };
  if ('command' in payload && !('type' in payload)) return verdictOnCommand(payload);
  const { data, error } = typed.safeParse(payload);
  if (error) return refused(wordsOf(error));
  switch (data.type) {
    case 'block_actions':
      return known(blockActions, payload);
    case 'view_submission':
      return verdictOnSubmission(payload);
    case 'url_verification':
      return known(urlVerification, payload);
    case 'event_callback':
      return verdictOnEvent(payload);
    case 'message_action':
      return verdictOnShortcut(payload);
    case 'block_suggestion':
      return verdictOnSuggestion(payload);
    default:
      return { kind: 'ignored', what: data.type, answer: null };
  }
}

function verdictOnCommand(payload: object): PayloadVerdict {
  const { data, error } = slashCommand.safeParse(payload);
  if (error) return refused(wordsOf(error));
  if (data.command === '/release') return { kind: 'known' };
  const answer = {
    response_type: 'ephemeral',
    text: 'Slipway knows one command: /release. See /release help.',
  };
  return { kind: 'ignored', what: `the command ${data.command}`, answer };
}

const SHORTCUT_IDS: ReadonlySet<unknown> = new Set(Object.values(SHORTCUTS));

function verdictOnShortcut(payload: object): PayloadVerdict {
  const callback = 'callback_id' in payload ? payload.callback_id : undefined;
  if (SHORTCUT_IDS.has(callback)) return known(messageShortcut, payload);
  return { kind: 'ignored', what: 'an unknown shortcut of a message', answer: null };
}

/** Dialogs that can be submitted; the others only show something. */
const { diff: _diff, log: _log, where: _where, ...SUBMITTED } = MODALS;
const CALLBACKS: ReadonlySet<string> = new Set(Object.values(SUBMITTED));

function verdictOnSubmission(payload: object): PayloadVerdict {
  const { data, error } = viewSubmission.safeParse(payload);
  if (error) return refused(wordsOf(error));
  if (CALLBACKS.has(data.view.callback_id)) return { kind: 'known' };
  // A dialog that this version does not know is answered with words, or what was typed in it would be lost in silence.
  const answer = { response_action: 'update', view: otherVersionModal(data.view) };
  return { kind: 'ignored', what: `a dialog ${data.view.callback_id}`, answer };
}

/** Slack shows an error for a menu whose request for options is not answered with some. */
function verdictOnSuggestion(payload: object): PayloadVerdict {
  const { data, error } = blockSuggestion.safeParse(payload);
  if (error) return refused(wordsOf(error));
  if (data.action_id === CHOOSE_COMMIT) return { kind: 'known' };
  return { kind: 'ignored', what: `a menu ${data.action_id}`, answer: { options: [] } };
}

/** The content type of slash commands and interactions. */
export const FORM = 'application/x-www-form-urlencoded';

/** The content of a body: the fields of a form, or the JSON in its field `payload`, or JSON. undefined: none of these. */
export function payloadIn(body: string, contentType: string | undefined): unknown {
  if (!contentType?.toLowerCase().startsWith(FORM)) return parseJson(body);
  const form = parseForm(body);
  if (!Object.hasOwn(form, 'payload')) return { ...form };
  return typeof form.payload === 'string' ? parseJson(form.payload) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

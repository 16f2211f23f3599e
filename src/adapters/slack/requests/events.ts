import * as z from 'zod';
import { id, ignored, type PayloadVerdict, refused, wordsOf } from './shapes.ts';

/** The events that Slipway subscribes to, as a manifest names them. */
export const EVENTS = ['app_home_opened', 'app_mention', 'member_joined_channel', 'message.im'] as const;

/** Bolt looks a conversation or person up in these, whatever the event; no event that is handled has them. */
const STRANGE = ['item', 'channel_id', 'subteam'] as const;

function event<T extends z.ZodRawShape>(type: string, shape: T) {
  return z
    .looseObject({ type: z.literal(type), channel: id, ...shape })
    .refine((payload) => STRANGE.every((field) => !Object.hasOwn(payload, field)), {
      error: 'it has fields of another event',
    });
}

/** Somebody opened a tab of the app's Home. */
const homeOpened = event('app_home_opened', { user: id, tab: z.string() });
/** Workspaces that an event names as its author's. */
const from = { team: id.nullish(), user_team: id.nullish(), source_team: id.nullish() };
/** Somebody wrote the app's name in a channel. */
const mention = event('app_mention', {
  ...from,
  user: id,
  text: z.string(),
  ts: id,
  thread_ts: id.nullish(),
  /** Present: the message was edited, and mentions the app now; it may have done so before, under another event id. */
  edited: z.unknown().optional(),
});
/** Somebody, perhaps the app itself, came into a channel that the app is in. */
const joined = event('member_joined_channel', { user: id, inviter: id.nullish() });
/** Somebody wrote to the app directly. */
const direct = event('message', { ...from, user: id, text: z.string().nullish(), ts: id });

/** Bodies of the events that have listeners here, for a listener to read what it got. `event_id`: the same if sent again. */
export const mentionBody = z.object({ event_id: id, event: mention });
export const joinedBody = z.object({ event_id: id, event: joined });
export const directBody = z.object({ event_id: id, event: direct });

const HANDLED: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['app_home_opened', homeOpened],
  ['app_mention', mention],
  ['member_joined_channel', joined],
  ['message', direct],
]);

const envelope = z.looseObject({ event: z.looseObject({ type: id }) });

/** Events of one installation. Bolt reads the first of `authorizations` without looking whether it is one. */
const addressed = z.looseObject({
  event_id: id,
  team_id: id.nullish(),
  authorizations: z
    .array(z.looseObject({ team_id: id.nullish(), enterprise_id: z.string().nullish() }))
    .optional(),
});

/**
 * Decides about an event. What bots and Slipway itself write is ignored, or two bots would talk with each other for ever;
 * so is a direct message that was edited, deleted or has another subtype. An event that lacks what a listener reads is
 * ignored too: Slack leaves fields out where nobody did it, and stops sending events to an app that refuses many.
 */
export function verdictOnEvent(payload: object): PayloadVerdict {
  const { data, error } = envelope.safeParse(payload);
  if (error) return refused(wordsOf(error));
  const { event: told } = data;
  const schema = HANDLED.get(told.type);
  if (!schema) return ignored(`an event ${told.type}`);
  if (isGiven(told.bot_id) || isGiven(told.bot_profile)) return ignored(`${told.type} of a bot`);
  if (told.type === 'message' && (told.channel_type !== 'im' || isGiven(told.subtype))) {
    return ignored('a message that is not written to the app');
  }
  if (!addressed.safeParse(payload).success) return ignored(`${told.type} without an id or installation`);
  const unread = schema.safeParse(told).error;
  return unread ? ignored(`${told.type} with ${wordsOf(unread)}`) : { kind: 'known' };
}

function isGiven(field: unknown): boolean {
  return field !== undefined && field !== null;
}

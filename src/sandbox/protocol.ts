import * as z from 'zod/mini';

/**
 * The protocol between the page and the sandbox's server: JSON over HTTP below `/sandbox/`. Each side validates what
 * it receives. Uses `zod/mini` because all of this is bundled into the page.
 */

const person = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  isBot: z.boolean(),
  /** `partner`: a person of another workspace, here through a shared channel. */
  kind: z.enum(['member', 'guest', 'partner', 'bot']),
});
export type SandboxPerson = z.infer<typeof person>;

const channel = z.object({
  /** `C…` for a channel, `D…` for a direct message with the bot. */
  id: z.string(),
  name: z.string(),
  isDirect: z.boolean(),
  isPrivate: z.boolean(),
  archived: z.boolean(),
  /** Whether the bot is in it. If not, `/sandbox/invite` invites it. */
  joined: z.boolean(),
});
export type SandboxChannel = z.infer<typeof channel>;

const message = z.object({
  ts: z.string(),
  channel: z.string(),
  /** Id of the author. */
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.unknown()),
  /** Timestamp of the thread's first message. null: not in a thread. */
  threadTs: z.nullable(z.string()),
  /** Whether a thread reply is also shown in the channel. */
  broadcast: z.boolean(),
  edited: z.boolean(),
  /** Whether only the acting person sees it, until they dismiss it. */
  ephemeral: z.boolean(),
  replies: z.number(),
});
/** A message as the acting person sees it. `blocks` are in the form that Slack stores. */
export type SandboxMessage = z.infer<typeof message>;

const value = z.nullable(z.union([z.string(), z.array(z.string())]));
/**
 * What a person typed or chose, by block id and action id: text, the value of an option, a date (`2026-11-24`), a time
 * (`14:02`), or seconds since the epoch as text. A list: several options. null: emptied. Absent: as the bot set it.
 */
const values = z.record(z.string(), z.record(z.string(), value));
export type SandboxValues = z.infer<typeof values>;

const view = z.object({
  id: z.string(),
  hash: z.string(),
  /** As sent by the bot: title, submit, close, blocks. */
  view: z.unknown(),
  /** What was entered so far. Kept while the bot changes the view, for elements that keep both ids. */
  values,
});
/** A modal that is open for the acting person, or their Home tab. */
export type SandboxView = z.infer<typeof view>;

/** Faults that the page can switch on. The API below `/sandbox/faults` has more. */
export const SANDBOX_FAULTS = [
  'down',
  'slow',
  'rate_limited',
  'answer_lost',
  'twice',
  'plain_blocks',
] as const;
const fault = z.enum(SANDBOX_FAULTS);
/**
 * `down`, `slow`, `rate_limited`, `answer_lost`: the Web API and response URLs. `twice`: the bot gets everything
 * twice. `plain_blocks`: blocks of type `plan` and `task_card` are refused, as by a Slack that does not know them.
 */
export type SandboxFault = z.infer<typeof fault>;

/** Response of `GET /sandbox/state?as=U1`: everything the acting person sees. */
export const sandboxState = z.object({
  team: z.string(),
  people: z.array(person),
  /** Id of the acting person. */
  as: z.string(),
  channels: z.array(channel),
  /** The newest few hundred messages of each channel, oldest first, including thread replies. */
  messages: z.array(message),
  /** The open modals, the topmost last. */
  views: z.array(view),
  /** The Home tab of the bot, as last published for the acting person. null: never published. */
  home: z.nullable(view),
  /** The bot's shortcuts in the menu of a message. */
  shortcuts: z.array(z.object({ callbackId: z.string(), name: z.string(), description: z.string() })),
  /** The faults that are on. */
  faults: z.array(fault),
  /** Buttons that the sandbox's host adds, such as "Push a change". */
  actions: z.array(z.object({ label: z.string(), description: z.string() })),
  /** Links that the sandbox's host adds, with their current status. null: unknown. */
  links: z.array(z.object({ label: z.string(), url: z.string(), status: z.nullable(z.string()) })),
});
export type SandboxState = z.infer<typeof sandboxState>;

/** Requests of the page, by path. `as`: id of the acting person. The response is a `SandboxAnswer`. */
export const sandboxRequests = {
  '/sandbox/command': z.object({ as: z.string(), channel: z.string(), text: z.string() }),
  '/sandbox/message': z.object({
    as: z.string(),
    channel: z.string(),
    text: z.string(),
    threadTs: z.nullable(z.string()),
  }),
  /** `value`: the choice in a menu or picker. A button's value is read from the stored message, never from the page. */
  '/sandbox/click': z.object({
    as: z.string(),
    channel: z.string(),
    ts: z.string(),
    blockId: z.string(),
    actionId: z.string(),
    value: z.exactOptional(value),
  }),
  /** Opens the bot's Home tab or its direct messages, which exist from then on. */
  '/sandbox/home': z.object({ as: z.string(), tab: z.enum(['home', 'messages']) }),
  /**
   * A click or a change in the Home tab or a modal. The bot hears of it at once, except for an input without
   * `dispatch_action`. `values`: the rest of the form.
   */
  '/sandbox/change': z.object({
    as: z.string(),
    viewId: z.string(),
    blockId: z.string(),
    actionId: z.string(),
    value: z.exactOptional(value),
    values,
  }),
  '/sandbox/submit': z.object({ as: z.string(), viewId: z.string(), values }),
  '/sandbox/close': z.object({ as: z.string(), viewId: z.string() }),
  '/sandbox/shortcut': z.object({
    as: z.string(),
    channel: z.string(),
    ts: z.string(),
    callbackId: z.string(),
  }),
  /** Invites the bot to a channel. */
  '/sandbox/invite': z.object({ as: z.string(), channel: z.string() }),
  '/sandbox/fault': z.object({ fault, on: z.boolean() }),
  '/sandbox/dismiss': z.object({ as: z.string(), channel: z.string(), ts: z.string() }),
  '/sandbox/action': z.object({ as: z.string(), index: z.number() }),
};
export type SandboxRequests = { [P in keyof typeof sandboxRequests]: z.infer<(typeof sandboxRequests)[P]> };

/** Request of `POST /sandbox/suggest`: the options of an external select, in a view or in a message. */
export const sandboxSuggest = z.object({
  as: z.string(),
  place: z.union([z.object({ viewId: z.string() }), z.object({ channel: z.string(), ts: z.string() })]),
  blockId: z.string(),
  actionId: z.string(),
  query: z.string(),
});
export type SandboxSuggest = z.infer<typeof sandboxSuggest>;

const option = z.object({ value: z.string(), text: z.string(), description: z.nullable(z.string()) });
/** `label` null: the options are not grouped. `error`: a sentence for the person. */
export const sandboxSuggestions = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    groups: z.array(z.object({ label: z.nullable(z.string()), options: z.array(option) })),
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type SandboxSuggestions = z.infer<typeof sandboxSuggestions>;

/** `error`: a sentence for the person. `errors`: errors of a modal's inputs, by block id. */
export const sandboxAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), message: z.exactOptional(z.string()) }),
  z.object({
    ok: z.literal(false),
    error: z.string(),
    errors: z.exactOptional(z.record(z.string(), z.string())),
  }),
]);
export type SandboxAnswer = z.infer<typeof sandboxAnswer>;

/**
 * An event of `GET /sandbox/events` (server-sent events), sent after each change: `data: {"version": n}`. The page
 * then reads the state again.
 */
export interface SandboxEvent {
  version: number;
}

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
});
export type SandboxPerson = z.infer<typeof person>;

const channel = z.object({
  /** `C…` for a channel, `D…` for a direct message with the bot. */
  id: z.string(),
  name: z.string(),
  isDirect: z.boolean(),
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

const view = z.object({
  id: z.string(),
  hash: z.string(),
  /** As sent by the bot: title, submit, close, blocks. */
  view: z.unknown(),
});
/** A modal that is open for the acting person. */
export type SandboxView = z.infer<typeof view>;

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
  /** The button's value is read from the stored message, never from the page. */
  '/sandbox/click': z.object({
    as: z.string(),
    channel: z.string(),
    ts: z.string(),
    blockId: z.string(),
    actionId: z.string(),
  }),
  /** `values`: what was typed or chosen, by block id and action id. */
  '/sandbox/submit': z.object({
    as: z.string(),
    viewId: z.string(),
    values: z.record(z.string(), z.record(z.string(), z.nullable(z.string()))),
  }),
  '/sandbox/close': z.object({ as: z.string(), viewId: z.string() }),
  '/sandbox/dismiss': z.object({ as: z.string(), channel: z.string(), ts: z.string() }),
  '/sandbox/action': z.object({ as: z.string(), index: z.number() }),
};
export type SandboxRequests = { [P in keyof typeof sandboxRequests]: z.infer<(typeof sandboxRequests)[P]> };

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

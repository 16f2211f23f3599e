/** What the page and the sandbox's server say to each other. JSON over HTTP below `/sandbox/`. */

export interface SandboxPerson {
  id: string;
  name: string;
  realName: string;
  isBot: boolean;
}

export interface SandboxChannel {
  /** `C…`, or `D…` for a direct message with the bot. */
  id: string;
  name: string;
  isDirect: boolean;
}

/** A message as the acting person sees it; blocks as Slack stores them. */
export interface SandboxMessage {
  ts: string;
  channel: string;
  /** Id of its author. */
  user: string;
  text: string;
  blocks: unknown[];
  /** Timestamp of the thread's first message; null: not in a thread. */
  threadTs: string | null;
  /** A thread reply that is shown in the channel too. */
  broadcast: boolean;
  edited: boolean;
  /** Only the acting person sees it; it goes when they dismiss it. */
  ephemeral: boolean;
  replies: number;
}

/** A modal that is open for the acting person. */
export interface SandboxView {
  id: string;
  hash: string;
  /** As the bot gave it: title, submit, close, blocks. */
  view: unknown;
}

/** `GET /sandbox/state?as=U1`: everything the acting person sees. */
export interface SandboxState {
  team: string;
  people: SandboxPerson[];
  /** Who looks. */
  as: string;
  channels: SandboxChannel[];
  /** The newest few hundred of each channel, oldest first, thread replies included. */
  messages: SandboxMessage[];
  /** The stack of open modals, the topmost last. */
  views: SandboxView[];
  /** Buttons that the host of the sandbox adds, such as "Push a change". */
  actions: { label: string; description: string }[];
  /** Places to look at, with what they show now; status null: not known yet. */
  links: { label: string; url: string; status: string | null }[];
}

/** Requests of the page. `as`: id of the acting person. Each is answered with `SandboxAnswer`. */
export interface SandboxRequests {
  '/sandbox/command': { as: string; channel: string; text: string };
  '/sandbox/message': { as: string; channel: string; text: string; threadTs: string | null };
  /** The value is looked up in the stored message, never taken from the page. */
  '/sandbox/click': { as: string; channel: string; ts: string; blockId: string; actionId: string };
  /** `values`: by block id and action id, what was typed or the value that was chosen. */
  '/sandbox/submit': { as: string; viewId: string; values: Record<string, Record<string, string | null>> };
  '/sandbox/close': { as: string; viewId: string };
  '/sandbox/dismiss': { as: string; channel: string; ts: string };
  '/sandbox/action': { as: string; index: number };
}

/** `error`: a sentence for the person. `errors`: of a modal's inputs, by block id. */
export type SandboxAnswer =
  | { ok: true; message?: string }
  | { ok: false; error: string; errors?: Record<string, string> };

/** `GET /sandbox/events` (server-sent events): `data: {"version": n}` whenever something changed; then read the state. */
export interface SandboxEvent {
  version: number;
}

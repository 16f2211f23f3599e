import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { apiRouter } from './api/api.ts';
import { RateLimits } from './api/rate-limits.ts';
import { ResponseUrls } from './api/response-url.ts';
import { ACKNOWLEDGE_MS } from './delivery/delivery.ts';
import { FaultyDelivery } from './delivery/faulty.ts';
import { HttpDelivery } from './delivery/http.ts';
import { mountFaults } from './fault-routes.ts';
import { FaultSwitches } from './fault-switches.ts';
import { Acting } from './members/acting.ts';
import { Dialogs } from './members/dialogs.ts';
import type { Which } from './members/elements.ts';
import { OfferedOptions } from './members/offered.ts';
import { Typing } from './members/typing.ts';
import { Events, RETRY_MS } from './outgoing/events.ts';
import { sendMessageEvents } from './outgoing/message-events.ts';
import { Outgoing } from './outgoing/outgoing.ts';
import { type HostAction, type HostLink, type Members, mountPage } from './page-routes.ts';
import type { SandboxAnswer, SandboxSuggestions } from './protocol.ts';
import { SocketMode } from './socket/socket-mode.ts';
import { Faults } from './workspace/faults.ts';
import type { OpenView } from './workspace/modals.ts';
import type { StoredMessage, UserGroup, WorkspaceOptions } from './workspace/types.ts';
import type { Values } from './workspace/values.ts';
import { Workspace } from './workspace/workspace.ts';

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default "Acme". */
  team?: string;
  /** The bot's endpoint, `…/slack/events`. null or absent: not set yet. */
  requestUrl?: string | null;
  signingSecret: string;
  botToken: string;
  /**
   * Requests go over connections that the bot opens with this token, and not to `requestUrl`. `lifeMs`: how long one
   * lasts, default about five hours. null or absent: over HTTP.
   */
  socketMode?: { appToken: string; lifeMs?: number } | null;
  /** Default "Slipway". */
  botName?: string;
  people: WorkspaceOptions['people'];
  /** Id of the Enterprise Grid that the workspace belongs to. Default none. */
  enterprise?: string | null;
  /** User groups. Default none. */
  groups?: UserGroup[];
  /** Channels, or only their names. */
  channels: WorkspaceOptions['channels'];
  /** What the app may do and hears of, as its manifest says. Default: everything, and no shortcuts. */
  app?: WorkspaceOptions['app'];
  /** Block types that the workspace refuses, as an older Slack does. Default none. */
  refusedBlocks?: string[];
  /** Milliseconds since the epoch. Default the system's clock. */
  now?: () => number;
  /** How long the bot may take to acknowledge, in milliseconds. Default three seconds, as in Slack. */
  acknowledgeMs?: number;
  /** When an event that was not acknowledged is sent again. Default as Slack: at once, after 1 and after 5 minutes. */
  eventRetryMs?: readonly number[];
  /** Whether calls are limited as in Slack: a number a minute by method, one message a second by channel. Default no. */
  rateLimits?: boolean;
  actions?: HostAction[];
  links?: HostLink[];
}

export interface Sandbox {
  /** Address of the page, without a trailing slash. */
  url: string;
  /** The value for `SLACK_API_URL`. */
  apiUrl: string;
  workspace: Workspace;
  faults: Faults;
  /** null: requests go over HTTP. */
  socketMode: SocketMode | null;
  /** Types a command such as `/release …`. Resolves when the bot has acknowledged or Slack gave up. */
  command(person: string, channel: string, text: string): Promise<SandboxAnswer>;
  /** Posts a message as this person. `@Slipway` mentions the bot. */
  say(person: string, channel: string, text: string, threadTs?: string): SandboxAnswer;
  /** Uses an element of a message and confirms its dialog, if it has one. */
  click(person: string, ts: string, which: Which): Promise<SandboxAnswer>;
  /** Chooses a shortcut in the menu of a message. */
  shortcut(person: string, ts: string, callbackId: string): Promise<SandboxAnswer>;
  /** Opens the bot's Home tab, or the direct messages beside it. */
  openHome(person: string, tab?: 'home' | 'messages'): SandboxAnswer;
  /** The Home tab as last published. null: never published. */
  home(person: string): OpenView | null;
  /** Uses an element of a modal or of the Home tab. `viewId` null: the topmost modal. */
  change(person: string, viewId: string | null, which: Which, form?: Values): Promise<SandboxAnswer>;
  /** Types into an external select of a modal or of the Home tab. */
  suggest(
    person: string,
    viewId: string,
    select: { blockId: string; actionId: string },
    query: string,
  ): Promise<SandboxSuggestions>;
  /** Invites the bot to a channel. */
  invite(person: string, channel: string): SandboxAnswer;
  /** A person joins a channel. */
  join(person: string, channel: string): SandboxAnswer;
  /** `viewId` null: the topmost modal. */
  submit(person: string, viewId: string | null, values: Values): Promise<SandboxAnswer>;
  closeModal(person: string, viewId: string): Promise<SandboxAnswer>;
  /** Messages that everybody sees, including thread replies, oldest first. */
  messages(channel: string): StoredMessage[];
  /** Ephemeral messages for this person, oldest first. */
  ephemerals(person: string): StoredMessage[];
  /** Open modals, the topmost last. */
  views(person: string): ReturnType<Workspace['modals']['stack']>;
  setRequestUrl(url: string | null): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Starts a local Slack workspace, reachable over HTTP. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const workspace = new Workspace({
    team: options.team ?? 'Acme',
    botName: options.botName ?? 'Slipway',
    people: options.people,
    enterprise: options.enterprise ?? null,
    channels: options.channels,
    groups: options.groups ?? [],
    ...(options.app ? { app: options.app } : {}),
    now,
  });
  workspace.refuseBlocks(options.refusedBlocks ?? []);
  const faults = new Faults({ now });
  const switches = new FaultSwitches(workspace, faults);
  const limits = options.rateLimits ? new RateLimits(now) : null;
  const responses = new ResponseUrls(workspace, faults, now);
  let requestUrl = options.requestUrl ?? null;
  let url = '';
  const { signingSecret, botToken, acknowledgeMs = ACKNOWLEDGE_MS } = options;
  const socketMode = options.socketMode
    ? new SocketMode({ ...options.socketMode, appId: workspace.bot.appId, acknowledgeMs, now })
    : null;
  const http = new HttpDelivery({ signingSecret, now, acknowledgeMs, requestUrl: () => requestUrl });
  const delivery = new FaultyDelivery(socketMode ?? http, faults);
  const outgoing = new Outgoing({ workspace, responses, delivery, url: () => url });
  const retryMs = options.eventRetryMs ?? RETRY_MS;
  const events = new Events({ workspace, delivery, retryMs, now });
  sendMessageEvents(workspace, events);
  const stage = { workspace, outgoing, events, offered: new OfferedOptions() };
  const members = { typing: new Typing(stage), acting: new Acting(stage), dialogs: new Dialogs(stage) };
  const app = express();
  app.disable('x-powered-by');
  app.use('/api', apiRouter({ workspace, faults, limits, botToken, socketMode, url: () => url }));
  app.use('/response', responses.router());
  const page = mountPage(app, {
    workspace,
    switches,
    members,
    actions: options.actions ?? [],
    links: options.links ?? [],
  });
  mountFaults(app, faults, switches);
  const host = options.host ?? '127.0.0.1';
  const server = createServer(app);
  socketMode?.attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/`,
    workspace,
    faults,
    socketMode,
    ...memberMethods(members),
    home: (person) => workspace.homes.of(person),
    messages: (channel) => workspace.messages(workspace.channel(channel)?.id ?? ''),
    ephemerals: (person) => workspace.ephemerals(person),
    views: (person) => workspace.modals.stack(person),
    setRequestUrl(next) {
      requestUrl = next;
    },
    onChange: (listener) => workspace.onChange(listener),
    async close() {
      events.close();
      page.close();
      socketMode?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What people do, in the form that tests use. */
function memberMethods({ typing, acting, dialogs }: Members) {
  return {
    say: (person, channel, text, threadTs) => typing.say(person, channel, text, threadTs ?? null),
    command: (person, channel, text) => typing.command(person, channel, text),
    invite: (person, channel) => typing.invite(person, channel),
    join: (person, channel) => typing.join(person, channel),
    click: (person, ts, which) => acting.click(person, ts, which),
    shortcut: (person, ts, callbackId) => acting.shortcut(person, ts, callbackId),
    openHome: (person, tab) => acting.openHome(person, tab ?? 'home'),
    change: (person, viewId, which, form) => acting.change(person, viewId, which, form),
    suggest: (as, viewId, { blockId, actionId }, query) =>
      acting.suggest({ as, place: { viewId }, blockId, actionId, query }),
    submit: (person, viewId, values) => dialogs.submit(person, viewId, values),
    closeModal: (person, viewId) => dialogs.close(person, viewId),
  } satisfies Partial<Sandbox>;
}

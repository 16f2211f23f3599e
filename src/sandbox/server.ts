import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { apiRouter } from './api/api.ts';
import { ResponseUrls } from './api/response-url.ts';
import { ACKNOWLEDGE_MS } from './delivery/delivery.ts';
import { HttpDelivery } from './delivery/http.ts';
import { MemberActions, type Which } from './member-actions.ts';
import { Outgoing, type Values } from './outgoing.ts';
import { type HostAction, type HostLink, mountPage } from './page-routes.ts';
import type { SandboxAnswer } from './protocol.ts';
import { SocketMode } from './socket/socket-mode.ts';
import { Faults } from './workspace/faults.ts';
import type { StoredMessage, UserGroup, WorkspaceOptions } from './workspace/types.ts';
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
   * lasts, default about five hours. Absent: over HTTP.
   */
  socketMode?: { appToken: string; lifeMs?: number };
  /** Default "Slipway". */
  botName?: string;
  people: WorkspaceOptions['people'];
  /** Id of the Enterprise Grid that the workspace belongs to. Default none. */
  enterprise?: string | null;
  /** User groups. Default none. */
  groups?: UserGroup[];
  /** Channel names, with or without `#`. */
  channels: string[];
  /** Milliseconds since the epoch. Default the system's clock. */
  now?: () => number;
  /** How long the bot may take to acknowledge, in milliseconds. Default three seconds, as in Slack. */
  acknowledgeMs?: number;
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
  /** Presses a button and confirms its dialog, if it has one. */
  click(person: string, ts: string, which: Which): Promise<SandboxAnswer>;
  /** `viewId` null: the topmost modal. */
  submit(person: string, viewId: string | null, values: Values): Promise<SandboxAnswer>;
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
    now,
  });
  const faults = new Faults({ now });
  const responses = new ResponseUrls(workspace, faults, now);
  let requestUrl = options.requestUrl ?? null;
  let url = '';
  const { signingSecret, botToken, acknowledgeMs = ACKNOWLEDGE_MS } = options;
  const socketMode = options.socketMode
    ? new SocketMode({ ...options.socketMode, appId: workspace.bot.appId, acknowledgeMs, now })
    : null;
  const delivery =
    socketMode ?? new HttpDelivery({ signingSecret, now, acknowledgeMs, requestUrl: () => requestUrl });
  const outgoing = new Outgoing({ workspace, responses, delivery, url: () => url });
  const memberActions = new MemberActions(workspace, outgoing);
  const http = express();
  http.disable('x-powered-by');
  http.use('/api', apiRouter({ workspace, faults, botToken, socketMode, url: () => url }));
  http.use('/response', responses.router());
  const page = mountPage(http, {
    workspace,
    memberActions,
    actions: options.actions ?? [],
    links: options.links ?? [],
  });
  const host = options.host ?? '127.0.0.1';
  const server = createServer(http);
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
    command: (person, channel, text) => memberActions.command(person, channel, text),
    click: (person, ts, which) => memberActions.click(person, ts, which),
    submit: (person, viewId, values) => memberActions.submit(person, viewId, values),
    messages: (channel) => workspace.messages(workspace.channel(channel)?.id ?? ''),
    ephemerals: (person) => workspace.ephemerals(person),
    views: (person) => workspace.modals.stack(person),
    setRequestUrl(next) {
      requestUrl = next;
    },
    onChange: (listener) => workspace.onChange(listener),
    async close() {
      page.close();
      socketMode?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

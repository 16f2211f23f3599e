import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';
import type { ZodMiniType } from 'zod/mini';
import type { MemberActions } from './member-actions.ts';
import {
  type SandboxAnswer,
  type SandboxMessage,
  type SandboxRequests,
  type SandboxState,
  sandboxRequests,
} from './protocol.ts';
import type { Channel, StoredMessage } from './workspace/types.ts';
import type { Workspace } from './workspace/workspace.ts';

/** A button that the sandbox's host adds to the page. */
export interface HostAction {
  label: string;
  description: string;
  /** Returns the message for the person who pressed it. Errors are shown to that person too. */
  run(personId: string): Promise<string>;
}

/** A link that the sandbox's host adds to the page. */
export interface HostLink {
  label: string;
  url: string;
  /** What the linked place shows now. null: unknown. */
  status(): Promise<string | null>;
}

export interface PageOptions {
  workspace: Workspace;
  memberActions: MemberActions;
  actions: HostAction[];
  links: HostLink[];
}

/** Number of messages per channel that a page receives. */
const SHOWN = 300;

/** Interval for reading the status of links while a page is open. Milliseconds. */
const LINKS_MS = 2_000;

const UNREADABLE: SandboxAnswer = { ok: false, error: 'The sandbox cannot read this request.' };

/** The built page: beside this file when built, otherwise in the build's output. */
const PLACES = ['./public', '../../dist/sandbox/public'];

/** Serves the page, its state, and its requests. */
export function mountPage(http: Express, options: PageOptions): { close(): void } {
  const watchers = new Set<Response>();
  const statuses = new Map<string, string | null>();
  const notify = () => {
    for (const watcher of watchers) watcher.write(`data: {"version": ${options.workspace.version}}\n\n`);
  };
  const unsubscribe = options.workspace.onChange(notify);
  const timer = setInterval(() => void readLinks(options.links, statuses, watchers, notify), LINKS_MS);
  timer.unref();

  http.get('/sandbox/state', (request, response) => {
    response.json(stateFor(options, String(request.query.as ?? ''), statuses));
  });
  http.get('/sandbox/events', (request, response) => {
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    watchers.add(response);
    request.on('close', () => watchers.delete(response));
    void readLinks(options.links, statuses, watchers, notify);
  });
  mountRequests(http, options);
  const place = PLACES.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(path),
  );
  if (place) {
    http.use(express.static(place));
    http.get('/archives/*path', (_request, response) => response.sendFile('index.html', { root: place }));
  } else {
    http.get('/', (_request, response) => {
      response.type('text').send('The page is not built yet: npm run build\n');
    });
  }
  return {
    close() {
      clearInterval(timer);
      unsubscribe();
      for (const watcher of watchers) watcher.end();
    },
  };
}

async function readLinks(
  links: HostLink[],
  statuses: Map<string, string | null>,
  watchers: ReadonlySet<Response>,
  notify: () => void,
): Promise<void> {
  if (watchers.size === 0) return;
  let changed = false;
  for (const { url, status } of links) {
    const now = await status().catch(() => null);
    changed ||= statuses.get(url) !== now;
    statuses.set(url, now);
  }
  if (changed) notify();
}

function mountRequests(http: Express, { memberActions, actions }: PageOptions): void {
  const handlers: {
    [P in keyof SandboxRequests]: (body: SandboxRequests[P]) => SandboxAnswer | Promise<SandboxAnswer>;
  } = {
    '/sandbox/command': ({ as, channel, text }) => memberActions.command(as, channel, text),
    '/sandbox/message': ({ as, channel, text, threadTs }) => memberActions.say(as, channel, text, threadTs),
    '/sandbox/click': ({ as, channel, ts, blockId, actionId }) =>
      memberActions.click(as, ts, { blockId, actionId }, channel),
    '/sandbox/submit': ({ as, viewId, values }) => memberActions.submit(as, viewId, values),
    '/sandbox/close': ({ as, viewId }) => memberActions.close(as, viewId),
    '/sandbox/dismiss': ({ as, ts }) => memberActions.dismiss(as, ts),
    '/sandbox/action': async ({ as, index }) => {
      const action = actions[index];
      if (!action) return { ok: false, error: 'There is no such button.' };
      try {
        return { ok: true, message: await action.run(as) };
      } catch (error) {
        return {
          ok: false,
          error: `${action.label} failed: ${error instanceof Error ? error.message : 'unknown'}`,
        };
      }
    },
  };
  const schemas: { [P in keyof SandboxRequests]: ZodMiniType<SandboxRequests[P]> } = sandboxRequests;
  function answer<P extends keyof SandboxRequests>(path: P, body: unknown) {
    const { success, data } = schemas[path].safeParse(body);
    return success ? handlers[path](data) : UNREADABLE;
  }
  for (const path of Object.keys(handlers) as (keyof SandboxRequests)[]) {
    http.post(path, express.json({ limit: '1mb' }), async (request, response) => {
      response.json(await answer(path, request.body));
    });
  }
}

function stateFor(
  { workspace, actions, links }: PageOptions,
  asked: string,
  statuses: ReadonlyMap<string, string | null>,
): SandboxState {
  const people = workspace.people().filter(({ deleted }) => !deleted);
  const as = people.find(({ id, isBot }) => id === asked && !isBot) ?? people.find(({ isBot }) => !isBot);
  const id = as?.id ?? '';
  const channels = workspace.channels().filter(({ directWith }) => directWith === null || directWith === id);
  return {
    team: workspace.team.name,
    people: people.map(({ id: personId, name, realName, isBot }) => ({
      id: personId,
      name,
      realName,
      isBot,
    })),
    as: id,
    channels: channels.map((channel) => ({
      id: channel.id,
      name: channel.directWith === null ? channel.name : workspace.bot.name,
      isDirect: channel.directWith !== null,
    })),
    messages: channels.flatMap((channel) => messagesFor(workspace, channel, id)),
    views: workspace.modals.stack(id).map(({ id: viewId, hash, view }) => ({ id: viewId, hash, view })),
    actions: actions.map(({ label, description }) => ({ label, description })),
    links: links.map(({ label, url }) => ({ label, url, status: statuses.get(url) ?? null })),
  };
}

function messagesFor(workspace: Workspace, channel: Channel, person: string): SandboxMessage[] {
  const own = workspace.ephemerals(person).filter((message) => message.channel === channel.id);
  const all = [...workspace.messages(channel.id), ...own].sort((a, b) => Number(a.ts) - Number(b.ts));
  return all.slice(-SHOWN).map((message) => shown(workspace, message));
}

function shown(workspace: Workspace, message: StoredMessage): SandboxMessage {
  const { ts, channel, user, text, blocks, threadTs, broadcast, edited, onlyFor } = message;
  return {
    ts,
    channel,
    user,
    text,
    blocks,
    threadTs,
    broadcast,
    edited: edited !== null,
    ephemeral: onlyFor !== null,
    replies: workspace.replies(channel, ts).length,
  };
}

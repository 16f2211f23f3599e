import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';
import type { ZodMiniType } from 'zod/mini';
import type { FaultSwitches } from './fault-switches.ts';
import type { Acting } from './members/acting.ts';
import type { Dialogs } from './members/dialogs.ts';
import type { Typing } from './members/typing.ts';
import { stateFor } from './page-state.ts';
import { type SandboxAnswer, type SandboxRequests, sandboxRequests, sandboxSuggest } from './protocol.ts';
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

/** What people can do. */
export interface Members {
  typing: Typing;
  acting: Acting;
  dialogs: Dialogs;
}

export interface PageOptions {
  workspace: Workspace;
  switches: FaultSwitches;
  members: Members;
  actions: HostAction[];
  links: HostLink[];
}

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
    const { workspace, actions, links, switches } = options;
    const host = {
      actions: actions.map(({ label, description }) => ({ label, description })),
      links: links.map(({ label, url }) => ({ label, url, status: statuses.get(url) ?? null })),
    };
    response.json(stateFor(workspace, String(request.query.as ?? ''), host, switches.on()));
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

function mountRequests(http: Express, options: PageOptions): void {
  const { actions } = options;
  const { typing, acting, dialogs } = options.members;
  const handlers: {
    [P in keyof SandboxRequests]: (body: SandboxRequests[P]) => SandboxAnswer | Promise<SandboxAnswer>;
  } = {
    '/sandbox/command': ({ as, channel, text }) => typing.command(as, channel, text),
    '/sandbox/message': ({ as, channel, text, threadTs }) => typing.say(as, channel, text, threadTs),
    '/sandbox/invite': ({ as, channel }) => typing.invite(as, channel),
    '/sandbox/click': ({ as, channel, ts, ...which }) => acting.click(as, ts, which, channel),
    '/sandbox/home': ({ as, tab }) => acting.openHome(as, tab),
    '/sandbox/change': ({ as, viewId, values, ...which }) => acting.change(as, viewId, which, values),
    '/sandbox/shortcut': ({ as, channel, ts, callbackId }) => acting.shortcut(as, ts, callbackId, channel),
    '/sandbox/submit': ({ as, viewId, values }) => dialogs.submit(as, viewId, values),
    '/sandbox/close': ({ as, viewId }) => dialogs.close(as, viewId),
    '/sandbox/dismiss': ({ as, ts }) => typing.dismiss(as, ts),
    '/sandbox/fault': ({ fault, on }) => {
      options.switches.set(fault, on);
      return { ok: true };
    },
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
  http.post('/sandbox/suggest', express.json(), async (request, response) => {
    const { success, data } = sandboxSuggest.safeParse(request.body);
    response.json(success ? await acting.suggest(data) : UNREADABLE);
  });
  for (const path of Object.keys(handlers) as (keyof SandboxRequests)[]) {
    http.post(path, express.json({ limit: '1mb' }), async (request, response) => {
      response.json(await answer(path, request.body));
    });
  }
}

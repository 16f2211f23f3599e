import { useCallback, useEffect, useState } from 'react';
import {
  type SandboxAnswer,
  type SandboxRequests,
  type SandboxState,
  type SandboxSuggest,
  type SandboxSuggestions,
  sandboxAnswer,
  sandboxState,
  sandboxSuggestions,
} from '../../protocol.ts';

/** Sends a request of the acting person. A server that does not answer gives an error for that person. */
export async function send<P extends keyof SandboxRequests>(
  path: P,
  body: SandboxRequests[P],
): Promise<SandboxAnswer> {
  try {
    return sandboxAnswer.parse(await post(path, body));
  } catch {
    return NO_ANSWER;
  }
}

const NO_ANSWER = { ok: false, error: 'The sandbox does not answer. Is it still running?' } as const;

/** Asks for the options of an external select. */
export async function suggest(question: SandboxSuggest): Promise<SandboxSuggestions> {
  try {
    return sandboxSuggestions.parse(await post('/sandbox/suggest', question));
  } catch {
    return NO_ANSWER;
  }
}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/**
 * The state that `as` sees, kept up to date. null until the first answer. `connected` false: the sandbox does not
 * answer.
 */
export function useSandbox(as: string): { state: SandboxState | null; connected: boolean } {
  const [state, setState] = useState<SandboxState | null>(null);
  const [connected, setConnected] = useState(true);
  const read = useCallback(async () => {
    try {
      const response = await fetch(`/sandbox/state?as=${encodeURIComponent(as)}`);
      const now = sandboxState.parse(await response.json());
      setState((before) => (before ? keepSame(before, now) : now));
      setConnected(true);
    } catch {
      setConnected(false);
    }
  }, [as]);
  useEffect(() => {
    let reading = false;
    let again = false;
    const refresh = async () => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        await read();
      } while (again);
      reading = false;
    };
    const events = new EventSource('/sandbox/events');
    events.onmessage = refresh;
    events.onopen = refresh;
    events.onerror = () => setConnected(false);
    void refresh();
    return () => events.close();
  }, [read]);
  return { state, connected };
}

/** Reuses objects of the old state that are unchanged, so that they are not rendered again. */
function keepSame(before: SandboxState, now: SandboxState): SandboxState {
  const messages = new Map(before.messages.map((message) => [`${message.channel} ${message.ts}`, message]));
  const views = new Map(before.views.map((view) => [view.id, view]));
  return {
    ...now,
    people: same(before.people, now.people),
    channels: same(before.channels, now.channels),
    shortcuts: same(before.shortcuts, now.shortcuts),
    home: now.home && same(before.home ?? undefined, now.home),
    views: now.views.map((view) => same(views.get(view.id), view)),
    messages: now.messages.map((message) => same(messages.get(`${message.channel} ${message.ts}`), message)),
  };
}

/** Objects of the state as JSON: each is compared with many later ones. */
const written = new WeakMap<object, string>();

function same<T extends object>(before: T | undefined, now: T): T {
  const text = JSON.stringify(now);
  if (before !== undefined && (written.get(before) ?? JSON.stringify(before)) === text) return before;
  written.set(now, text);
  return now;
}

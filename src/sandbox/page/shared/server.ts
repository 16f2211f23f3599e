import { useCallback, useEffect, useState } from 'react';
import {
  type SandboxAnswer,
  type SandboxRequests,
  type SandboxState,
  sandboxAnswer,
  sandboxState,
} from '../../protocol.ts';

/** Sends a request of the acting person. A server that does not answer gives an error for that person. */
export async function send<P extends keyof SandboxRequests>(
  path: P,
  body: SandboxRequests[P],
): Promise<SandboxAnswer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return sandboxAnswer.parse(await response.json());
  } catch {
    return { ok: false, error: 'The sandbox does not answer. Is it still running?' };
  }
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
  const known = new Map(before.messages.map((message) => [`${message.channel} ${message.ts}`, message]));
  return {
    ...now,
    people: same(before.people, now.people),
    channels: same(before.channels, now.channels),
    messages: now.messages.map((message) => same(known.get(`${message.channel} ${message.ts}`), message)),
  };
}

function same<T>(before: T | undefined, now: T): T {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

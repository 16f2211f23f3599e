import { Webhook } from 'standardwebhooks';
import { openHttpExecutor } from '../../../src/adapters/executors/http/http.ts';
import { type Call, type Reply, serve } from '../forges/server.ts';
import type { ExecutorWorld, RunState } from './world.ts';

export const HTTP_SECRET = `whsec_${Buffer.from('S3CRET of the one who deploys').toString('base64')}`;

const ATTEMPTS = '/slipway/attempts/';

interface Run {
  state: RunState;
  log: string;
  cancels: number;
}

/** What a server of Slipway's protocol for deploys keeps, and how it behaves where the protocol leaves it a choice. */
export interface DeployServerWorld extends ExecutorWorld {
  /** Where attempts are asked for. */
  url: string;
  /** The `Location` of an attempt; null: it names none. */
  location: (key: string) => string | null;
  /** Fields beside the state, of every answer. */
  extras: Record<string, unknown>;
}

/** A server of the protocol in docs/deploys.md. `addresses`: it names one for each attempt, where it is asked about and ended. */
export async function deployServerWorld({ addresses }: { addresses: boolean }): Promise<DeployServerWorld> {
  const runs = new Map<string, Run>();
  const ids = new Set<string>();

  function isSigned({ headers, text }: Call): boolean {
    try {
      new Webhook(HTTP_SECRET).verify(text, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  }

  function told(status: number, { state, log }: Run): Reply {
    const body = {
      state: state === 'queued' ? 'running' : state,
      ...(state === 'failed' ? { reason: 'exit code 1' } : {}),
      ...(log === '' ? {} : { log }),
      ...world.extras,
    };
    return { status, body };
  }

  function posted(call: Call): Reply {
    const id = String(call.headers['webhook-id']);
    if (call.body.attempt !== id) return { status: 400, body: { reason: 'attempt is not webhook-id' } };
    const known = runs.get(id);
    const run: Run = known ?? { state: 'running', log: '', cancels: 0 };
    runs.set(id, run);
    const reply = told(known === undefined ? 202 : 409, run);
    const location = world.location(id);
    return location === null ? reply : { ...reply, headers: { location } };
  }

  function handle(call: Call): Reply {
    if (!isSigned(call)) return { status: 401, body: { reason: 'the signature is wrong' } };
    if (call.method === 'POST' && call.path === '/slipway') return posted(call);
    const id = String(call.headers['webhook-id']);
    if (ids.has(id)) return { status: 400, body: { reason: 'webhook-id was used before' } };
    ids.add(id);
    const run = call.path.startsWith(ATTEMPTS) ? runs.get(call.path.slice(ATTEMPTS.length)) : undefined;
    if (run === undefined) return { status: 404, body: { reason: 'no such attempt' } };
    if (call.method === 'GET') return told(200, run);
    if (call.method !== 'DELETE') return { status: 405, body: {} };
    run.cancels += 1;
    if (run.state === 'queued' || run.state === 'running') run.state = 'cancelled';
    return { status: 204 };
  }

  const server = await serve(handle, { etags: false });
  const runOf = (key: string): Run => {
    const run = runs.get(key);
    if (run === undefined) throw new Error(`no run of ${key}`);
    return run;
  };
  const world: DeployServerWorld = {
    server,
    url: `${server.origin}/slipway`,
    location: (key) => (addresses ? `${ATTEMPTS}${key}` : null),
    extras: {},
    secrets: [HTTP_SECRET, HTTP_SECRET.slice('whsec_'.length)],
    async open(options) {
      return openHttpExecutor({ system: 'http', url: world.url, secret: HTTP_SECRET }, options);
    },
    starts: (key) => (runs.has(key) ? 1 : 0),
    become(key, state) {
      runOf(key).state = state;
    },
    cancels: (key) => runOf(key).cancels,
    print(key, text) {
      runOf(key).log = text;
    },
    close: () => server.close(),
  };
  return world;
}

import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Unreachable } from '../../ports/forge.ts';
import { howUnreachable } from '../forges/http/http.ts';

/** What a Redis says of itself. null: it does not say. */
export interface RedisFacts {
  /** Redis's, or Redis's that it is compatible with. */
  version: string | null;
  /** What it does when its memory is full, such as `noeviction`. */
  policy: string | null;
}

/** Why a Redis could not be used. */
export type RedisFault =
  | { kind: 'unreachable'; how: Unreachable }
  /** It does not believe the user and the password, or wants some. */
  | { kind: 'login' }
  /** The user may not do what Slipway does. */
  | { kind: 'forbidden' }
  /** A copy, which takes no writes. */
  | { kind: 'readOnly' }
  /** Its memory is full. */
  | { kind: 'full' }
  /** It is reading its data after a start. */
  | { kind: 'loading' }
  | { kind: 'other'; says: string };

export class RedisFailed extends Error {
  constructor(readonly fault: RedisFault) {
    super(fault.kind);
    this.name = 'RedisFailed';
  }
}

/** How long what is written to a Redis stays there. */
const KEPT_MS = 10_000;

/**
 * Asks a Redis what it is, and writes a key of no meaning there, which it removes by itself. `timeoutMs`: of each step.
 * Throws `RedisFailed`.
 */
export async function inspectRedis(url: string, timeoutMs: number): Promise<RedisFacts> {
  const redis = new Redis(url, {
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectionName: 'slipway-doctor',
    // It asks the same as we do, and would hide why that failed.
    enableReadyCheck: false,
    lazyConnect: true,
  });
  // A failed login is told here only: the call below says that the connection is closed.
  let failed: Error | null = null;
  redis.on('error', (error: Error) => {
    failed ??= error;
  });
  try {
    await redis.connect();
    const info = factsIn(`${await redis.info('server')}\n${await redis.info('memory')}`);
    await redis.set(`slipway-doctor:${randomUUID()}`, '1', 'PX', KEPT_MS);
    return info;
  } catch (error) {
    throw new RedisFailed(faultOf(failed ?? error));
  } finally {
    redis.disconnect();
  }
}

function factsIn(info: string): RedisFacts {
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  return { version: of('redis_version'), policy: of('maxmemory_policy') };
}

/** The first word of a refusal, by which Redis's protocol says its kind. */
const FAULTS: Record<string, RedisFault> = {
  NOAUTH: { kind: 'login' },
  WRONGPASS: { kind: 'login' },
  NOPERM: { kind: 'forbidden' },
  READONLY: { kind: 'readOnly' },
  OOM: { kind: 'full' },
  LOADING: { kind: 'loading' },
};

function faultOf(error: unknown): RedisFault {
  if (!(error instanceof Error)) return { kind: 'unreachable', how: 'closed' };
  if (error.name === 'ReplyError')
    return FAULTS[/^[A-Z]+/.exec(error.message)?.[0] ?? ''] ?? { kind: 'other', says: error.message };
  // Of ioredis: a command that got no answer in time.
  if ('code' in error) return { kind: 'unreachable', how: howUnreachable(error) };
  return { kind: 'unreachable', how: 'silence' };
}

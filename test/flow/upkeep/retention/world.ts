import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newBuild } from '../../../../src/domain/documents/build.ts';
import { artifactsPath } from '../../../../src/flow/services/paths.ts';
import type { Services } from '../../../../src/flow/services/services.ts';
import type { BuildRun } from '../../../../src/ports/artifacts.ts';
import { StoreError } from '../../../../src/ports/store.ts';

export const ENVIRONMENT = 'shop/integration';

export const runOf = (sha: string, attempt = 1): BuildRun => ({ product: 'shop', sha, attempt });

/** A build that succeeded at that time, as the store and the disk have it, without being built. */
export async function haveBuilt(services: Services, sha: string, at: number): Promise<void> {
  store(services, sha);
  const before = await services.store.load('builds', `shop@${sha}`);
  await services.store.save('builds', {
    ...newBuild('shop', sha),
    revision: (before?.revision ?? 0) + 1,
    time: at,
    status: 'succeeded',
    attempts: 1,
    attempt: {
      number: 1,
      worker: 'w',
      startedAt: at,
      leaseUntil: at,
      step: 'build',
      lastLine: null,
      progressAt: at,
      endedAt: at,
      outcome: { kind: 'succeeded' },
    },
  });
}

/** An archive of an earlier version: no checksum, and whole unless it is empty. */
export function store({ dataDirectory }: Services, sha: string, attempt = 1): void {
  const file = join(artifactsPath(dataDirectory), 'shop', `${sha}-${attempt}.tar.gz`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x');
}

export async function storedShas(services: Services): Promise<string[]> {
  return (await services.artifacts.list('shop')).map(({ sha }) => sha).sort();
}

type Call = (what: string) => Promise<void> | void;

/** Calls `before` and `after` around each call that a cleaner makes to the store and the artifacts. */
export function around(services: Services, { before, after }: { before?: Call; after?: Call }): Services {
  const wrap = <T extends object>(of: T, kind: string): T =>
    new Proxy(of, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          await before?.(`${kind}.${String(key)}`);
          const result: unknown = await Reflect.apply(member, target, given);
          await after?.(`${kind}.${String(key)}`);
          return result;
        };
      },
    });
  return {
    ...services,
    store: wrap(services.store, 'store'),
    artifacts: wrap(services.artifacts, 'artifacts'),
  };
}

const CHANGES = ['store.save', 'artifacts.remove'];

/** A process that is killed when it has changed so many things. The last change takes effect, and it learns nothing of it. */
export function mortal(services: Services, steps: number): Services {
  let left = steps;
  return around(services, {
    before() {
      if (left <= 0) throw new StoreError('the process is gone');
    },
    after(what) {
      if (CHANGES.includes(what)) left -= 1;
      if (left <= 0) throw new StoreError('the process is gone');
    },
  });
}

import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import {
  type Acceptance,
  type Environment,
  newEnvironment,
  type Reference,
} from '../../../src/domain/documents/environment.ts';
import type { Release, Status } from '../../../src/domain/documents/values/release.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import type { KeepingEnvironment, StoredRun } from '../../../src/domain/retention/artifacts.ts';
import { Walk } from '../support/support.ts';

/** The `n`th commit. */
export const commit = (n: number): string => n.toString(16).padStart(40, '0');

/** A build of the `n`th commit that succeeded at that time. */
export function built(n: number, change: Partial<Build> = {}, at = n): Build {
  return {
    ...newBuild('shop', commit(n)),
    revision: 3,
    status: 'succeeded',
    attempts: 1,
    attempt: {
      number: 1,
      worker: 'w',
      startedAt: at,
      leaseUntil: at,
      step: 'test',
      lastLine: null,
      progressAt: at,
      endedAt: at,
      outcome: { kind: 'succeeded' },
    },
    ...change,
  };
}

export function stored(build: Build, attempt = build.attempt?.number ?? 1): StoredRun {
  return { attempt, build };
}

export function reference(n: number): Reference {
  return { sha: commit(n), ref: null, release: n, at: n, by: ROBOT };
}

const SAMPLE = (() => {
  const walk = new Walk();
  walk.prepare(commit(0));
  return walk.release(1);
})();

export function release(n: number, status: Status, change: Partial<Release> = {}): Release {
  return { ...SAMPLE, number: n, sha: commit(n), status, ...change };
}

export function acceptance(environment: Environment, n: number, revoked = false): Acceptance {
  return {
    environment: environment.id,
    sha: commit(n),
    ref: null,
    release: n,
    kind: 'promotion',
    at: n,
    by: ROBOT,
    card: 'c',
    revoked: revoked ? { at: n, by: ROBOT, release: null } : null,
    revision: n,
  };
}

/** `accepted`: commits by number, in any order. */
export function keeping(
  name: string,
  mode: KeepingEnvironment['mode'],
  {
    accepted = [],
    revoked = [],
    ...change
  }: Partial<Omit<Environment, 'accepted'>> & { accepted?: number[]; revoked?: number[] },
): KeepingEnvironment {
  const environment = { ...newEnvironment('shop', name), ...change };
  const last = accepted.length === 0 ? null : reference(Math.max(...accepted));
  return {
    environment: { ...environment, accepted: last },
    mode,
    acceptances: [
      ...accepted.map((n) => acceptance(environment, n)),
      ...revoked.map((n) => acceptance(environment, n, true)),
    ],
  };
}

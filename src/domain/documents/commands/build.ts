import type { Check } from '../../checks/checks.ts';
import type { SeenChecks } from '../../checks/seen.ts';
import type { EnvironmentId } from '../../ids.ts';
import type { AttemptKey } from '../values/build/checks.ts';
import type { BuildOutcome, BuildStep, PushRequest } from '../values/build/run.ts';
import type { Leftovers } from '../values/release.ts';
import type { Base } from './base.ts';

/** What people, workers, the passage of time and other documents send to a build. */
export type BuildCommand = Base &
  (
    | { type: 'requestBuild'; push: PushRequest | null; watcher: EnvironmentId | null }
    /** The branch has moved on. `head`: number of the newer head; a push at least as new still needs its build. */
    | { type: 'skipBuild'; newer: string; head: number }
    /** A worker that cannot begin the build now says why. */
    | { type: 'holdBuild'; why: string }
    | { type: 'beginBuild'; worker: string; leaseUntil: number }
    | { type: 'renewBuild'; attempt: number; leaseUntil: number; step: BuildStep; lastLine: string | null }
    | { type: 'reportBuild'; attempt: number; outcome: BuildOutcome; log: string; leftovers?: Leftovers }
    /**
     * `lost`: the stored result is damaged or gone, so even a successful build is repeated. `again`: attempts at checks that the
     * forge was asked to run again; absent: none.
     */
    | { type: 'retryBuild'; lost?: boolean; again?: AttemptKey[] }
    /** What this attempt made, which succeeded, is given up or is gone (RULES 49). */
    | { type: 'discardBuild'; attempt: number }
    /** A look at the checks is due; the process whose command is accepted does it, under the number `attempt`. */
    | { type: 'lookAtChecks' }
    /** What that look saw. */
    | ({ type: 'sawChecks'; look: number } & SeenChecks)
    /** The forge could not be asked. `until`: when it wants to be asked again; null: it did not say. */
    | { type: 'checksUnread'; look: number; reason: string; until: number | null }
    /** The forge reported an event about the commit. */
    | { type: 'ringChecks' }
    /** What `/hooks/build` said of a check; it is the latest that is known of it. */
    | { type: 'reportCheck'; check: Omit<Check, 'group' | 'attempt'> }
    | { type: 'tick' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

import type { Build } from '../../domain/documents/build.ts';
import { type Bake, ERRORED_MOST, isWithinBounds } from '../../domain/documents/values/bake.ts';
import {
  type Attempt,
  type CommandEnd,
  lastAttempt,
  type Release,
  type Step,
} from '../../domain/documents/values/release.ts';
import { heededWish } from '../../domain/gates/followed.ts';
import { duration } from '../../domain/time/duration.ts';
import { because, foreign, type Inline, inline, REASON_MAX } from '../text/inline.ts';
import { person } from '../text/references.ts';
import { time } from '../text/times.ts';
import type { ReleaseView } from '../view-model.ts';
import { bakedWords } from './bake.ts';

/** How long an attempt ran, in milliseconds; null: it still runs, or there is none. */
export function ran(attempt: { startedAt: number; endedAt: number | null } | null): number | null {
  return attempt?.endedAt == null ? null : attempt.endedAt - attempt.startedAt;
}

function after(ms: number | null): string {
  return ms === null ? '' : ` after ${duration(ms)}`;
}

/** Signals that commonly end commands, by number. */
const SIGNALS: Partial<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** An exit code as text: "137 (SIGKILL)". Shells report 128 + n for a command that was ended by signal n. */
function exitCode(code: number): string {
  const signal = SIGNALS[code - 128];
  return signal === undefined ? String(code) : `${code} (${signal})`;
}

/** How a command ended, for a sentence that names it: "ended with exit code 1 after 2 min 11 s". `ms`: null: unknown. */
export function howEnded(how: CommandEnd, ms: number | null): Inline {
  switch (how.kind) {
    case 'exit':
      return inline`ended with exit code ${exitCode(how.code)}${after(ms)}`;
    case 'signal':
      return inline`was ended by ${how.signal}${after(ms)}`;
    case 'timeout':
      return inline`ran past ${duration(how.afterMs)}`;
    case 'outside':
      return inline`ended${after(ms)}: ${foreign(how.says, 200)}`;
    default:
      return how satisfies never;
  }
}

/** The same for a verification, after a status word that already names it: "exit code 2 after 31 s". */
export function howVerificationEnded(release: Release): Inline {
  const last = release.attempts.at(-1);
  // Cancelled between deploy and verification: the verify command never ran.
  if (last?.step !== 'verify')
    return release.end
      ? inline`cancelled by ${person(release.end.by)} before it began`
      : inline`it did not run`;
  return release.bake ? howBakeEnded(release, release.bake, last) : howLastVerificationEnded(last);
}

/** "3 checks in a row errored after 9 min of 15 min: "; nothing where the verification is not repeated, or errored otherwise. */
export function erroredInBake({ bake }: Release): string {
  if (!bake || bake.erroredInRow < ERRORED_MOST) return '';
  return `${ERRORED_MOST} checks in a row errored after ${bakedWords(bake)}: `;
}

/** "2 checks in a row failed, after 9 min of 15 min: exit code 2 after 3 s" */
function howBakeEnded({ end }: Release, bake: Bake, last: Attempt): Inline {
  const after = `after ${bakedWords(bake)}`;
  if (!isWithinBounds(bake)) {
    const failed = bake.failures === 1 ? 'a check failed' : `${bake.failures} checks in a row failed`;
    return inline`${failed} ${after}: ${howLastVerificationEnded(last)}`;
  }
  const by = heededWish(last)?.by ?? (last.outcome?.kind === 'cancelled' ? null : end?.by);
  return inline`cancelled${by ? inline` by ${person(by)}` : ''} ${after}${because(end?.reason ?? null, REASON_MAX)}`;
}

function howLastVerificationEnded(attempt: Attempt): Inline {
  const ms = ran(attempt);
  const outcome = attempt.outcome;
  if (outcome?.kind === 'cancelled') {
    const by = heededWish(attempt)?.by;
    return by ? inline`cancelled by ${person(by)}${after(ms)}` : inline`cancelled${after(ms)}`;
  }
  if (outcome?.kind !== 'failed') return inline`it did not pass`;
  switch (outcome.how.kind) {
    case 'exit':
      return inline`exit code ${exitCode(outcome.how.code)}${after(ms)}`;
    case 'signal':
      return inline`ended by ${outcome.how.signal}${after(ms)}`;
    case 'timeout':
      return inline`ran past ${duration(outcome.how.afterMs)}`;
    case 'outside':
      return inline`${foreign(outcome.how.says, 200)}${after(ms)}`;
    default:
      return outcome.how satisfies never;
  }
}

/** `words` with the duration of the step: "deployed in 41 s"; `words` alone if it is unknown. */
export function took(release: Release, step: Step, words: string): string {
  const last = lastAttempt(release, step);
  const { bake } = release;
  const ms = step === 'verify' && bake && last?.endedAt != null ? last.endedAt - bake.startedAt : ran(last);
  return ms === null ? words : `${words} in ${duration(ms)}`;
}

/** "built in 3 min 2 s", or "checks passed" if it was made elsewhere; '' if it is unknown. */
export function builtIn(build: Build | null): string {
  if (build?.checks) return build.status === 'succeeded' ? 'checks passed' : '';
  const ms = build?.status === 'succeeded' ? ran(build.attempt) : null;
  return ms === null ? '' : `built in ${duration(ms)}`;
}

/** Whether the release has a verification and its last attempt succeeded. */
export function verificationPassed(view: ReleaseView): boolean {
  return lastAttempt(view.release, 'verify')?.outcome?.kind === 'succeeded';
}

/** "deployed at 14:22 in 2 min 11 s, verification passed" */
export function deployedWords(view: ReleaseView): Inline {
  const { release } = view;
  const ms = ran(lastAttempt(release, 'deploy'));
  const lasted = ms === null ? '' : ` in ${duration(ms)}`;
  const verification = verificationPassed(view) ? ', verification passed' : '';
  return release.deployedAt === null
    ? inline`deployed${lasted}${verification}`
    : inline`deployed at ${time(release.deployedAt)}${lasted}${verification}`;
}

/** How often this step was attempted. */
export function attemptCount(release: Release, step: Step): number {
  return release.attempts.filter((attempt) => attempt.step === step).length;
}

/** How long something runs by now: "1 min 20 s so far". */
export function soFar({ startedAt }: { startedAt: number }, now: number): string {
  return `${duration(now - startedAt)} so far`;
}

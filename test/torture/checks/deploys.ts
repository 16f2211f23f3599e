import { releaseName } from '../../../src/domain/ids.ts';
import { environmentOf } from '../products.ts';
import type { Run } from '../report/ledger.ts';
import { accepted, begins, type Facts, runsIn } from './facts.ts';

/** RULES 6: an interrupted idempotent deploy is tried again by itself at most so often. */
const AGAIN_BY_ITSELF = 2;

/** What the commands wrote against what was begun: one run an attempt, no deploy that nobody asked for. */
export function checkDeploys(facts: Facts): void {
  for (const { id, attempts } of facts.environments) {
    const begun = begins(facts, id);
    const numbers = begun.map(({ attempt }) => attempt);
    if (numbers.length !== attempts || numbers.some((number, index) => number !== index + 1)) {
      facts.stage.timeline.find(
        'lost',
        `${id} counts ${attempts} attempts, the audit has ${numbers.join(' ')}`,
      );
    }
    checkAttempts(facts, id);
    checkAsked(facts, id);
    for (const run of runsIn(facts, id)) {
      if (!run.rightTree) {
        const what = `${run.release} (${run.step}) ran in a tree that is not that of the build of ${run.sha}`;
        facts.stage.timeline.find('untrue references', what, run.begunAt);
      }
    }
  }
}

/** Each run belongs to the attempt begun last before it, which has no other and is of the same release. */
function checkAttempts(facts: Facts, environment: string): void {
  const { timeline } = facts.stage;
  const begun = begins(facts, environment);
  const taken = new Map<number, Run>();
  for (const run of runsIn(facts, environment)) {
    const attempt = begun.findLast(({ at }) => at <= run.begunAt);
    if (!attempt || releaseName(environment, attempt.release) !== run.release) {
      const latest = attempt ? `#${attempt.release}, attempt ${attempt.attempt}` : 'nothing';
      timeline.find(
        'double deploys',
        `${run.release} (${run.step}) ran, last begun was ${latest}`,
        run.begunAt,
      );
      continue;
    }
    const other = taken.get(attempt.attempt);
    if (other) {
      const what = `attempt ${attempt.attempt} of ${environment} ran twice: ${other.run} and ${run.run} (${run.step})`;
      timeline.find('double deploys', what, run.begunAt);
    }
    taken.set(attempt.attempt, run);
  }
}

/** A deploy runs once, and again for each retry that a person asked for, or by itself where it is idempotent. */
function checkAsked(facts: Facts, environment: string): void {
  const { idempotent } = environmentOf(environment);
  const ran = new Map<string, Run[]>();
  for (const run of runsIn(facts, environment)) {
    if (run.step === 'deploy') ran.set(run.release, [...(ran.get(run.release) ?? []), run]);
  }
  const retries = accepted(facts, environment, 'retry');
  for (const [release, runs] of ran) {
    const asked = retries.filter((retry) => releaseName(environment, retry.release) === release).length;
    const most = 1 + asked + (idempotent ? AGAIN_BY_ITSELF : 0);
    if (runs.length > most) {
      const what = `${release} was deployed ${runs.length} times, at most ${most} were asked for`;
      facts.stage.timeline.find('double deploys', what, runs.at(-1)?.begunAt ?? null);
    }
  }
}

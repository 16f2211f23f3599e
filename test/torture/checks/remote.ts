import type { Attempt } from '../../../src/domain/documents/values/release.ts';
import type { Run } from '../report/ledger.ts';
import type { Facts } from './facts.ts';

/** What other systems carried out against what Slipway says of it: each attempt was started once, and its end is what happened. */
export function checkRemote(facts: Facts): void {
  const { timeline } = facts.stage;
  const attempts = new Map<string, { release: string; attempt: Attempt }>();
  for (const [release, { attempts: all }] of facts.releases) {
    for (const attempt of all) {
      if (attempt.remote) attempts.set(attempt.remote.key, { release, attempt });
    }
  }
  const runs = new Map<string, Run>();
  for (const run of facts.ledger.runs) {
    if (run.key === null) continue;
    const what = `${run.release} (${run.step}), started elsewhere as ${run.key}`;
    if (runs.has(run.key)) timeline.find('double deploys', `${what}, was started twice`, run.begunAt);
    runs.set(run.key, run);
    const known = attempts.get(run.key);
    // Of the attempts at a release only the last three are kept, and its last deploy.
    const kept = facts.releases.get(run.release)?.attempts;
    const oldest = kept?.at(-3) ?? kept?.[0];
    if (known === undefined && oldest !== undefined && oldest.startedAt > run.begunAt) continue;
    if (known?.release !== run.release || known.attempt.step !== run.step)
      timeline.find('double deploys', `${what}, is no attempt of it`, run.begunAt);
  }
  for (const [key, { release, attempt }] of attempts) {
    const untrue = whyUntrue(attempt, runs.get(key));
    const what = `attempt ${attempt.number} of ${release} (${attempt.step})`;
    if (untrue !== null) timeline.find('untrue references', `${what}: ${untrue}`, attempt.startedAt);
  }
}

/** Why what Slipway says of an attempt is not what happened; null: it is, or Slipway says that it does not know. */
function whyUntrue({ outcome }: Attempt, run: Run | undefined): string | null {
  const code = run?.end?.code;
  switch (outcome?.kind) {
    case 'succeeded':
      return code === 0 ? null : `it is said to have succeeded, and ended elsewhere with ${code}`;
    case 'failed':
      return code === 0 ? 'it is said to have failed, and succeeded elsewhere' : null;
    case 'cancelled':
      return code === 0 ? 'it is said to be cancelled, and succeeded elsewhere' : null;
    case 'errored':
      return run && !outcome.ran ? 'it is said not to have run, and ran elsewhere' : null;
    case 'interrupted':
    case undefined:
      return null;
    default:
      return outcome satisfies never;
  }
}

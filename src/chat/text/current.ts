import { isAdopted } from '../../domain/documents/environment.ts';
import type { Said } from '../../domain/documents/values/current.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';
import { foreign, type Inline, inline, NOTHING, quote } from './inline.ts';
import { commit, compare } from './references.ts';
import { since } from './times.ts';

/** Longest answer that is shown, in characters; a commit is shorter. */
const SAID_MAX = 60;

/** What an environment said that it runs: the commit, or its own words where the repository knows no such commit. */
export function saidWords({ sha, said }: Said, context: RenderContext): Inline {
  return sha === null ? inline`${quote(said, SAID_MAX)}` : inline`${commit(sha, context)}`;
}

/** " · ⚠️ drifted, runs abc1234"; nothing where what Slipway deployed runs, as far as is known. */
export function driftMark(
  { environment }: Pick<EnvironmentView, 'environment'>,
  view: RenderContext,
): Inline {
  const { drift } = environment.current ?? {};
  return drift ? inline` · ⚠️ drifted: runs ${saidWords(drift, view)}` : NOTHING;
}

/** "prod says that it runs abc1234, not def5678 that Slipway deployed", or that was adopted there; nothing where that is so. */
export function driftWords({ environment, policy }: EnvironmentView, view: RenderContext): Inline {
  const { current, deployed } = environment;
  if (!current?.drift || !deployed) return NOTHING;
  const runs = saidWords(current.drift, view);
  const came = isAdopted(environment, deployed) ? 'was adopted there' : 'Slipway deployed';
  return inline`${policy.name} says that it runs ${runs}, not ${commit(deployed.sha, view)} that ${came}`;
}

/** For a candidate, which is compared with what Slipway deployed: what really runs. Nothing where both are the same. */
export function driftOfCandidate(here: EnvironmentView, { sha }: Release, view: RenderContext): Inline {
  const words = driftWords(here, view);
  const runs = here.environment.current?.drift?.sha ?? null;
  if (words.length === 0) return NOTHING;
  const page = runs === null || runs === sha ? null : compare(runs, sha, view);
  const link = page === null ? NOTHING : inline` The difference to what runs: ${page}.`;
  return inline`⚠️ ${words}.${link}`;
}

/** What the environment says by itself about what runs: one line for `status`; none where it is not asked or was not yet. */
export function currentLines({ environment }: EnvironmentView, view: RenderContext): Inline[] {
  const { current, deployed } = environment;
  if (!current) return [];
  const { drift, answer, silent } = current;
  const lines: Inline[] = [];
  if (drift) {
    const seen = answer ? inline`, asked ${since(answer.at, view.now)}` : NOTHING;
    lines.push(
      inline`⚠️ drifted: it says that it runs ${saidWords(drift, view)} (since ${since(drift.since, view.now)}${seen})`,
    );
  } else if (answer) {
    const when = since(answer.at, view.now);
    const isSame = deployed !== null && answer.sha === deployed.sha;
    lines.push(
      isSame
        ? inline`It says the same itself (asked ${when})`
        : inline`It says that it runs ${saidWords(answer, view)} (asked ${when})`,
    );
  }
  if (silent) {
    const reason = foreign(silent.reason, 150);
    lines.push(inline`⚠️ It does not say what runs (since ${since(silent.since, view.now)}): ${reason}`);
  }
  return lines;
}

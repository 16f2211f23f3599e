import type { Build } from '../../domain/documents/build.ts';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { findRelease, isAdopted } from '../../domain/documents/environment.ts';
import { goesByPeople, type Release } from '../../domain/documents/release.ts';
import { bullets, richLine, richText } from '../blocks/blocks.ts';
import { fitting } from '../blocks/fit.ts';
import { approvalsGate } from '../gates/summary.ts';
import { statusOf, statusWord } from '../refusals/refusal-text.ts';
import { fallback, line } from '../text/clean.ts';
import {
  code,
  commit,
  dayTime,
  foreign,
  join,
  NOTHING,
  person,
  plain,
  releaseRef,
  say,
  since,
  sinceDay,
  type Words,
} from '../text/inline.ts';
import type { CommitLine, EnvironmentView, Said, Surroundings } from '../view-model.ts';

/** How far a commit came in one environment. */
export interface Standing {
  here: EnvironmentView;
  /** How it stands to what runs there; 'unknown': git could not be asked. */
  runs: 'same' | 'inside' | 'no' | 'unknown';
  /** Of exactly this commit, revoked or not; null: never. */
  acceptance: Acceptance | null;
  /** A release that waits or runs; `inside`: of a later commit that contains it. null: none. */
  candidate: { release: Release; inside: boolean } | null;
  /** It was there and is not any more. `since` and `until` in milliseconds since the epoch; null: not known. */
  was: {
    /** The later commit that brought it; null: it was deployed itself. */
    inside: string | null;
    since: number | null;
    until: number | null;
    /** Number of the rollback that took it away; null: another deploy did. */
    rollback: number | null;
  } | null;
}

export interface WhereView extends Surroundings {
  product: string;
  sha: string;
  /** null: git could not be asked. `at`: when it was committed. */
  commit: (CommitLine & { at: number }) | null;
  build: Build | null;
  /** Lowest first. */
  environments: Standing[];
}

/** Environments shown (CARDS §4). */
const SHOWN = 20;

function built({ build, now }: WhereView): Words {
  const attempt = build?.attempt ?? null;
  switch (build?.status) {
    case 'succeeded':
      return attempt?.endedAt ? say`built ${dayTime(attempt.endedAt)}` : say`built`;
    case 'building':
      return attempt ? say`building since ${since(attempt.startedAt, now)}` : say`building`;
    case 'requested':
      return say`its build waits for its turn`;
    case 'failed':
      return say`its build failed`;
    case 'errored':
      return say`its build errored`;
    case 'skipped':
      return say`not built: a newer push came before its turn`;
    default:
      return say`not built by itself`;
  }
}

/** Of what runs there: deployed is not accepted. */
function found({ here, runs, acceptance }: Standing, around: Surroundings): Words {
  const { deployed, accepted } = here.environment;
  if (!deployed) return NOTHING;
  if (runs === 'same' && acceptance?.revoked) {
    const { by, at, release } = acceptance.revoked;
    const see = release === null ? NOTHING : say`, see ${releaseRef(here.policy, release, around)}`;
    return say`, revoked by ${person(by)} ${dayTime(at)}${see}`;
  }
  if (accepted?.sha === deployed.sha && isAdopted(here.environment, accepted)) {
    return say`, adopted by ${person(accepted.by)} ${dayTime(accepted.at)}, never deployed there`;
  }
  if (accepted?.sha === deployed.sha) {
    const by = accepted.by.kind === 'person' ? say` by ${person(accepted.by)}` : NOTHING;
    return say`, accepted${by} ${dayTime(accepted.at)}`;
  }
  const release = findRelease(here.environment, deployed.release);
  return release ? say`, not accepted: ${statusOf(release, here, around)}` : say`, not accepted`;
}

function past({ here, was }: Standing, around: Surroundings): Words {
  if (!was) return say`not there`;
  const inside = was.inside ? say` inside ${commit(was.inside, around)}` : NOTHING;
  const from = was.since === null ? NOTHING : sinceDay(was.since, around.now);
  const to = was.until === null ? NOTHING : sinceDay(was.until, around.now);
  const when =
    was.since !== null && was.until !== null
      ? say` ${from} to ${to}`
      : was.since !== null
        ? say` since ${from}`
        : was.until !== null
          ? say` until ${to}`
          : NOTHING;
  const why =
    was.rollback === null
      ? say`replaced since`
      : say`rolled back by ${releaseRef(here.policy, was.rollback, around)}`;
  return say`was there${inside}${when}, ${why}`;
}

function candidate({ here, candidate: next }: Standing, around: Surroundings): Words {
  if (!next) return NOTHING;
  const { release, inside } = next;
  const of = inside ? say` of ${commit(release.sha, around)}, which contains it,` : NOTHING;
  const gate = goesByPeople(release) ? approvalsGate(here, release, around, true) : null;
  const far = gate ? say`, ${plain(gate)}` : NOTHING;
  return say`; ${releaseRef(here.policy, release.number, around)}${of} ${statusWord(release).toLowerCase()}${far}`;
}

function standing(one: Standing, around: Surroundings): Words {
  const { here, runs } = one;
  const { deployed, uncertain } = here.environment;
  const name = line(here.policy.name, 60);
  const unsure = uncertain && deployed ? say` · uncertain: a deploy has begun since` : NOTHING;
  const next = candidate(one, around);
  if (!deployed) return say`${name}: nothing runs there yet${next}`;
  switch (runs) {
    case 'same':
      return say`${name}: runs exactly this${found(one, around)}${unsure}${next}`;
    case 'inside':
      return say`${name}: runs inside ${commit(deployed.sha, around)}${found(one, around)}${unsure}${next}`;
    case 'no':
      return say`${name}: ${past(one, around)}${next}`;
    case 'unknown':
      return say`${name}: runs ${commit(deployed.sha, around)}; git could not say whether that contains it${next}`;
    default:
      return runs satisfies never;
  }
}

/** `/release where COMMIT`: how far it came in every environment, alone or inside a later one. */
export function whereMessage(view: WhereView): Said {
  const { sha, commit: found } = view;
  const who = found
    ? say` ${foreign(`${line(found.subject, 80)} · ${line(found.author, 30)}`, 120)}, ${sinceDay(found.at, view.now)}`
    : NOTHING;
  const title = say`${commit(sha, view)}${who} · ${built(view)}`;
  const all = view.environments.slice(0, SHOWN).map((one) => standing(one, view));
  const entries = fitting(all.map(richLine));
  const hidden = view.environments.length - entries.length;
  const more = hidden > 0 ? [richLine(say`+${hidden} more: ${code(`/release status ${view.product}`)}`)] : [];
  return {
    text: fallback(`${plain(title)}: ${plain(join(all, '; '))}`),
    blocks: [richText([richLine(title), bullets([...entries, ...more])])],
  };
}

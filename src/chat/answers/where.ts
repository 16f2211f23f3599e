import type { Build } from '../../domain/documents/build.ts';
import { type Acceptance, findRelease, isAdopted } from '../../domain/documents/environment.ts';
import { goesByPeople, type Release } from '../../domain/documents/values/release.ts';
import { prepareRefusal } from '../../domain/eligibility/environment.ts';
import { shortSha } from '../../domain/ids.ts';
import { actions, type ButtonSpec, bullets, fitting, richLine, richText } from '../blocks/blocks.ts';
import { approvalsWords } from '../gates/summary.ts';
import { statusOf, statusWord } from '../refusals/refusal-text.ts';
import { awaitedWords, badEnd, checksEndWords } from '../text/checks.ts';
import { fallback, line } from '../text/clean.ts';
import { driftMark } from '../text/current.ts';
import { code, foreign, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { subjectWords } from '../text/subjects.ts';
import { dayTime, since, sinceDay } from '../text/times.ts';
import type { CommitLine, EnvironmentView, Message, RenderContext } from '../view-model.ts';
import { leftOutToo, leftOutWords } from './left-out.ts';

/** How far a commit got in one environment. */
export interface Standing {
  here: EnvironmentView;
  /** How the commit relates to the deployed one; 'inside': it is contained in it; 'unknown': git could not answer. */
  runs: 'same' | 'inside' | 'no' | 'unknown';
  /** Acceptance of exactly this commit, revoked or not; null: never accepted. */
  acceptance: Acceptance | null;
  /** A release that waits or runs; `inside`: it is of a later commit that contains this one. null: none. */
  next: { release: Release; inside: boolean } | null;
  /**
   * Set if the commit was there and is not any more. `since` and `until`: milliseconds since the epoch; null: unknown.
   */
  was: {
    /** The later commit that contained it; null: it was deployed itself. */
    inside: string | null;
    since: number | null;
    until: number | null;
    /** Number of the rollback that removed it; null: another deploy did. */
    rollback: number | null;
  } | null;
}

/** Everything the answer to `/release where` is drawn from. */
export interface WhereView extends RenderContext {
  product: string;
  sha: string;
  /** null: git could not be read. `at`: commit time, milliseconds since the epoch. */
  commit: (CommitLine & { at: number }) | null;
  build: Build | null;
  /** Lowest first. */
  environments: Standing[];
}

/** Environments shown (CARDS §4). */
const SHOWN = 20;

function built(view: WhereView): Inline {
  const { build, now } = view;
  const attempt = build?.attempt ?? null;
  const status = build?.status;
  switch (status) {
    case 'succeeded': {
      const leftOut = build?.pushes.at(-1)?.leftOut;
      const rest = leftOut ? leftOutToo(view.product, view.sha, leftOut, view) : NOTHING;
      if (build?.checks?.endedAt) return inline`its checks passed ${dayTime(build.checks.endedAt)}${rest}`;
      return attempt?.endedAt ? inline`built ${dayTime(attempt.endedAt)}${rest}` : inline`built${rest}`;
    }
    case 'building':
      return attempt ? inline`building since ${since(attempt.startedAt, now)}` : inline`building`;
    case 'awaiting':
      return build?.checks
        ? inline`awaits its checks: ${awaitedWords(build.checks, now)}`
        : inline`awaits its checks`;
    case 'requested':
      return inline`its build waits for its turn`;
    case 'failed':
    case 'errored': {
      const why = build === null ? null : badEnd(build);
      return why === null ? inline`its build ${status}` : inline`its build ${status}: ${checksEndWords(why)}`;
    }
    case 'skipped': {
      const leftOut = build?.pushes.at(-1)?.leftOut;
      if (leftOut) return leftOutWords(view.product, view.sha, leftOut, view);
      return inline`not built: a newer push came before its turn`;
    }
    case 'none':
    case undefined:
      return inline`no build of its own`;
    default:
      return status satisfies never;
  }
}

/** Whether the deployed commit is accepted: a deployed commit is not necessarily accepted. */
function found({ here, runs, acceptance }: Standing, context: RenderContext): Inline {
  const { deployed, accepted } = here.environment;
  if (!deployed) return NOTHING;
  if (runs === 'same' && acceptance?.revoked) {
    const { by, at, release } = acceptance.revoked;
    const see = release === null ? NOTHING : inline`, see ${releaseRef(here.policy, release, context)}`;
    return inline`, revoked by ${person(by)} ${dayTime(at)}${see}`;
  }
  if (accepted?.sha === deployed.sha && isAdopted(here.environment, accepted)) {
    return inline`, adopted by ${person(accepted.by)} ${dayTime(accepted.at)}, never deployed there`;
  }
  if (accepted?.sha === deployed.sha) {
    const by = accepted.by.kind === 'person' ? inline` by ${person(accepted.by)}` : NOTHING;
    return inline`, accepted${by} ${dayTime(accepted.at)}`;
  }
  const release = findRelease(here.environment, deployed.release);
  return release ? inline`, not accepted: ${statusOf(release, here, context)}` : inline`, not accepted`;
}

function past({ here, was }: Standing, context: RenderContext): Inline {
  if (!was) return inline`not there`;
  const inside = was.inside ? inline` inside ${commit(was.inside, context)}` : NOTHING;
  const from = was.since === null ? NOTHING : sinceDay(was.since, context.now);
  const to = was.until === null ? NOTHING : sinceDay(was.until, context.now);
  const when =
    was.since !== null && was.until !== null
      ? inline` ${from} to ${to}`
      : was.since !== null
        ? inline` since ${from}`
        : was.until !== null
          ? inline` until ${to}`
          : NOTHING;
  const why =
    was.rollback === null
      ? inline`replaced since`
      : inline`rolled back by ${releaseRef(here.policy, was.rollback, context)}`;
  return inline`was there${inside}${when}, ${why}`;
}

function nextWords({ here, next }: Standing, context: RenderContext): Inline {
  if (!next) return NOTHING;
  const { release, inside } = next;
  const of = inside ? inline` of ${commit(release.sha, context)}, which contains it,` : NOTHING;
  const gate = goesByPeople(release) ? approvalsWords(here, release, context, true) : null;
  const far = gate ? inline`, ${plain(gate)}` : NOTHING;
  return inline`; ${releaseRef(here.policy, release.number, context)}${of} ${statusWord(release).toLowerCase()}${far}`;
}

function standing(one: Standing, context: RenderContext): Inline {
  const { here, runs } = one;
  const { deployed, uncertain } = here.environment;
  const name = line(here.policy.name, 60);
  const unsure = uncertain && deployed ? inline` · uncertain: a deploy has begun since` : NOTHING;
  const next = nextWords(one, context);
  const drift = driftMark(here, context);
  const verb = drift.length > 0 ? 'should run' : 'runs';
  if (!deployed) return inline`${name}: nothing runs there yet${next}`;
  switch (runs) {
    case 'same':
      return inline`${name}: ${verb} exactly this${found(one, context)}${unsure}${drift}${next}`;
    case 'inside':
      return inline`${name}: ${verb} inside ${commit(deployed.sha, context)}${found(one, context)}${unsure}${drift}${next}`;
    case 'no':
      return inline`${name}: ${past(one, context)}${drift}${next}`;
    case 'unknown':
      return inline`${name}: ${verb} ${commit(deployed.sha, context)}; git could not say whether that contains it${drift}${next}`;
    default:
      return runs satisfies never;
  }
}

/**
 * Prepares the commit for the lowest environment that would take it and does not have it; null: none would. There the
 * dialog begins.
 */
function prepareButton({ sha, environments, now }: WhereView): ButtonSpec | null {
  const place = environments.find(({ here, runs }, index) => {
    const order = environments[index - 1]?.acceptance ?? null;
    const isThere = runs === 'same' || runs === 'inside';
    const wanted = { sha, kind: 'promotion', isBehind: isThere } as const;
    const facts = { environment: here.environment, policy: here.policy, now, order, acceptances: [] };
    return !isThere && prepareRefusal(facts, wanted, null) === null;
  });
  if (!place) return null;
  const { id } = place.here.environment;
  return {
    label: 'Prepare…',
    action: 'prepare',
    value: { environment: id, sha },
    says: `Prepare ${shortSha(sha)} for ${id}`,
  };
}

/** `/release where COMMIT`: how far the commit got in every environment, by itself or inside a later commit. */
export function whereMessage(view: WhereView): Message {
  const { sha, commit: found } = view;
  const who = found
    ? inline` ${subjectWords(found, view, new Set())} · ${foreign(found.author, 30)}, ${sinceDay(found.at, view.now)}`
    : NOTHING;
  const title = inline`${commit(sha, view)}${who} · ${built(view)}`;
  const all = view.environments.slice(0, SHOWN).map((one) => standing(one, view));
  const entries = fitting(all.map(richLine));
  const offer = prepareButton(view);
  const hidden = view.environments.length - entries.length;
  const more =
    hidden > 0 ? [richLine(inline`+${hidden} more: ${code(`/release status ${view.product}`)}`)] : [];
  return {
    text: fallback(`${plain(title)}: ${plain(join(all, '; '))}`),
    blocks: [richText([richLine(title), bullets([...entries, ...more])]), ...actions(offer ? [offer] : [])],
  };
}

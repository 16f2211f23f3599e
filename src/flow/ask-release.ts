import { isTaken } from '../chat/advice.ts';
import type { Asked } from '../chat/asked.ts';
import { awaiting } from '../chat/offers.ts';
import type { Problem } from '../chat/problems.ts';
import type { ReleaseVerb } from '../chat/verbs.ts';
import type { EnvironmentView } from '../chat/view.ts';
import { environmentId } from '../domain/names.ts';
import type { Person } from '../domain/people.ts';
import { factsOf } from './advice-facts.ts';
import { findCommit, namedAmong } from './commit.ts';
import type { ChatParts } from './parts.ts';
import { barredBefore } from './people.ts';
import { environmentView } from './views.ts';

export type ReleaseAsked = Extract<Asked, { kind: ReleaseVerb }>;

export type Which = { kind: 'found'; release: number } | { kind: 'problem'; problem: Problem };

/** The release that is meant: by its number, by its commit, or the only one that awaits the verb. */
export async function whichRelease(parts: ChatParts, by: Person, asked: ReleaseAsked): Promise<Which> {
  const { kind: verb, release, reason } = asked;
  if (release !== null && asked.commit === undefined) return { kind: 'found', release };
  const here = await environmentView(parts, environmentId(asked.product, asked.environment));
  const all = awaiting(verb, here).filter(({ number }) => release === null || number === release);
  const shas = all.map(({ sha }) => sha);
  const meant = asked.commit === undefined ? shas : namedAmong(parts, asked.product, asked.commit, shas);
  const releases = all.filter(({ sha }) => meant.includes(sha));
  const [only] = releases;
  if (!only) return { kind: 'problem', problem: await noneOf(parts, by, asked, here) };
  if (releases.length === 1) return { kind: 'found', release: only.number };
  return { kind: 'problem', problem: { kind: 'twoAwait', verb, here, releases, reason } };
}

/** Which commit it is, is looked for only for those who may prepare it. */
async function noneOf(
  parts: ChatParts,
  by: Person,
  asked: ReleaseAsked,
  here: EnvironmentView,
): Promise<Problem> {
  const { kind: verb, product, commit } = asked;
  const none = { kind: 'noneAwaits', verb, here } as const;
  if (commit === undefined || (await barredBefore(parts, here.policy, 'prepare', by)) !== null) return none;
  const found = await findCommit(parts, product, commit, asked);
  if (found.kind === 'problem') return found.problem;
  const { sha } = found;
  const surroundings = { now: parts.now(), names: {}, commitUrl: null, cards: {} };
  const about = { here, facts: await factsOf(parts, here, sha), surroundings };
  const mayFollow = verb === 'deploy' || verb === 'approve';
  const prepare = mayFollow && isTaken(about, { type: 'prepare', sha, ref: null, note: null });
  return { kind: 'noneAwaitsOf', verb, here, sha, prepare };
}

import type { ReleaseVerb } from '../../../domain/eligibility/release.ts';
import { releaseId, releaseName, shortSha } from '../../../domain/ids.ts';
import { actions, type ButtonSpec, paragraph } from '../../blocks/blocks.ts';
import type { Problem } from '../../command/problem.ts';
import type { Request } from '../../command/request.ts';
import { commandText } from '../../command/request-text.ts';
import { continuousRefusalText } from '../../refusals/environment.ts';
import { statusOf } from '../../refusals/refusal-text.ts';
import { fallback, line, plural } from '../../text/clean.ts';
import { code, foreign, type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, releaseRef } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import { time } from '../../text/times.ts';
import type { EnvironmentView, Message, RenderContext } from '../../view-model.ts';
import { howToType } from './give-reason.ts';
import { ofGrammar, type ProblemText, typed } from './parse-problem.ts';

export type { Problem } from '../../command/problem.ts';

/** Most buttons of one answer. */
const CHOICES = 5;

function withCommit(asked: Request, name: string): string | null {
  return 'commit' in asked && asked.kind !== 'promote' ? commandText({ ...asked, commit: name }) : null;
}

const AWAITS: Record<ReleaseVerb, string> = {
  approve: 'waits for approvals',
  reject: 'waits for approvals or its deploy',
  deploy: 'is approved and waits for its deploy',
  accept: 'waits to be accepted',
  fail: 'is in testing',
  cancel: 'waits or runs',
  retry: 'can be retried',
  override: 'is held back by a freeze',
};

/** What is there instead: the waiting releases and what the environment runs. */
function whatIsThere({ environment, policy }: EnvironmentView, context: RenderContext): Inline {
  const where = { environment, policy };
  const open = environment.open.slice(-3).map((release) => {
    const sha = commit(release.sha, context);
    return inline`${sha} is ${statusOf(release, where, context)}`;
  });
  const runs = environment.deployed
    ? inline`${policy.name} runs ${commit(environment.deployed.sha, context)}.`
    : inline`Nothing runs in ${policy.name} yet.`;
  return open.length > 0 ? inline`${join(open, '; ')}. ${runs}` : inline`Nothing waits there. ${runs}`;
}

function problemText(problem: Problem, context: RenderContext): ProblemText {
  switch (problem.kind) {
    case 'ambiguousCommit':
      return {
        not: inline`${typed(problem.typed)} matches ${plural(problem.total, 'commit')}.`,
        next: inline`Choose one, or type more of it.`,
        choices: problem.candidates.flatMap(({ sha, subject }) => {
          const command = withCommit(problem.asked, sha);
          return command ? [{ label: `${shortSha(sha)} ${subject}`, command }] : [];
        }),
      };
    case 'unknownCommit': {
      const fetched = problem.fetchedAt === null ? NOTHING : inline` (fetched ${time(problem.fetchedAt)})`;
      const [best] = problem.suggestions;
      const meant = best
        ? inline`Did you mean the ${best.what} ${foreign(best.ref, 100)}?`
        : inline`Push it first, or check its name.`;
      return {
        not: inline`no commit, tag or branch ${typed(problem.typed)} in ${problem.product}${fetched}.`,
        next: meant,
        choices: problem.suggestions.flatMap(({ ref }) => {
          const command = withCommit(problem.asked, ref);
          return command ? [{ label: ref, command }] : [];
        }),
      };
    }
    case 'twoCommits':
      return {
        not: inline`${typed(problem.typed)} compares two commits.`,
        next: inline`Nothing was changed. Choose one.`,
        choices: problem.commits.flatMap((name) => {
          const command = withCommit(problem.asked, name);
          return command ? [{ label: name, command }] : [];
        }),
      };
    case 'noCommitPage':
      return {
        not: inline`${typed(problem.typed)} is not a link to a commit, tag or branch.`,
        next: inline`Nothing was changed. Paste the link of one commit of ${problem.product}, or its SHA.`,
      };
    case 'otherRepository':
      return {
        not: inline`that belongs to ${foreign(problem.theirs, 100)}, but ${problem.product} is released from ${foreign(problem.ours, 100)}.`,
        next: inline`Nothing was changed. Name a commit, tag or branch of ${problem.product}.`,
      };
    case 'invalidCommit':
      return {
        not: inline`${typed(problem.typed)} cannot be the name of a commit.`,
        next: inline`Nothing was changed. Name a full or short SHA, a tag or a branch.`,
      };
    case 'nothingAccepted': {
      const { here, below } = problem;
      if (here.policy.mode === 'continuous') return continuousRefusalText({ here, context });
      if (!below) {
        const next = inline`Name a commit: ${code(`/release prepare ${here.environment.id} COMMIT`)}`;
        return {
          not: inline`there is no environment below ${here.policy.name} to take a commit from.`,
          next,
        };
      }
      return {
        not: inline`nothing is accepted in ${below.policy.name} yet.`,
        next: inline`${whatIsThere(below, context)} Once something is accepted there, it can go to ${here.policy.name}.`,
      };
    }
    case 'nothingAbove':
      return {
        not: inline`${problem.environment} is the topmost environment of ${problem.product}.`,
        next:
          problem.from === null
            ? inline`Nothing was changed. promote takes the environment to promote FROM.`
            : inline`Nothing was changed. promote takes the environment to promote FROM: ${code(`/release promote ${problem.product}/${problem.from}`)}`,
      };
    case 'newerAccepted': {
      const { here, above, sha, newer } = problem;
      const { product, name } = here.policy;
      const prepare = (one: string) =>
        commandText({ kind: 'prepare', product, environment: above, commit: one, note: null });
      return {
        not: inline`${commit(newer, context)} was accepted in ${name} after ${commit(sha, context)}.`,
        next: inline`Nothing was changed. Promote the newer one, or this one all the same.`,
        choices: [newer, sha].map((one) => ({ label: shortSha(one), command: prepare(one) })),
      };
    }
    case 'promotedElsewhere': {
      const { here, to, above, sha } = problem;
      const { product, name } = here.policy;
      const not = inline`${name} is no longer promoted to ${to}: the configuration has changed since this card was posted.`;
      if (above === null) return { not, next: inline`Nothing was prepared. No environment is now above it.` };
      return {
        not,
        next: inline`Nothing was prepared. The environment above it is now ${above}.`,
        choices: [
          {
            label: `Prepare for ${line(above, 24)}`,
            command: commandText({ kind: 'prepare', product, environment: above, commit: sha, note: null }),
          },
        ],
      };
    }
    case 'twoAwait': {
      const { here, releases, verb, reason } = problem;
      const refs = releases
        .slice(0, CHOICES)
        .map((one) => inline`${releaseRef(here.policy, one.number, context)}`);
      const { product, name } = here.policy;
      return {
        not: inline`${plural(releases.length, 'release')} match: ${join(refs, ', ')}.`,
        next: inline`Nothing was changed. Choose one.`,
        choices: releases.map((one) => ({
          label: `${releaseName(name, one.number)} ${shortSha(one.sha)}`,
          command: commandText({ kind: verb, product, environment: name, release: one.number, reason }),
          says: `${verb} ${releaseId(here.environment.id, one.number)}`,
        })),
      };
    }
    case 'noneAwaits':
      return {
        not: inline`no release in ${problem.here.environment.id} ${AWAITS[problem.verb]}.`,
        next: inline`${whatIsThere(problem.here, context)} More: ${code(`/release status ${problem.here.environment.id}`)}`,
      };
    case 'noneAwaitsOf': {
      const { here, verb, sha, prepare } = problem;
      const { product, name } = here.policy;
      const command = commandText({ kind: 'prepare', product, environment: name, commit: sha, note: null });
      return {
        not: inline`no release of ${commit(sha, context)} in ${here.environment.id} ${AWAITS[verb]}.`,
        next: inline`Nothing was changed. ${whatIsThere(here, context)}`,
        choices: prepare ? [{ label: `Prepare ${shortSha(sha)} for ${line(name, 24)}`, command }] : [],
      };
    }
    case 'endPassed':
      return {
        not: inline`${typed(problem.typed)} has already passed, by the clock of ${line(problem.zone, 60)}.`,
        next: inline`Nothing was changed. Choose a later end, such as ${code('until tomorrow 09:00')}.`,
      };
    case 'reasonMissing': {
      const { asked } = problem;
      return {
        not: inline`${asked.kind} needs a reason.`,
        next: inline`Nothing was changed. Write it at the end: ${howToType(asked)}`,
      };
    }
    default:
      return ofGrammar(problem);
  }
}

/** A refusal of what was typed, with buttons that run what was probably meant. */
export function problemMessage(problem: Problem, context: RenderContext): Message {
  const { not, next, choices = [] } = problemText(problem, context);
  const first = inline`Refused: ${not}`;
  const buttons = choices.slice(0, CHOICES).map(
    ({ label, command, says }): ButtonSpec => ({
      label: line(label, 60),
      action: 'choose',
      value: { environment: '', command },
      says: says ?? `Run /release ${command}`,
    }),
  );
  return {
    text: fallback(`${plain(first)} ${plain(next)}`),
    blocks: [paragraph(inline`${first}\n${next}`), ...actions(buttons)],
  };
}

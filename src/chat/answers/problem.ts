import { actions, type ButtonSpec, paragraph } from '../blocks/blocks.ts';
import type { Problem } from '../command/problem.ts';
import type { Asked } from '../command/request.ts';
import { commandText } from '../command/request-text.ts';
import { continuousNo } from '../refusals/continuous.ts';
import { statusOf } from '../refusals/refusal-text.ts';
import { fallback, line, many } from '../text/clean.ts';
import {
  code,
  commit,
  foreign,
  foreignCode,
  join,
  NOTHING,
  plain,
  releaseRef,
  say,
  time,
  type Words,
} from '../text/inline.ts';
import type { ReleaseVerb } from '../verbs.ts';
import type { EnvironmentView, Said, Surroundings } from '../view-model.ts';
import { ofGrammar, type Told, typed } from './parse-problem.ts';

export type { Problem } from '../command/problem.ts';

/** A button each for at most five answers. */
const CHOICES = 5;

function withCommit(asked: Asked, name: string): string | null {
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
  override: 'waits and is held by freezes',
};

/** What is there instead of what was looked for. */
function whatIsThere({ environment, policy }: EnvironmentView, around: Surroundings): Words {
  const where = { environment, policy };
  const open = environment.open.slice(-3).map((release) => {
    const sha = commit(release.sha, around);
    return say`${sha} is ${statusOf(release, where, around)}`;
  });
  const runs = environment.deployed
    ? say`${policy.name} runs ${commit(environment.deployed.sha, around)}.`
    : say`Nothing runs in ${policy.name} yet.`;
  return open.length > 0 ? say`${join(open, '; ')}. ${runs}` : say`Nothing waits there. ${runs}`;
}

function tell(problem: Problem, around: Surroundings): Told {
  switch (problem.kind) {
    case 'ambiguousCommit':
      return {
        not: say`${typed(problem.typed)} fits ${many(problem.total, 'commit')}.`,
        next: say`Choose one, or type more of it.`,
        choices: problem.candidates.flatMap(({ sha, subject }) => {
          const command = withCommit(problem.asked, sha);
          return command ? [{ label: `${sha.slice(0, 7)} ${subject}`, command }] : [];
        }),
      };
    case 'unknownCommit': {
      const fetched = problem.fetchedAt === null ? NOTHING : say` (fetched ${time(problem.fetchedAt)})`;
      const [best] = problem.suggestions;
      const meant = best
        ? say`Did you mean the ${best.what} ${foreign(best.ref, 100)}?`
        : say`Push it first, or check its name.`;
      return {
        not: say`no commit, tag or branch ${typed(problem.typed)} in ${problem.product}${fetched}.`,
        next: meant,
        choices: problem.suggestions.flatMap(({ ref }) => {
          const command = withCommit(problem.asked, ref);
          return command ? [{ label: ref, command }] : [];
        }),
      };
    }
    case 'twoCommits':
      return {
        not: say`${typed(problem.typed)} compares two commits.`,
        next: say`Nothing was changed. Choose one.`,
        choices: problem.commits.flatMap((name) => {
          const command = withCommit(problem.asked, name);
          return command ? [{ label: name, command }] : [];
        }),
      };
    case 'noCommitPage':
      return {
        not: say`${typed(problem.typed)} is no link to a commit, tag or branch.`,
        next: say`Nothing was changed. Paste the link of one commit of ${problem.product}, or its SHA.`,
      };
    case 'otherRepository':
      return {
        not: say`that is of ${foreign(problem.theirs, 100)}, and ${problem.product} is released from ${foreign(problem.ours, 100)}.`,
        next: say`Nothing was changed. Name a commit, tag or branch of ${problem.product}.`,
      };
    case 'invalidCommit':
      return {
        not: say`${typed(problem.typed)} cannot be the name of a commit.`,
        next: say`Nothing was changed. Name a full or short SHA, a tag or a branch.`,
      };
    case 'nothingAccepted': {
      const { here, below } = problem;
      if (here.policy.mode === 'continuous') return continuousNo({ here, surroundings: around });
      if (!below) {
        const next = say`Name a commit: ${code(`/release prepare ${here.environment.id} COMMIT`)}`;
        return { not: say`there is no environment below ${here.policy.name} to take a commit from.`, next };
      }
      return {
        not: say`nothing is accepted in ${below.policy.name} yet.`,
        next: say`${whatIsThere(below, around)} Once something is accepted there, it can go to ${here.policy.name}.`,
      };
    }
    case 'nothingAbove':
      return {
        not: say`${problem.environment} is the topmost environment of ${problem.product}.`,
        next: say`promote names the environment FROM which to promote: ${code(`/release promote ${problem.environments.at(-2) ?? 'ENVIRONMENT'}`)}`,
      };
    case 'newerAccepted': {
      const { here, above, sha, newer } = problem;
      const { product, name } = here.policy;
      const prepare = (one: string) =>
        commandText({ kind: 'prepare', product, environment: above, commit: one, note: null });
      return {
        not: say`${commit(newer, around)} was accepted in ${name} after ${commit(sha, around)}.`,
        next: say`Nothing was changed. Promote the newer one, or this one all the same.`,
        choices: [newer, sha].map((one) => ({ label: one.slice(0, 7), command: prepare(one) })),
      };
    }
    case 'promotedElsewhere': {
      const { here, to, above, sha } = problem;
      const { product, name } = here.policy;
      const not = say`${name} is not promoted to ${to} any more: the configuration changed since this was drawn.`;
      if (above === null) return { not, next: say`Nothing was prepared. No environment is above it now.` };
      return {
        not,
        next: say`Nothing was prepared. The environment above it is ${above} now.`,
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
        .map((one) => say`${releaseRef(here.policy, one.number, around)}`);
      const { product, name } = here.policy;
      return {
        not: say`${many(releases.length, 'release')} could be meant: ${join(refs, ', ')}.`,
        next: say`Nothing was changed. Choose one.`,
        choices: releases.map((one) => ({
          label: `${name}#${one.number} ${one.sha.slice(0, 7)}`,
          command: commandText({ kind: verb, product, environment: name, release: one.number, reason }),
          says: `${verb} ${here.environment.id}#${one.number}`,
        })),
      };
    }
    case 'noneAwaits':
      return {
        not: say`no release in ${problem.here.environment.id} ${AWAITS[problem.verb]}.`,
        next: say`${whatIsThere(problem.here, around)} More: ${code(`/release status ${problem.here.environment.id}`)}`,
      };
    case 'noneAwaitsOf': {
      const { here, verb, sha, prepare } = problem;
      const { product, name } = here.policy;
      const command = commandText({ kind: 'prepare', product, environment: name, commit: sha, note: null });
      return {
        not: say`no release of ${commit(sha, around)} in ${here.environment.id} ${AWAITS[verb]}.`,
        next: say`Nothing was changed. ${whatIsThere(here, around)}`,
        choices: prepare ? [{ label: `Prepare ${sha.slice(0, 7)} for ${line(name, 24)}`, command }] : [],
      };
    }
    case 'endPassed':
      return {
        not: say`until ${typed(problem.typed)} is over, by the clock of ${line(problem.zone, 60)}.`,
        next: say`Nothing was changed. Say a later end, as in ${code('until tomorrow 09:00')}.`,
      };
    case 'reasonMissing': {
      const { asked } = problem;
      // How long comes after the reason.
      const { until: _, ...endless } =
        'forMs' in asked ? { ...asked, forMs: null } : { ...asked, until: undefined };
      return {
        not: say`${asked.kind} needs a reason.`,
        next: say`Nothing was changed. Write it at the end: ${foreignCode(`/release ${commandText(endless)} the reason`, 200)}`,
      };
    }
    default:
      return ofGrammar(problem);
  }
}

/** A refusal of what was typed, with buttons that run what was probably meant. */
export function problemMessage(problem: Problem, surroundings: Surroundings): Said {
  const { not, next, choices = [] } = tell(problem, surroundings);
  const first = say`Refused: ${not}`;
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
    blocks: [paragraph(say`${first}\n${next}`), ...actions(buttons)],
  };
}

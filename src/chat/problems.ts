import { LONGEST_LOCK_MS } from '../domain/lock.ts';
import { type Asked, commandText, type GrammarProblem } from './asked.ts';
import { actions, type ButtonSpec, paragraph } from './blocks.ts';
import { statusOf } from './no.ts';
import { continuousNo } from './no-continuous.ts';
import type { Problem } from './problem.ts';
import { fallback, line, listed, many } from './text.ts';
import type { ReleaseVerb } from './verbs.ts';
import type { EnvironmentView, Said, Surroundings } from './view.ts';
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
} from './words.ts';

export type { Problem } from './problem.ts';

interface Told {
  not: Words;
  next: Words;
  choices?: { label: string; command: string; says?: string }[];
}

/** A button each for at most five answers. */
const CHOICES = 5;

/** What was typed, as its writer sees it. */
function typed(text: string): Words {
  return say`${{ kind: 'foreign', text: `"${line(text, 80)}"` }}`;
}

function didYouMean(suggestion: string | null, command: string | null): Words {
  if (suggestion === null || command === null) return NOTHING;
  return say` Did you mean ${foreignCode(`/release ${command}`, 120)}?`;
}

function choice(label: string | null, command: string | null): NonNullable<Told['choices']> {
  return label === null || command === null ? [] : [{ label, command }];
}

function withCommit(asked: Asked, name: string): string | null {
  return 'commit' in asked && asked.kind !== 'promote'
    ? commandText({ ...asked, commit: name } as Asked)
    : null;
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

function ofGrammar(problem: GrammarProblem): Told {
  switch (problem.kind) {
    case 'unknownVerb':
      return {
        not: say`there is no command ${typed(problem.typed)}.`,
        next: say`Nothing was changed.${didYouMean(problem.suggestion, problem.command)} All commands: ${code('/release help')}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'noProduct':
      return {
        not: say`there is no product ${typed(problem.typed)}.`,
        next: say`There ${problem.products.length === 1 ? 'is' : 'are'} ${some(problem.products)}.${didYouMean(problem.suggestion, problem.command)}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'noEnvironment':
      return {
        not: say`${line(problem.product, 60)} has no environment ${typed(problem.typed)}.`,
        next: say`It has ${some(problem.environments)}.${didYouMean(problem.suggestion, problem.command)}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'whichProduct':
      return {
        not: say`this could be ${some(problem.products, 'or')}.`,
        next: say`Choose one, or write the product before the environment: PRODUCT/ENVIRONMENT.`,
        choices: problem.commands.map(({ product, command }) => ({ label: product, command })),
      };
    case 'missingEnvironment':
      return {
        not: say`${problem.verb} needs an environment.`,
        next: say`Nothing was changed. For example: ${code(`/release ${problem.example}`)}`,
      };
    case 'missingCommit':
      return {
        not: say`${problem.verb} needs a commit.`,
        next: say`Nothing was changed. For example: ${code(`/release ${problem.example}`)}`,
      };
    case 'badRelease':
      return {
        not: say`${typed(problem.typed)} names no release.`,
        next: say`Write environment and number: ${code(`/release ${problem.example}`)}`,
      };
    case 'commitNotTaken': {
      const meant = problem.command && say` Did you mean ${foreignCode(`/release ${problem.command}`, 120)}?`;
      return {
        not: say`${problem.verb} takes an environment, not the commit ${typed(problem.typed)}.`,
        next: say`Nothing was changed.${meant ?? NOTHING}`,
        choices: choice(problem.command && line(problem.command, 60), problem.command),
      };
    }
    case 'placeLater':
      return {
        not: say`${problem.verb} takes the environment first, and ${typed(problem.typed)} is none.`,
        next: say`Nothing was changed. Did you mean ${foreignCode(`/release ${problem.command}`, 120)}?`,
        choices: choice(line(problem.command, 60), problem.command),
      };
    case 'commitOrReason':
      return {
        not: say`${typed(problem.typed)} may be a commit, or a part of the reason.`,
        next: say`Nothing was changed. Choose one, or write a commit as ${code('to:NAME')} before the reason.`,
        choices: problem.commands,
      };
    case 'unclearEnd':
      return {
        not: say`it is not clear whether ${typed(problem.typed)} says when the lock ends.`,
        next: say`Nothing was changed. Choose one, or write ${code('for 2h')}, ${code('until 17:00')} or ${code('until Fri 16:00')} at the end.`,
        choices: problem.commands,
      };
    case 'endTooFar':
      return {
        not: say`${typed(problem.typed)} is too far away: a lock ends within ${LONGEST_LOCK_MS / 86_400_000} days, or not by itself.`,
        next: say`Nothing was changed. Say a nearer end, or lock it without one.`,
        choices: choice('Lock without end', problem.command),
      };
    case 'noReleaseHere':
      return {
        not: say`${problem.verb} takes an environment, not the release ${typed(problem.typed)}.`,
        next: say`Nothing was changed.${didYouMean(problem.typed, problem.command)}`,
      };
    default:
      return problem satisfies never;
  }
}

/** Names from the configuration, cut where there are many. */
function some(all: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = all.slice(0, 12).map((name) => line(name, 60));
  return all.length > shown.length
    ? `${shown.join(', ')} and ${all.length - shown.length} more`
    : listed(shown, word);
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
      const bare = endless as Asked;
      return {
        not: say`${asked.kind} needs a reason.`,
        next: say`Nothing was changed. Write it at the end: ${foreignCode(`/release ${commandText(bare)} the reason`, 200)}`,
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

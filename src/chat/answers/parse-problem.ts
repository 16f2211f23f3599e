import { LONGEST_LOCK_MS } from '../../domain/documents/lock.ts';
import type { GrammarProblem } from '../command/request.ts';
import { line, listed } from '../text/clean.ts';
import { code, foreignCode, NOTHING, say, type Words } from '../text/inline.ts';

/** The two lines of an answer, and what can be chosen in its place. */
export interface Told {
  not: Words;
  next: Words;
  choices?: { label: string; command: string; says?: string }[];
}

/** What was typed, as its writer sees it. */
export function typed(text: string): Words {
  return say`${{ kind: 'foreign', text: `"${line(text, 80)}"` }}`;
}

function didYouMean(suggestion: string | null, command: string | null): Words {
  if (suggestion === null || command === null) return NOTHING;
  return say` Did you mean ${foreignCode(`/release ${command}`, 120)}?`;
}

function choice(label: string | null, command: string | null): NonNullable<Told['choices']> {
  return label === null || command === null ? [] : [{ label, command }];
}

/** Why a text is no command, and what was probably meant. */
export function ofGrammar(problem: GrammarProblem): Told {
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
    case 'whichEnvironment':
      return {
        not: say`${problem.verb} needs an environment too.`,
        next: say`Nothing was changed. Choose one.`,
        choices: problem.commands,
      };
    case 'notAbove':
      return {
        not: say`${problem.to} is not the environment above ${problem.from}: ${problem.above ?? 'none'} is.`,
        next: say`Nothing was changed. promote names the environment FROM which to promote.`,
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

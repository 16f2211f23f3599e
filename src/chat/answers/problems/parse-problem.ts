import { LONGEST_LOCK_MS } from '../../../domain/documents/values/lock.ts';
import type { GrammarProblem } from '../../command/request.ts';
import { line, listed } from '../../text/clean.ts';
import { code, foreignCode, type Inline, inline, NOTHING } from '../../text/inline.ts';

/** The two lines of a refusal of typed text, and the commands offered instead. */
export interface ProblemText {
  not: Inline;
  next: Inline;
  choices?: { label: string; command: string; says?: string }[];
}

/** The typed text as it is quoted back. */
export function typed(text: string): Inline {
  return inline`${{ kind: 'foreign', text: `"${line(text, 80)}"` }}`;
}

function didYouMean(suggestion: string | null, command: string | null): Inline {
  if (suggestion === null || command === null) return NOTHING;
  return inline` Did you mean ${foreignCode(`/release ${command}`, 120)}?`;
}

function choice(label: string | null, command: string | null): NonNullable<ProblemText['choices']> {
  return label === null || command === null ? [] : [{ label, command }];
}

/** Why a text is not a valid command, and what was probably meant. */
export function ofGrammar(problem: GrammarProblem): ProblemText {
  switch (problem.kind) {
    case 'unknownVerb':
      return {
        not: inline`there is no command ${typed(problem.typed)}.`,
        next: inline`Nothing was changed.${didYouMean(problem.suggestion, problem.command)} All commands: ${code('/release help')}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'noProduct':
      return {
        not: inline`there is no product ${typed(problem.typed)}.`,
        next: inline`${problem.products.length === 1 ? 'The only product is' : 'The products are'} ${some(problem.products)}.${didYouMean(problem.suggestion, problem.command)}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'noEnvironment':
      return {
        not: inline`${line(problem.product, 60)} has no environment ${typed(problem.typed)}.`,
        next: inline`It has ${some(problem.environments)}.${didYouMean(problem.suggestion, problem.command)}`,
        choices: choice(problem.suggestion, problem.command),
      };
    case 'whichProduct':
      return {
        not: inline`this could be ${some(problem.products, 'or')}.`,
        next: inline`Choose one, or write the product before the environment: PRODUCT/ENVIRONMENT.`,
        choices: problem.commands.map(({ product, command }) => ({ label: product, command })),
      };
    case 'placeOrReason':
      return {
        not: inline`${typed(problem.typed)} may name the environment or begin the reason.`,
        next: inline`Nothing was changed. Choose one.`,
        choices: problem.commands,
      };
    case 'onlyTalk':
      return {
        not: inline`that reads like talk rather than a command.`,
        next: inline`Nothing was changed. If you mean it: ${foreignCode(`/release ${problem.command}`, 200)}`,
        choices: choice(problem.verb, problem.command),
      };
    case 'missingEnvironment':
      return {
        not: inline`${problem.verb} needs an environment.`,
        next: inline`Nothing was changed. For example: ${code(`/release ${problem.example}`)}`,
      };
    case 'missingCommit':
      return {
        not: inline`${problem.verb} needs a commit.`,
        next: inline`Nothing was changed. For example: ${code(`/release ${problem.example}`)}`,
      };
    case 'badRelease':
      return {
        not: inline`${typed(problem.typed)} is not a release.`,
        next: inline`Write environment and number: ${code(`/release ${problem.example}`)}`,
      };
    case 'commitNotTaken': {
      const meant =
        problem.command && inline` Did you mean ${foreignCode(`/release ${problem.command}`, 120)}?`;
      return {
        not: inline`${problem.verb} takes an environment, not the commit ${typed(problem.typed)}.`,
        next: inline`Nothing was changed.${meant ?? NOTHING}`,
        choices: choice(problem.command && line(problem.command, 60), problem.command),
      };
    }
    case 'placeLater':
      return {
        not: inline`${problem.verb} takes the environment first, and ${typed(problem.typed)} is not one.`,
        next: inline`Nothing was changed. Did you mean ${foreignCode(`/release ${problem.command}`, 120)}?`,
        choices: choice(line(problem.command, 60), problem.command),
      };
    case 'commitOrReason':
      return {
        not: inline`${typed(problem.typed)} may be a commit or part of the reason.`,
        next: inline`Nothing was changed. Choose one, or write a commit as ${code('to:NAME')} before the reason.`,
        choices: problem.commands,
      };
    case 'numberOrReason':
      return {
        not: inline`${typed(problem.typed)} may be the number of a release or part of the reason.`,
        next: inline`Nothing was changed. Choose one, or write environment and number together: ${code('prod#42')}`,
        choices: problem.commands,
      };
    case 'whichEnvironment':
      return {
        not: inline`${problem.verb} needs an environment too.`,
        next: inline`Nothing was changed. Choose one.`,
        choices: problem.commands,
      };
    case 'notAbove':
      return {
        not: inline`${problem.to} is not the environment above ${problem.from}: ${problem.above ? `that is ${problem.above}` : 'there is none'}.`,
        next: inline`Nothing was changed. promote takes the environment to promote FROM.`,
      };
    case 'unclearEnd':
      return {
        not: inline`it is not clear whether ${typed(problem.typed)} says when the lock ends.`,
        next: inline`Nothing was changed. Choose one, or write ${code('for 2h')}, ${code('until 17:00')} or ${code('until Fri 16:00')} at the end.`,
        choices: problem.commands,
      };
    case 'endTooFar':
      return {
        not: inline`${typed(problem.typed)} is too far away: a lock lasts at most ${LONGEST_LOCK_MS / 86_400_000} days, or until somebody unlocks it.`,
        next: inline`Nothing was changed. Choose an earlier end, or lock it without one.`,
        choices: choice('Lock without end', problem.command),
      };
    case 'noReleaseHere':
      return {
        not: inline`${problem.verb} takes an environment, not the release ${typed(problem.typed)}.`,
        next: inline`Nothing was changed.${didYouMean(problem.typed, problem.command)}`,
      };
    default:
      return problem satisfies never;
  }
}

/** Names from the configuration; a long list is cut. */
function some(all: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = all.slice(0, 12).map((name) => line(name, 60));
  return all.length > shown.length
    ? `${shown.join(', ')} and ${all.length - shown.length} more`
    : listed(shown, word);
}

import { plainAddress } from '../../git/names/repository-url.ts';
import { parseConfiguration } from '../configuration/load.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';
import type { Commands } from './suggest.ts';
import { type Answers, configurationText, productOf } from './text.ts';

/** One of the five questions. */
export interface Question {
  of: keyof Answers;
  /** What is asked, without what an empty answer means. */
  asks: string;
  /** The answer as it is kept. */
  read(typed: string): Answers[keyof Answers];
}

const trimmed = (typed: string) => typed.trim();

export const QUESTIONS: readonly Question[] = [
  // A login in it would stand in the file, readable for everybody.
  {
    of: 'repository',
    asks: 'Which repository? Its address for git',
    read: (typed) => plainAddress(typed.trim()),
  },
  {
    of: 'channel',
    asks: 'Which channel of Slack?',
    // People type the name alone; an id is in capitals.
    read: (typed) => typed.trim().replace(/^(?=[^#A-Z])/, '#'),
  },
  {
    of: 'environments',
    asks: 'Which environments? The lowest first; it takes each commit by itself, the others what people approve',
    read: (typed) => typed.split(/[\s,]+/).filter((name) => name !== ''),
  },
  { of: 'build', asks: 'Which command builds a commit?', read: trimmed },
  {
    of: 'deploy',
    asks: 'Which command deploys it? The variable SLIPWAY_ENVIRONMENT says where to',
    read: trimmed,
  },
];

/** Answers that are good, for those that are not given yet. */
const GOOD: Answers = {
  repository: 'https://github.com/acme/storefront.git',
  channel: '#storefront-releases',
  environments: ['integration', 'prod'],
  build: 'make',
  deploy: './deploy.sh',
};

/** What an empty answer means; null: there is none, it must be typed. */
export function usual(
  of: keyof Answers,
  given: Partial<Answers>,
  found: { origin: string | null } & Commands,
): string | null {
  switch (of) {
    case 'repository':
      return found.origin;
    case 'channel':
      return `#${productOf(given.repository ?? GOOD.repository)}-releases`;
    case 'environments':
      return 'integration, prod';
    case 'build':
      return found.build;
    case 'deploy':
      return found.deploy ?? './deploy.sh';
    default:
      return of satisfies never;
  }
}

/** What is wrong with an answer, in the words of the configuration. Empty: nothing. */
export function complaints(of: keyof Answers, given: Partial<Answers>): ConfigurationError[] {
  const answers = { ...GOOD, ...given };
  if (answers[of].length === 0) {
    const todo = of === 'environments' ? 'name at least one, as in integration, prod' : 'type it';
    return [{ path: of, what: 'nothing was given', todo }];
  }
  const text = configurationText(answers, { branch: null, test: null });
  const named = [...text.matchAll(/\benv:(\w+)/g)].map(([, name = '']) => [name, 'a-secret-that-is-set']);
  const variables: Record<string, string> = Object.fromEntries(named);
  const loaded = parseConfiguration(text, variables);
  return loaded.kind === 'ok' ? [] : loaded.errors;
}

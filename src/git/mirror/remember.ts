import type { Mirror } from './mirror.ts';

/** How many answers a mirror remembers: those of some hundred cards. */
const REMEMBERED = 2_000;

/**
 * A mirror that asks git only once for what can never change: how two commits stand to each other, what lies between
 * them, what a commit says. A commit that is not here yet, and failures, are not remembered.
 */
export function remembering(mirror: Mirror): Mirror {
  const answers = new Map<string, Promise<unknown>>();
  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = ask();
    answers.set(key, answer);
    const forget = () => answers.delete(key);
    answer.then((value) => value === null && forget(), forget);
    const oldest = answers.size > REMEMBERED ? answers.keys().next().value : undefined;
    if (oldest !== undefined) answers.delete(oldest);
    return answer;
  }
  return {
    ...mirror,
    relation: (a, b) => once(`relation ${a} ${b}`, () => mirror.relation(a, b)),
    commits: (from, to, limit) =>
      once(`commits ${from} ${to} ${limit}`, () => mirror.commits(from, to, limit)),
    commit: (sha) => once(`commit ${sha}`, () => mirror.commit(sha)),
  };
}

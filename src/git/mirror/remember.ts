import { LRUCache } from 'lru-cache';
import type { Mirror } from './types.ts';

/** Number of answers of each kind that a mirror remembers, enough for some hundred cards. */
const REMEMBERED = 1_000;

/**
 * Wraps a mirror so that git is asked only once for immutable answers: how two commits relate, the commits between
 * them, and the content of a commit. Failures and missing commits are not remembered.
 */
export function remembering(mirror: Mirror): Mirror {
  return {
    ...mirror,
    relation: once((a, b) => mirror.relation(a, b)),
    commits: once((from, to, limit) => mirror.commits(from, to, limit)),
    commit: once((sha) => mirror.commit(sha)),
    entries: once((sha, ...paths) => mirror.entries(sha, ...paths)),
  };
}

/** Callers with the same arguments share one answer, also while it is pending. */
function once<A extends (string | number | null)[], T>(
  ask: (...asked: A) => Promise<T>,
): (...asked: A) => Promise<T> {
  const answers = new LRUCache<string, Promise<T>>({ max: REMEMBERED });
  return (...asked) => {
    const key = JSON.stringify(asked);
    const known = answers.get(key);
    if (known) return known;
    const answer = ask(...asked);
    answers.set(key, answer);
    const forget = () => answers.delete(key);
    answer.then((value) => value === null && forget(), forget);
    return answer;
  };
}

import type { GitAnswer } from './git.ts';

export interface Commit {
  sha: string;
  /** First paragraph of its message, in one line. */
  subject: string;
  author: string;
  email: string;
  /** When it was committed. Milliseconds since the epoch. */
  at: number;
}

export interface Range {
  /** How many there are, shown or not. */
  count: number;
  /** Newest first, no more than asked for. */
  commits: Commit[];
  /** All who wrote some of them, the busiest first. */
  authors: string[];
}

/** Runs git in the mirror. */
export type Ask = (args: readonly string[], accept?: readonly number[], input?: string) => Promise<GitAnswer>;

const FORMAT = '--format=%H%x00%s%x00%an%x00%ae%x00%ct';

/** Commits in `to` that are not in `from`; `from` null: all of `to`. */
export async function readRange(ask: Ask, from: string | null, to: string, limit: number): Promise<Range> {
  const range = from === null ? [to] : [to, `^${from}`];
  const [counted, listed, summed] = await Promise.all([
    ask(['rev-list', '--count', ...range, '--']),
    limit <= 0 ? null : ask(['log', FORMAT, `--max-count=${Math.floor(limit)}`, ...range, '--']),
    ask(['shortlog', '--summary', '--numbered', ...range, '--']),
  ]);
  return {
    count: Number(counted.stdout.trim()),
    commits: listed === null ? [] : parseCommits(listed.stdout),
    authors: summed.stdout
      .split('\n')
      .map((line) => line.split('\t')[1] ?? '')
      .filter((name) => name !== ''),
  };
}

export async function readCommit(ask: Ask, sha: string): Promise<Commit | null> {
  const { stdout } = await ask(['log', FORMAT, '--max-count=1', sha, '--']);
  return parseCommits(stdout)[0] ?? null;
}

function parseCommits(text: string): Commit[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', subject = '', author = '', email = '', seconds = '0'] = line.split('\0');
      return { sha, subject, author, email, at: Number(seconds) * 1000 };
    });
}

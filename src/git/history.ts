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

const FORMAT = '--format=%H%x00%s%x00%an%x00%ae%x00%ct%x00%aN';

/** So many commits are read in one go, to be counted and summed up here; of a longer range git is asked for both. */
const READ_AT_ONCE = 500;

/** Commits in `to` that are not in `from`; `from` null: all of `to`. */
export async function readRange(ask: Ask, from: string | null, to: string, limit: number): Promise<Range> {
  const range = from === null ? [to] : [to, `^${from}`];
  const shown = Math.max(0, Math.floor(limit));
  const most = Math.max(READ_AT_ONCE, shown);
  const { stdout } = await ask(['log', FORMAT, `--max-count=${most + 1}`, ...range, '--']);
  const read = parseLog(stdout);
  const commits = read.slice(0, shown).map(({ commit }) => commit);
  if (read.length <= most) return { count: read.length, commits, authors: busiestFirst(read) };
  const [counted, summed] = await Promise.all([
    ask(['rev-list', '--count', ...range, '--']),
    ask(['shortlog', '--summary', '--numbered', ...range, '--']),
  ]);
  return {
    count: Number(counted.stdout.trim()),
    commits,
    authors: summed.stdout
      .split('\n')
      .map((line) => line.split('\t')[1] ?? '')
      .filter((name) => name !== ''),
  };
}

export async function readCommit(ask: Ask, sha: string): Promise<Commit | null> {
  const { stdout } = await ask(['log', FORMAT, '--max-count=1', sha, '--']);
  return parseLog(stdout)[0]?.commit ?? null;
}

interface Logged {
  commit: Commit;
  /** Its author by the name that the repository's `.mailmap` gives, as `shortlog` counts. */
  who: string;
}

function parseLog(text: string): Logged[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', subject = '', author = '', email = '', seconds = '0', who = ''] = line.split('\0');
      return { commit: { sha, subject, author, email, at: Number(seconds) * 1000 }, who };
    });
}

/** As `shortlog --numbered` sorts: those with as many commits by name. */
function busiestFirst(logged: readonly Logged[]): string[] {
  const counts = new Map<string, number>();
  for (const { who } of logged) counts.set(who, (counts.get(who) ?? 0) + 1);
  const byName = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return byName.sort(([, a], [, b]) => b - a).map(([who]) => who);
}

const CO_AUTHORS = '%(trailers:key=Co-authored-by,valueonly,separator=%x00)';

/**
 * E-mail addresses, in lower case, of all who wrote commits in `to` that are not in `from`: as written, as the `.mailmap` of
 * `to` gives them, and of those named as co-authors.
 */
export async function readAuthors(ask: Ask, from: string | null, to: string): Promise<Set<string>> {
  const range = from === null ? [to] : [to, `^${from}`];
  // A bare mirror has no branch of its own to read it from.
  const mailmap = ['-c', `mailmap.blob=${to}:.mailmap`];
  const { stdout } = await ask([...mailmap, 'log', `--format=%ae%x00%aE%x00${CO_AUTHORS}`, ...range, '--']);
  const written = stdout.split(/[\n\0]/).map((who) => /<([^<>]*)>\s*$/.exec(who)?.[1] ?? who);
  return new Set(written.map((email) => email.trim().toLowerCase()).filter((email) => email !== ''));
}

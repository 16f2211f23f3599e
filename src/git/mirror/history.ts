import type { GitAnswer } from '../commands/git.ts';

export interface Commit {
  sha: string;
  /** The first paragraph of its message, in one line. */
  subject: string;
  author: string;
  email: string;
  /** Commit time. Milliseconds since the epoch. */
  at: number;
}

/** The commits between two commits. */
export interface Range {
  /** Number of all commits in the range, including those not in `commits`. */
  count: number;
  /** Newest first, at most `limit`. */
  commits: Commit[];
  /** All authors of the range, most commits first. */
  authors: string[];
}

/** What a commit keeps at a path. */
export interface Entry {
  path: string;
  /** A commit: a submodule. */
  type: 'blob' | 'tree' | 'commit';
  /** The object's id. */
  sha: string;
}

/** Runs git in the mirror. */
export type Ask = (args: readonly string[], accept?: readonly number[], input?: string) => Promise<GitAnswer>;

/** How commits are printed for `parseCommits`. */
export const FORMAT = '--format=%H%x00%s%x00%an%x00%ae%x00%ct%x00%aN';

/** Ranges up to this size are read in one go, and counted and summarized here. For longer ones git does both. */
const READ_AT_ONCE = 500;

const ENTRY = /^\d+ (?<type>blob|tree|commit) (?<sha>\w+)\t(?<path>.+)$/s;

/** What the commit keeps at these paths; a path where nothing is is left out. */
export async function readEntries(ask: Ask, commit: string, paths: readonly string[]): Promise<Entry[]> {
  const { stdout } = await ask(['ls-tree', '-z', commit, '--', ...paths]);
  return stdout.split('\0').flatMap((line) => {
    const { type, sha, path } = ENTRY.exec(line)?.groups ?? {};
    const isKnown = type === 'blob' || type === 'tree' || type === 'commit';
    return isKnown && sha !== undefined && path !== undefined ? [{ path, type, sha }] : [];
  });
}

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

/** Throws `GitError` when the mirror does not have the commit. */
export async function readCommit(ask: Ask, sha: string): Promise<Commit | null> {
  const { stdout } = await ask(['log', FORMAT, '--max-count=1', sha, '--']);
  return parseLog(stdout)[0]?.commit ?? null;
}

/** In the order of `shas`. */
export async function readCommits(ask: Ask, shas: readonly string[]): Promise<Commit[]> {
  const { stdout } = await ask(['log', FORMAT, '--no-walk=unsorted', ...shas, '--']);
  return parseCommits(stdout);
}

interface Logged {
  commit: Commit;
  /** The author's name after the repository's `.mailmap`, as `shortlog` counts. */
  who: string;
}

/** Reads what git printed in `FORMAT`. */
export function parseCommits(text: string): Commit[] {
  return parseLog(text).map(({ commit }) => commit);
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

/** Sorted like `shortlog --numbered`: authors with equal counts by name. */
function busiestFirst(logged: readonly Logged[]): string[] {
  const counts = new Map<string, number>();
  for (const { who } of logged) counts.set(who, (counts.get(who) ?? 0) + 1);
  const byName = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return byName.sort(([, a], [, b]) => b - a).map(([who]) => who);
}

/** Names of the files that differ between two commits; of a renamed file both. */
export async function readChanged(ask: Ask, from: string, to: string): Promise<string[]> {
  const { stdout } = await ask(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to, '--']);
  return stdout.split('\0').filter((name) => name !== '');
}

/** E-mail addresses of authors, in lower case. An author without an address is represented by the text in its place. */
export interface Authors {
  /** As written and as mapped by the `.mailmap`. */
  addresses: ReadonlySet<string>;
  /** One identity for each author: the address that the `.mailmap` maps it to, otherwise the address as written. */
  counted: ReadonlySet<string>;
}

const CO_AUTHORS = '%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x00)';

/** Authors and co-authors of all commits in `to` that are not in `from`. Uses the `.mailmap` of `to`. */
export async function readAuthors(ask: Ask, from: string | null, to: string): Promise<Authors> {
  const range = from === null ? [to] : [to, `^${from}`];
  // A bare mirror has no working tree to read the `.mailmap` from.
  const mailmap = ['-c', `mailmap.blob=${to}:.mailmap`];
  const { stdout } = await ask([...mailmap, 'log', `--format=%ae%x00%aE%x00${CO_AUTHORS}`, ...range, '--']);
  const addresses = new Set<string>();
  const counted = new Set<string>();
  const named = new Set<string>();
  for (const line of stdout.replace(/\n$/, '').split('\n')) {
    if (line === '') continue;
    const [written = '', mapped = '', ...coAuthors] = line.split('\0');
    addresses.add(plain(written)).add(plain(mapped));
    counted.add(plain(mapped));
    for (const who of coAuthors) if (who.trim() !== '') named.add(who.trim());
  }
  for (const [written, mapped] of await mapCoAuthors(ask, mailmap, [...named])) {
    addresses.add(plain(written)).add(plain(mapped));
    counted.add(plain(mapped));
  }
  return { addresses, counted };
}

/** "Lin Lee <lin@example.com>" */
const CONTACT = /^[^<>]*<([^<>]*)>$/;

/** Pairs of addresses: as written and as mapped. Text that is not a contact maps to itself. */
async function mapCoAuthors(
  ask: Ask,
  mailmap: readonly string[],
  named: readonly string[],
): Promise<[string, string][]> {
  const contacts = named.filter((who) => CONTACT.test(who));
  const others = named.filter((who) => !CONTACT.test(who)).map((who): [string, string] => [who, who]);
  if (contacts.length === 0) return others;
  const { stdout } = await ask([...mailmap, 'check-mailmap', '--stdin'], [], `${contacts.join('\n')}\n`);
  const mapped = stdout.split('\n');
  const addressIn = (contact: string) => CONTACT.exec(contact.trim())?.[1] ?? contact;
  return [
    ...contacts.map((who, at): [string, string] => [addressIn(who), addressIn(mapped[at] ?? who)]),
    ...others,
  ];
}

function plain(address: string): string {
  return address.trim().toLowerCase();
}

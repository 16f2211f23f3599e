import type { GitAnswer } from '../commands/git.ts';

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

/** In the order asked. */
export async function readCommits(ask: Ask, shas: readonly string[]): Promise<Commit[]> {
  const { stdout } = await ask(['log', FORMAT, '--no-walk=unsorted', ...shas, '--']);
  return parseLog(stdout).map(({ commit }) => commit);
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

/** E-mail addresses of who wrote commits, in lower case; of one who gave none, what stands there instead. */
export interface Authors {
  /** As written and as the `.mailmap` gives them. */
  addresses: ReadonlySet<string>;
  /** For each what it counts as: what the `.mailmap` maps it to, else as written. */
  counted: ReadonlySet<string>;
}

const CO_AUTHORS = '%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x00)';

/** Of all who wrote commits in `to` that are not in `from`, co-authors too; the `.mailmap` is that of `to`. */
export async function readAuthors(ask: Ask, from: string | null, to: string): Promise<Authors> {
  const range = from === null ? [to] : [to, `^${from}`];
  // A bare mirror has no branch of its own to read it from.
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

/** Pairs of addresses, as written and as mapped. What is no contact is mapped to nothing else. */
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

import { GitError } from '../commands/git-error.ts';
import { type Ask, type Commit, FORMAT, parseCommits, readCommits } from './history.ts';
import { BRANCHES, commitsAmong, type RefName, reachableCommits, TAGS } from './resolve.ts';

/** What somebody looks for. */
export interface Search {
  /** One line. A SHA's beginning, or a part of a branch's or tag's name, of a message, or of an author's name or address. */
  text: string;
  /** How many commits are wanted of each of these. */
  limit: number;
  /** Each part of the search ends after this time. */
  withinMs: number;
}

/** A branch or tag, and its commit. */
export interface NamedCommit extends RefName {
  sha: string;
}

/** What was found. A part that took too long is empty. */
export interface Searched {
  bySha: Commit[];
  /** Newest first. */
  names: NamedCommit[];
  /** By their messages and authors, newest first. */
  byText: Commit[];
  /** True: at least one part took too long. */
  isSlow: boolean;
}

/** Searches all parts at once. Throws `GitError` for anything but a part that takes too long. */
export async function searchCommits(ask: Ask, { text, limit }: Search): Promise<Searched> {
  let isSlow = false;
  const inTime = async <T>(part: Promise<T[]>): Promise<T[]> => {
    try {
      return await part;
    } catch (error) {
      if (!(error instanceof GitError) || error.kind !== 'timeout') throw error;
      isSlow = true;
      return [];
    }
  };
  const [bySha, names, byMessage, byAuthor] = await Promise.all([
    inTime(withSha(ask, text, limit)),
    inTime(named(ask, text, limit)),
    inTime(matching(ask, `--grep=${text}`, limit)),
    inTime(matching(ask, `--author=${text}`, limit)),
  ]);
  const byText = [...new Map([...byMessage, ...byAuthor].map((commit) => [commit.sha, commit])).values()];
  return { bySha, names, byText: byText.toSorted((a, b) => b.at - a.at).slice(0, limit), isSlow };
}

/** Those of `shas` that the mirror has, in their order. */
export async function readKnown(ask: Ask, shas: readonly string[]): Promise<Commit[]> {
  const known = await commitsAmong(ask, shas);
  return known.length === 0 ? [] : readCommits(ask, known);
}

async function withSha(ask: Ask, text: string, limit: number): Promise<Commit[]> {
  if (!/^[0-9a-f]{4,40}$/i.test(text)) return [];
  return readKnown(ask, (await reachableCommits(ask, text.toLowerCase())).slice(0, limit));
}

const REF_FORMAT =
  '%(if)%(*objectname)%(then)%(*objectname) %(*objecttype)%(else)%(objectname) %(objecttype)%(end) %(refname)';

async function named(ask: Ask, text: string, limit: number): Promise<NamedCommit[]> {
  const { stdout } = await ask([
    'for-each-ref',
    '--sort=-creatordate',
    `--format=${REF_FORMAT}`,
    BRANCHES,
    TAGS,
  ]);
  const wanted = text.toLowerCase();
  const all = stdout.split('\n').flatMap((line): NamedCommit[] => {
    const [sha = '', type, name = ''] = line.split(' ');
    if (type !== 'commit') return [];
    if (name.startsWith(`${TAGS}/`)) return [{ sha, ref: name.slice(TAGS.length + 1), what: 'tag' }];
    return [{ sha, ref: name.slice(BRANCHES.length + 1), what: 'branch' }];
  });
  const found = all.filter(({ ref }) => ref.toLowerCase().includes(wanted));
  const isExact = ({ ref }: NamedCommit) => ref.toLowerCase() === wanted;
  return [...found.filter(isExact), ...found.filter((one) => !isExact(one))].slice(0, limit);
}

/** The newest commits of all branches and tags whose message or author contains the text, as it is and in any case. */
async function matching(ask: Ask, pattern: string, limit: number): Promise<Commit[]> {
  const { stdout } = await ask([
    'log',
    FORMAT,
    '--regexp-ignore-case',
    '--fixed-strings',
    pattern,
    `--max-count=${limit}`,
    '--branches',
    '--tags',
    '--',
  ]);
  return parseCommits(stdout);
}

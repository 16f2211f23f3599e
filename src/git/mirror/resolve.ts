import { suggest } from '../../domain/suggest.ts';
import { parseTypedCommit } from '../names/names.ts';
import { type Ask, readCommits } from './history.ts';

/** A commit that the typed text may mean. */
export interface CommitChoice {
  sha: string;
  subject: string;
  author: string;
}

export interface RefName {
  ref: string;
  what: 'tag' | 'branch';
}

/** What a typed commit turned out to be. */
export type Resolved =
  /** `ref`: the branch or tag that was typed; null when a SHA was typed. */
  | { kind: 'found'; sha: string; ref: string | null }
  /** `candidates`: the commits that may be meant, at most five. */
  | { kind: 'ambiguous'; candidates: CommitChoice[] }
  | { kind: 'unknown'; suggestions: RefName[] }
  /** The text cannot name a commit, branch or tag, and was not passed to git. */
  | { kind: 'invalid' };

export const BRANCHES = 'refs/heads';
export const TAGS = 'refs/tags';
/** Refs that keep commits which documents name. */
export const PINS = 'refs/slipway/pins';

const CHOICES = 5;
/** Suggestions are taken from this many of the newest branches and tags. */
const KNOWN_NAMES = 2000;

/** Finds the commit for a full or short SHA, a tag or a branch. Only commits that our refs contain count. */
export async function resolveCommit(ask: Ask, typed: string): Promise<Resolved> {
  const parsed = parseTypedCommit(typed);
  if (parsed.kind === 'invalid') return parsed;

  const bySha = parsed.kind === 'hex' ? await reachableCommits(ask, parsed.prefix) : [];
  const only = bySha[0];
  if (parsed.kind === 'hex' && parsed.prefix.length === 40 && only !== undefined) {
    return { kind: 'found', sha: only, ref: null };
  }
  const byName = await namedCommits(ask, parsed.name);
  const all = [...new Set([...byName, ...bySha])];
  const [first] = all;
  if (first === undefined) {
    const known = await knownNames(ask);
    const names = suggest(
      parsed.name,
      known.map(({ ref }) => ref),
    );
    const suggestions = names.flatMap((name) => known.find(({ ref }) => ref === name) ?? []);
    return { kind: 'unknown', suggestions };
  }
  if (all.length === 1) return { kind: 'found', sha: first, ref: byName.length > 0 ? parsed.name : null };
  return { kind: 'ambiguous', candidates: await described(ask, all.slice(0, CHOICES)) };
}

/** The commit of a ref; annotated tags are peeled. null: there is no such ref, or it does not point to a commit. */
export async function commitOfRef(ask: Ask, ref: string): Promise<string | null> {
  // git reads a name like the output of `git describe` as that commit, even when no such ref exists.
  const isDescription = /-g[0-9a-f]{4,}$/i.test(ref);
  if (isDescription && (await ask(['show-ref', '--verify', '--quiet', ref], [1, 128])).exitCode !== 0)
    return null;
  const { stdout } = await ask(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], [1, 128]);
  return stdout.trim() || null;
}

async function namedCommits(ask: Ask, name: string): Promise<string[]> {
  const refs =
    name.startsWith(`${BRANCHES}/`) || name.startsWith(`${TAGS}/`)
      ? [name]
      : [`${TAGS}/${name}`, `${BRANCHES}/${name}`];
  const found = await Promise.all(refs.map((ref) => commitOfRef(ask, ref)));
  return found.filter((sha) => sha !== null);
}

/** The commits whose SHA begins with `prefix`, 4 to 40 hex digits, and that our refs contain. */
export async function reachableCommits(ask: Ask, prefix: string): Promise<string[]> {
  const { stdout } = await ask(['rev-parse', `--disambiguate=${prefix}`], [1, 128]);
  const objects = stdout.split('\n').filter((line) => line !== '');
  return heldAmong(
    ask,
    await commitsAmong(ask, objects),
    [BRANCHES, TAGS, PINS].map((refs) => `--glob=${refs}/*`),
  );
}

/** Those of `shas` that the mirror has and that are part of `head`. */
export async function containedIn(ask: Ask, head: string, shas: readonly string[]): Promise<string[]> {
  return heldAmong(ask, await commitsAmong(ask, shas), [head]);
}

/** The commits among these objects, annotated tags resolved to theirs. Unknown objects are dropped. */
export async function commitsAmong(ask: Ask, objects: readonly string[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const { stdout: types } = await ask(['cat-file', '--batch-check'], [], `${objects.join('\n')}\n`);
  const known = types.split('\n').map((line) => line.split(' '));
  const ofType = (wanted: string) => known.flatMap(([sha = '', type]) => (type === wanted ? [sha] : []));
  return [...new Set([...ofType('commit'), ...(await taggedBy(ask, ofType('tag')))])];
}

/** The commits that annotated tags point to, given the ids of the tag objects. */
async function taggedBy(ask: Ask, tags: readonly string[]): Promise<string[]> {
  if (tags.length === 0) return [];
  const { stdout } = await ask(
    ['cat-file', '--batch-check'],
    [],
    tags.map((tag) => `${tag}^{commit}\n`).join(''),
  );
  return stdout.split('\n').flatMap((line) => (line.split(' ')[1] === 'commit' ? [line.slice(0, 40)] : []));
}

/** Those of `commits` that some holder reaches. One query: git prints the commits that no holder reaches. */
async function heldAmong(
  ask: Ask,
  commits: readonly string[],
  holders: readonly string[],
): Promise<string[]> {
  if (commits.length === 0) return [];
  const { stdout } = await ask(['rev-list', '--stdin', '--not', ...holders], [], `${commits.join('\n')}\n`);
  const strange = new Set(stdout.split('\n'));
  return commits.filter((sha) => !strange.has(sha));
}

async function knownNames(ask: Ask): Promise<RefName[]> {
  const { stdout } = await ask([
    'for-each-ref',
    `--count=${KNOWN_NAMES}`,
    '--sort=-creatordate',
    '--format=%(refname)',
    BRANCHES,
    TAGS,
  ]);
  return stdout.split('\n').flatMap((name): RefName[] => {
    if (name.startsWith(`${TAGS}/`)) return [{ ref: name.slice(TAGS.length + 1), what: 'tag' }];
    return name === '' ? [] : [{ ref: name.slice(BRANCHES.length + 1), what: 'branch' }];
  });
}

async function described(ask: Ask, shas: readonly string[]): Promise<CommitChoice[]> {
  const commits = await readCommits(ask, shas);
  return commits.map(({ sha, subject, author }) => ({ sha, subject, author }));
}

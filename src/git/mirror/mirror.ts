import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Access, type AccessSettings, NO_ACCESS, openAccess } from '../commands/access.ts';
import { git } from '../commands/git.ts';
import { GitError } from '../commands/git-error.ts';
import { assertSha, isRefName } from '../names/names.ts';
import { plainAddress } from '../names/repository-url.ts';
import { createBringer } from './ensure-commit.ts';
import {
  type Ask,
  type Authors,
  type Commit,
  type Range,
  readAuthors,
  readCommit,
  readRange,
} from './history.ts';
import { makeOurs, removeOldLocks } from './leftovers.ts';
import { readRefs } from './refs.ts';
import { BRANCHES, commitOfRef, containedIn, PINS, type Resolved, resolveCommit, TAGS } from './resolve.ts';
import { createSerial } from './serial.ts';

/** How `a` stands to `b`. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

export interface MirrorOptions {
  /** Where the bare mirror is kept; made when it is first needed. One mirror object for each in a process. */
  directory: string;
  /** Its address, which may hold a login. */
  repository: string;
  /** How it is reached; default what the address says, and what our user has. */
  access?: AccessSettings | Access;
  /** For a fetch; default ten minutes. */
  slowTimeoutMs?: number;
  /** For questions about what is here; default one minute. */
  quickTimeoutMs?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  now?: () => number;
  /** Heads and tags were brought up to date because somebody asked about a commit that was not here. */
  onBrought?: () => void;
  /** Of the repository whose submodule this is, which has them all. */
  submodules?: Submodules;
}

interface Submodules {
  directory: string;
  opened: Map<string, Mirror>;
}

/**
 * A bare copy of the heads and tags of one repository, and of what we pinned. Failures are `GitError`. Questions about
 * commits by full SHA first bring what this mirror has not seen; those about names answer from what was fetched last.
 */
export interface Mirror {
  /** Absolute path of the bare repository, which may not exist yet. */
  readonly directory: string;
  /** Address of the repository, without a login. */
  readonly address: string;
  readonly access: Access;
  /** Asks git about what is here. */
  readonly ask: Ask;
  /** Brings heads and tags up to date; several who ask while one fetch runs share the next. */
  fetch(): Promise<void>;
  /** As last fetched. null: no such branch. */
  head(branch: string): Promise<string | null>;
  /** As it is in the repository at this moment; nothing is fetched. null: no such branch. */
  remoteHead(branch: string): Promise<string | null>;
  /** Those of `shas` that are here and part of `head`; the repository is not asked. */
  contained(head: string, shas: readonly string[]): Promise<string[]>;
  /** Among what our refs hold, as last fetched. */
  resolve(typed: string): Promise<Resolved>;
  /** 'ancestor': `a` is a proper ancestor of `b`. */
  relation(a: string, b: string): Promise<Relation>;
  /** What `to` has and `from` has not; `from` null: all of `to`. */
  commits(from: string | null, to: string, limit: number): Promise<Range>;
  /** E-mail addresses of all who wrote what `to` has and `from` has not; `from` null: all of `to`. */
  authors(from: string | null, to: string): Promise<Authors>;
  /** null: neither we nor the repository have it. */
  commit(sha: string): Promise<Commit | null>;
  /** Keeps the commit, whatever is pushed by force and collected later. */
  pin(sha: string): Promise<void>;
  /** Whether the commit is here, whatever holds it; the repository is not asked. */
  has(sha: string): Promise<boolean>;
  /** Sees that the commit is here: of a commit that a document names, never of what a person types. */
  bring(sha: string): Promise<void>;
  /** Heads, as those of `origin`, and tags as last fetched: the text of the `packed-refs` of a repository that borrows from here. */
  refs(): Promise<string>;
  /** The mirror of a submodule's repository; another address is another mirror. Throws `TypeError` for one that cannot be used. */
  submodule(address: string): Mirror;
  /** Forgets all worktrees that versions before this one registered here. */
  forgetWorktrees(): Promise<void>;
}

const SLOW_TIMEOUT_MS = 10 * 60_000;
const QUICK_TIMEOUT_MS = 60_000;
const SHALLOW =
  'the history of the repository is cut off (it is shallow): push all of it there, or name the repository it was cloned from';
/** How many pins are known without asking git. */
const PINS_REMEMBERED = 2_000;

export function openMirror(options: MirrorOptions): Mirror {
  const { directory, slowTimeoutMs = SLOW_TIMEOUT_MS, quickTimeoutMs = QUICK_TIMEOUT_MS } = options;
  const { now = Date.now } = options;
  const { submodules = { directory: join(directory, 'slipway', 'modules'), opened: new Map() } } = options;
  const access = accessOf(options);
  const address = plainAddress(options.repository);
  const fetches = createSerial();
  const pinned = new Set<string>();
  let nextFetch: Promise<void> | null = null;
  let refs: Promise<string> | null = null;
  let ours: Promise<void> | null = null;

  const exists = () => existsSync(join(directory, 'HEAD'));
  const isShallow = () => existsSync(join(directory, 'shallow'));

  const asking =
    (timeoutMs: number): Ask =>
    async (args, accept = [], input) => {
      // The first fetch failed, or was never asked for: there is nothing here yet.
      if (!exists()) throw new GitError('notFound', 'nothing was fetched yet', '');
      // Once; each fetch does it again.
      ours ??= makeOurs(directory).catch((error: unknown) => {
        ours = null;
        throw error;
      });
      await ours;
      return git({ directory, args, accept, timeoutMs, ...(input === undefined ? {} : { input }) });
    };
  const ask = asking(quickTimeoutMs);

  /** In one step, so that no killed process leaves a half made repository that looks like one. */
  async function init(): Promise<void> {
    const half = `${directory}.new`;
    await rm(half, { recursive: true, force: true });
    await mkdir(dirname(directory), { recursive: true });
    await git({
      directory: dirname(directory),
      args: ['init', '--quiet', '--bare', half],
      timeoutMs: quickTimeoutMs,
    });
    await rename(half, directory);
  }

  async function fetchRefs(specs: readonly string[], ...flags: string[]): Promise<void> {
    if (exists()) await removeOldLocks(directory, slowTimeoutMs, now());
    else await init();
    await makeOurs(directory);
    const reach = await access.reach();
    const run = (...more: string[]) =>
      git({
        directory,
        args: [
          'fetch',
          '--quiet',
          '--no-tags',
          '--no-recurse-submodules',
          '--no-write-fetch-head',
          // Refs at which a shallow repository ends would be left out without a word.
          '--update-shallow',
          ...more,
          ...flags,
          '--',
          address,
          ...specs,
        ],
        timeoutMs: slowTimeoutMs,
        reach,
      });
    try {
      await (isShallow() ? run('--unshallow') : run());
      if (isShallow()) await run('--unshallow');
    } finally {
      refs = null;
    }
    mustBeWhole();
  }

  /** Who wrote what, and what lies before what, is not to be known from a history that ends too early. */
  function mustBeWhole(): void {
    if (isShallow()) throw new GitError('other', SHALLOW, '');
  }

  /** For questions whose answers decide. */
  async function whole<T>(question: () => Promise<T>): Promise<T> {
    if (isShallow()) await fetch();
    const answer = await question();
    // It may have become shallow meanwhile.
    mustBeWhole();
    return answer;
  }

  async function headThere(branch: string): Promise<string | null> {
    const ref = `${BRANCHES}/${branch}`;
    await mkdir(dirname(directory), { recursive: true });
    const { stdout } = await git({
      // Needs no mirror: there may be none yet.
      directory: dirname(directory),
      args: ['ls-remote', '--quiet', '--', address, ref],
      timeoutMs: quickTimeoutMs,
      reach: await access.reach(),
    });
    // A pattern also matches at the end of longer names.
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    return lines.find(([, name]) => name === ref)?.[0] ?? null;
  }

  function fetch(): Promise<void> {
    nextFetch ??= fetches(() => {
      nextFetch = null;
      // Heads and tags by name: a `--mirror` would bring strangers' pull requests, and prune our pins.
      return fetchRefs([`+${BRANCHES}/*:${BRANCHES}/*`, `+${TAGS}/*:${TAGS}/*`], '--prune');
    });
    return nextFetch;
  }

  async function has(sha: string): Promise<boolean> {
    if (pinned.has(sha)) return true;
    return exists() && (await commitOfRef(ask, sha)) !== null;
  }

  const { bring, about } = createBringer({
    have: has,
    async fetch() {
      await fetch();
      options.onBrought?.();
    },
    fetchOne: (sha) => fetches(() => fetchRefs([`+${sha}:${PINS}/${sha}`])),
    now,
  });

  async function isAncestor(a: string, b: string): Promise<boolean> {
    return (await ask(['merge-base', '--is-ancestor', a, b], [1])).exitCode === 0;
  }

  return {
    directory,
    address,
    access,
    ask,
    fetch,
    async head(branch) {
      return isRefName(branch) ? commitOfRef(ask, `${BRANCHES}/${branch}`) : null;
    },
    async remoteHead(branch) {
      if (!isRefName(branch)) return null;
      return headThere(branch);
    },
    async contained(head, shas) {
      assertSha(head);
      for (const sha of shas) assertSha(sha);
      return containedIn(ask, head, shas);
    },
    resolve: (typed) => resolveCommit(ask, typed),
    async relation(a, b) {
      assertSha(a);
      assertSha(b);
      if (a === b) return 'same';
      return whole(() =>
        about([a, b], async () => {
          // Mostly the new commit is asked about, and the old one is what runs.
          if (await isAncestor(b, a)) return 'descendant';
          return (await isAncestor(a, b)) ? 'ancestor' : 'diverged';
        }),
      );
    },
    async commits(from, to, limit) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() => about(from === null ? [to] : [from, to], () => readRange(ask, from, to, limit)));
    },
    async authors(from, to) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return whole(() => about(from === null ? [to] : [from, to], () => readAuthors(ask, from, to)));
    },
    async commit(sha) {
      assertSha(sha);
      try {
        return await about([sha], () => readCommit(ask, sha));
      } catch (error) {
        if (error instanceof GitError && error.kind === 'notFound') return null;
        throw error;
      }
    },
    async pin(sha) {
      assertSha(sha);
      if (pinned.has(sha)) return;
      await about([sha], () => ask(['update-ref', `${PINS}/${sha}`, `${sha}`]));
      if (pinned.size >= PINS_REMEMBERED) pinned.clear();
      pinned.add(sha);
    },
    async has(sha) {
      assertSha(sha);
      return has(sha);
    },
    async bring(sha) {
      assertSha(sha);
      await bring(sha);
    },
    async refs() {
      refs ??= readRefs(ask);
      const known = refs;
      try {
        return await known;
      } catch (error) {
        if (refs === known) refs = null;
        throw error;
      }
    },
    submodule(theirs) {
      const key = createHash('sha256').update(plainAddress(theirs)).digest('hex').slice(0, 20);
      const known = submodules.opened.get(key);
      if (known) return known;
      const opened = openMirror({
        ...options,
        directory: join(submodules.directory, `${key}.git`),
        repository: theirs,
        access: access.to(theirs),
        // They have no branch that is followed.
        onBrought: () => {},
        submodules,
      });
      submodules.opened.set(key, opened);
      return opened;
    },
    async forgetWorktrees() {
      await rm(join(directory, 'worktrees'), { recursive: true, force: true });
    },
  };
}

function accessOf({ repository, access = NO_ACCESS, directory }: MirrorOptions): Access {
  if ('reach' in access) return access;
  return openAccess({ repository, settings: access, directory: `${directory}.access` });
}

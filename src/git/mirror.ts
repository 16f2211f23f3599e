import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import { GitError } from './git-error.ts';
import { type Ask, type Commit, type Range, readCommit, readRange } from './history.ts';
import { assertSha, isRefName } from './names.ts';
import { parseRepositoryUrl } from './repository-url.ts';
import { BRANCHES, commitOfRef, PINS, type Resolved, resolveCommit, TAGS } from './resolve.ts';
import { createSerial } from './serial.ts';
import { checkoutTree, removeTree } from './tree.ts';

/** How `a` stands to `b`. */
export type Relation = 'same' | 'ancestor' | 'descendant' | 'diverged';

export interface MirrorOptions {
  /** Where the bare mirror is kept; made when it is first needed. One mirror object for each in a process. */
  directory: string;
  repository: string;
  /** For a fetch or a checkout; default ten minutes. */
  slowTimeoutMs?: number;
  /** For questions about what is here; default one minute. */
  quickTimeoutMs?: number;
}

/** A bare copy of the heads and tags of one repository, and of what we pinned. Failures are `GitError`. */
export interface Mirror {
  /** Brings heads and tags up to date; several who ask while one fetch runs share the next. */
  fetch(): Promise<void>;
  /** As last fetched. null: no such branch. */
  head(branch: string): Promise<string | null>;
  resolve(typed: string): Promise<Resolved>;
  /** 'ancestor': `a` is a proper ancestor of `b`. */
  relation(a: string, b: string): Promise<Relation>;
  /** What `to` has and `from` has not; `from` null: all of `to`. */
  commits(from: string | null, to: string, limit: number): Promise<Range>;
  /** null: it is not here. */
  commit(sha: string): Promise<Commit | null>;
  /** Keeps the commit, whatever is pushed by force and collected later. */
  pin(sha: string): Promise<void>;
  checkout(sha: string, directory: string): Promise<void>;
  discardTree(directory: string): Promise<void>;
}

const SLOW_TIMEOUT_MS = 10 * 60_000;
const QUICK_TIMEOUT_MS = 60_000;

export function openMirror(options: MirrorOptions): Mirror {
  const { directory, slowTimeoutMs = SLOW_TIMEOUT_MS, quickTimeoutMs = QUICK_TIMEOUT_MS } = options;
  const parsed = parseRepositoryUrl(options.repository);
  if (parsed.kind === 'invalid') throw new TypeError(`not a repository: ${parsed.reason}`);
  const repository = parsed.url.text;
  const serial = createSerial();
  let nextFetch: Promise<void> | null = null;

  const asking =
    (timeoutMs: number): Ask =>
    async (args, accept = [], input) => {
      // The first fetch failed, or was never asked for: there is nothing here yet.
      if (!existsSync(join(directory, 'HEAD'))) throw new GitError('notFound', 'nothing was fetched yet', '');
      return git({ directory, args, accept, timeoutMs, ...(input === undefined ? {} : { input }) });
    };
  const ask = asking(quickTimeoutMs);
  const askSlow = asking(slowTimeoutMs);

  async function fetchNow(): Promise<void> {
    nextFetch = null;
    if (!existsSync(join(directory, 'HEAD'))) {
      await mkdir(directory, { recursive: true });
      await git({ directory, args: ['init', '--quiet', '--bare', directory], timeoutMs: quickTimeoutMs });
    }
    // Heads and tags by name: a `--mirror` would bring strangers' pull requests, and prune our pins.
    const specs = [`+${BRANCHES}/*:${BRANCHES}/*`, `+${TAGS}/*:${TAGS}/*`];
    await askSlow([
      'fetch',
      '--quiet',
      '--prune',
      '--no-tags',
      '--no-recurse-submodules',
      '--',
      repository,
      ...specs,
    ]);
  }

  async function isAncestor(a: string, b: string): Promise<boolean> {
    return (await ask(['merge-base', '--is-ancestor', a, b], [1])).exitCode === 0;
  }

  return {
    fetch() {
      nextFetch ??= serial(fetchNow);
      return nextFetch;
    },
    async head(branch) {
      return isRefName(branch) ? commitOfRef(ask, `${BRANCHES}/${branch}`) : null;
    },
    resolve: (typed) => resolveCommit(ask, typed),
    async relation(a, b) {
      assertSha(a);
      assertSha(b);
      if (a === b) return 'same';
      if (await isAncestor(a, b)) return 'ancestor';
      return (await isAncestor(b, a)) ? 'descendant' : 'diverged';
    },
    async commits(from, to, limit) {
      if (from !== null) assertSha(from);
      assertSha(to);
      return readRange(ask, from, to, limit);
    },
    async commit(sha) {
      assertSha(sha);
      return (await commitOfRef(ask, sha)) === null ? null : readCommit(ask, sha);
    },
    async pin(sha) {
      assertSha(sha);
      await serial(() => ask(['update-ref', `${PINS}/${sha}`, `${sha}`]));
    },
    async checkout(sha, tree) {
      assertSha(sha);
      await serial(() => checkoutTree(askSlow, sha, tree, quickTimeoutMs));
    },
    discardTree: (tree) => serial(() => removeTree(ask, tree)),
  };
}

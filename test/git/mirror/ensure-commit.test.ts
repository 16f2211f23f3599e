import { GitError } from '../../../src/git/commands/git-error.ts';
import {
  type CommitFetcher,
  createCommitFetcher,
  MISSING_MS,
} from '../../../src/git/mirror/ensure-commit.ts';

const ONE = '1'.repeat(40);
const TWO = '2'.repeat(40);
const START = Date.UTC(2026, 0, 1);

describe('ensuring that commits are here', () => {
  let here: Set<string>;
  let heads: Set<string>;
  let bySha: Set<string>;
  let down: GitError | null;
  let asked: string[];
  let now: number;
  let bringer: CommitFetcher;

  beforeEach(() => {
    here = new Set();
    heads = new Set();
    bySha = new Set();
    down = null;
    asked = [];
    now = START;
    let shared: Promise<void> | null = null;
    bringer = createCommitFetcher({
      have: async (sha) => here.has(sha),
      fetch() {
        shared ??= (async () => {
          asked.push('heads and tags');
          await Promise.resolve();
          shared = null;
          if (down) throw down;
          for (const sha of heads) here.add(sha);
        })();
        return shared;
      },
      async fetchOne(sha) {
        asked.push(sha);
        if (!bySha.has(sha)) throw new GitError('other', 'the server says no', '');
        here.add(sha);
      },
      now: () => now,
    });
  });

  const kindOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'it did not fail',
      (error) => (error instanceof GitError ? error.kind : error),
    );

  it('fetches nothing that is already here', async () => {
    here.add(ONE);
    await bringer.ensureCommit(ONE);
    expect(await bringer.withCommits([ONE], async () => 'answer')).toBe('answer');
    expect(asked).toEqual([]);
  });

  it('fetches once for fifty simultaneous requests, then by SHA if no head or tag contains the commit', async () => {
    heads.add(ONE);
    bySha.add(TWO);
    const all = Array.from({ length: 50 }, (_, index) => bringer.ensureCommit(index % 2 === 0 ? ONE : TWO));
    await Promise.all(all);
    expect(asked).toEqual(['heads and tags', TWO]);
  });

  it('tries again for a missing commit, but only after a while', async () => {
    expect(await kindOf(bringer.ensureCommit(ONE))).toBe('notFound');
    now = START + MISSING_MS - 1;
    expect(await kindOf(bringer.ensureCommit(ONE))).toBe('notFound');
    expect(asked).toEqual(['heads and tags', ONE]);
    now = START + MISSING_MS;
    heads.add(ONE);
    await bringer.ensureCommit(ONE);
    expect(asked).toEqual(['heads and tags', ONE, 'heads and tags']);
  });

  it('finds at once what another fetch fetched meanwhile', async () => {
    expect(await kindOf(bringer.ensureCommit(ONE))).toBe('notFound');
    here.add(ONE);
    await bringer.ensureCommit(ONE);
    expect(asked).toEqual(['heads and tags', ONE]);
  });

  it('distinguishes a missing commit from a repository that does not answer', async () => {
    down = new GitError('unreachable', 'host not found', '');
    expect(await kindOf(bringer.ensureCommit(ONE))).toBe('unreachable');
    expect(await kindOf(bringer.ensureCommit(ONE))).toBe('unreachable');
    expect(asked).toEqual(['heads and tags']);
  });

  it('repeats a question only if a commit was missing', async () => {
    heads.add(ONE);
    const question = async () => {
      if (!here.has(ONE)) throw new GitError('notFound', 'no such commit', '');
      return 'answer';
    };
    expect(await bringer.withCommits([ONE], question)).toBe('answer');
    const broken = async () => {
      asked.push('broken');
      throw new GitError('other', 'the disk is full', '');
    };
    expect(await kindOf(bringer.withCommits([ONE], broken))).toBe('other');
    expect(asked).toEqual(['heads and tags', 'broken']);
  });
});

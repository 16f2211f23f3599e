import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository with a working copy, for one test. */
export interface TemporaryRepository {
  /** Path of the bare origin, used by configurations and pushes. */
  url: string;
  /** Working copy with `main` checked out. */
  directory: string;
  /** Writes the files, commits everything and returns the SHA. Each commit is one minute later than the previous one. */
  commit(
    files: Readonly<Record<string, string>>,
    message: string,
    options?: { author?: { name: string; email: string } },
  ): string;
  /** Creates this many empty commits on the current branch, in one fast step. Returns their SHAs, oldest first. */
  commitMany(count: number): string[];
  /** Creates and checks out a branch, at `start` or HEAD. */
  branch(name: string, start?: string): void;
  checkout(name: string): void;
  merge(name: string, message: string): string;
  reset(sha: string): void;
  /** Annotated when there is a message, otherwise lightweight. */
  tag(name: string, options?: { sha?: string; message?: string }): void;
  /** Pushes the named ref, or the current branch. */
  push(ref?: string, options?: { force?: boolean }): void;
  /** Deletes a branch or tag of the origin. `ref`: its full name. */
  unpush(ref: string): void;
  head(): string;
  git(...args: string[]): string;
  cleanup(): void;
}

const AUTHOR = { name: 'Ada Lovelace', email: 'ada@example.com' };
/** 2026-01-05 08:00 UTC */
const BEGIN_SECONDS = 1_767_600_000;

/** Creates a real origin and a working copy. The same calls give the same SHAs, and no user's git configuration counts. */
export function temporaryRepository(): TemporaryRepository {
  const root = mkdtempSync(join(tmpdir(), 'slipway-repository-'));
  const url = join(root, 'origin.git');
  const directory = join(root, 'work');
  let minutes = 0;

  function run(args: string[], author = AUTHOR, input?: string): string {
    return start('git', args, author, input);
  }

  /** Runs several git commands in one child process. Forking is slow, because a test's process is large. */
  function script(text: string, args: string[], author = AUTHOR): string {
    return start('sh', ['-e', '-c', text, 'sh', ...args], author);
  }

  function start(program: string, args: string[], author: typeof AUTHOR, input?: string): string {
    const date = `${BEGIN_SECONDS + minutes * 60} +0000`;
    return execFileSync(program, args, {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
      env: {
        PATH: process.env.PATH,
        HOME: root,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: AUTHOR.name,
        GIT_COMMITTER_EMAIL: AUTHOR.email,
        GIT_COMMITTER_DATE: date,
      },
    }).trim();
  }
  const git = (...args: string[]) => run(args);
  const head = () => git('rev-parse', 'HEAD');

  mkdirSync(directory, { recursive: true });
  script(
    `git init --quiet --bare --initial-branch=main "$1"
     git init --quiet --initial-branch=main .
     git remote add origin "$1"
     git config maintenance.auto false
     git --git-dir="$1" config receive.autoGC false`,
    [url],
  );

  return {
    url,
    directory,
    commit(files, message, options = {}) {
      minutes += 1;
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
      return script(
        `git add --all
         git commit --quiet --allow-empty --message "$1"
         git rev-parse HEAD`,
        [message],
        options.author,
      );
    },
    commitMany(count) {
      const branch = git('symbolic-ref', 'HEAD');
      const before = head();
      const stream = Array.from({ length: count }, (_, index) => {
        minutes += 1;
        const message = `Commit ${index}`;
        const who = `${AUTHOR.name} <${AUTHOR.email}> ${BEGIN_SECONDS + minutes * 60} +0000`;
        const from = index === 0 ? `from ${before}\n` : '';
        return `commit ${branch}\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n${message}\n${from}`;
      });
      run(['fast-import', '--quiet'], AUTHOR, stream.join(''));
      return git('rev-list', '--reverse', `${before}..HEAD`).split('\n');
    },
    branch: (name, start = 'HEAD') => void git('checkout', '--quiet', '-b', name, start),
    checkout: (name) => void git('checkout', '--quiet', name),
    merge(name, message) {
      minutes += 1;
      git('merge', '--quiet', '--no-ff', '--message', message, name);
      return head();
    },
    reset: (sha) => void git('reset', '--quiet', '--hard', sha),
    tag(name, { sha = 'HEAD', message } = {}) {
      git('tag', ...(message === undefined ? [] : ['--annotate', '--message', message]), name, sha);
    },
    push(ref, options = {}) {
      git('push', '--quiet', ...(options.force ? ['--force'] : []), 'origin', ref ?? 'HEAD');
    },
    unpush: (ref) => void git('push', '--quiet', 'origin', `:${ref}`),
    head,
    git,
    cleanup: () => rmSync(root, { recursive: true, force: true }),
  };
}

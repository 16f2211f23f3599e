import { setTimeout as delay } from 'node:timers/promises';
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { redactCredentials } from '../names/repository-url.ts';
import { classify, GitError } from './git-error.ts';
import { killMarked, MARK, newMark } from './marked.ts';

/** A call of git. */
export interface GitRun {
  /** Working directory: the mirror or a worktree. */
  directory: string;
  args: readonly string[];
  timeoutMs: number;
  /** Exit codes besides 0 that are not failures: `merge-base --is-ancestor` answers no with 1. */
  accept?: readonly number[];
  /** Passed to git on its standard input. */
  input?: string;
  /** How the output is decoded. 'latin1' maps each byte to one character, as file names need. Default 'utf8'. */
  encoding?: 'utf8' | 'latin1';
  /** The repository, when it is not `directory` itself. */
  repository?: Repository;
  /** Needed to connect to a host. Without it git can reach none. */
  reach?: Reach;
}

/** One of our repositories whose files are in another directory. A `.git` in that directory is never read. */
export interface Repository {
  gitDirectory: string;
  workTree: string;
  indexFile: string;
}

/** A git configuration setting. */
export type Setting = readonly [key: string, value: string];

/** How git reaches a host. Secrets are passed in the environment only: every user of the machine can read arguments. */
export interface Reach {
  env: Readonly<Record<string, string>>;
  settings: readonly Setting[];
  /** Blanked out in all output of git. */
  secrets: readonly string[];
}

/** The result of a call of git that did not fail. */
export interface GitAnswer {
  exitCode: number;
  stdout: string;
  /** Credentials are blanked out. */
  stderr: string;
}

/** Variables inherited from this process: enough for the operator's ssh keys, credential helpers and proxies. */
export const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'SSH_AUTH_SOCK',
  'XDG_CONFIG_HOME',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
];
INHERITED.push('no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'TMPDIR');

/**
 * git never prompts, ignores the configuration of the machine and the user, reads history as committed, and uses no
 * protocol. `reach` adds what a command needs.
 */
const OURS = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ASKPASS: '/bin/false',
  GIT_OPTIONAL_LOCKS: '0',
};

/** No hook runs at a checkout, no maintenance continues in the background, and every worktree is complete. */
const CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'fetch.writeCommitGraph=true',
  'i18n.logOutputEncoding=UTF-8',
  'advice.detachedHead=false',
  'core.quotePath=false',
  'core.sparseCheckout=false',
  'submodule.recurse=false',
];

/** simple-git refuses options that can run programs. The few used here are the constants above. */
const UNSAFE: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFilter: true,
  allowUnsafeGitProxy: true,
};

/** After its time limit git may remove its locks for this long, then it is killed. */
const POLITE_MS = 1_000;

/** Longest wait for the end of what was killed: a process that waits for a broken disk does not end. */
const KILL_MS = 1_000;

/**
 * Runs git; all calls of git go through here. Arguments never come unchecked from outside: names are checked by
 * `isRefName` and expanded to full refs, commits by `assertSha`. Throws `GitError`, soon after the time limit whatever git
 * and the processes that it started do; they are killed where the system lists them (Linux).
 *
 * simple-git's typed calls are not used. Most calls here are plumbing that it has none for, such as `read-tree`,
 * `cat-file --batch-check` and `rev-list --stdin`; the others (`log`, `ls-remote`, `fetch`) would lose the exit code, and
 * parse what is asked for here with NUL between fields.
 */
export async function git(run: GitRun): Promise<GitAnswer> {
  const mark = newMark();
  const abort = new AbortController();
  const seen: GitAnswer = { exitCode: -1, stdout: '', stderr: '' };
  const call = start(run, mark, abort.signal, seen);
  let timer: NodeJS.Timeout | undefined;
  /** Resolves after the time limit, when git was ended. */
  const ended = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      // simple-git then interrupts git.
      abort.abort();
      void end(mark, call).then(resolve);
    }, run.timeoutMs);
  });
  try {
    await Promise.race([call, ended]);
  } catch (error) {
    if (!abort.signal.aborted) {
      const raw = redact(seen.stderr || messageOf(error), run.reach?.secrets ?? []);
      const { kind, text } = classify(raw);
      throw new GitError(kind, text, raw);
    }
  } finally {
    clearTimeout(timer);
  }
  if (abort.signal.aborted) {
    await ended;
    throw new GitError('timeout', `git ${run.args[0]} took longer than ${run.timeoutMs / 1000} s`, '');
  }
  return { ...seen, stderr: redact(seen.stderr, run.reach?.secrets ?? []) };
}

/** Resolves when git has ended well, with what was seen of it in `seen`; rejects when it failed. */
async function start(run: GitRun, mark: string, abort: AbortSignal, seen: GitAnswer): Promise<void> {
  const { input } = run;
  const env = { ...environment(run), [MARK]: mark };
  await simpleGit({
    baseDir: run.directory,
    abort,
    config: CONFIG,
    trimmed: false,
    allowEnvironment: Object.keys(env),
    unsafe: UNSAFE,
    ...(input === undefined ? {} : { input: () => input }),
    errors: (error, result) => {
      seen.exitCode = result.exitCode;
      seen.stdout = Buffer.concat(result.stdOut).toString(run.encoding ?? 'utf8');
      seen.stderr = Buffer.concat(result.stdErr).toString('utf8');
      if (seen.exitCode === 0 || run.accept?.includes(seen.exitCode)) return undefined;
      return error ?? Buffer.from(seen.stderr || `git ended with ${seen.exitCode}`);
    },
  })
    .env(env)
    .raw([...run.args]);
}

/** Waits for the end of a call that was interrupted, then kills what is left of it. Returns soon, and never rejects. */
async function end(mark: string, call: Promise<void>): Promise<void> {
  const over = call.catch(() => {});
  await Promise.race([over, delay(POLITE_MS)]);
  await Promise.race([Promise.all([killMarked(mark), over]), delay(KILL_MS)]);
}

function environment({ repository, reach }: GitRun): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  Object.assign(env, OURS, reach?.env);
  if (repository) {
    env.GIT_DIR = repository.gitDirectory;
    env.GIT_WORK_TREE = repository.workTree;
    env.GIT_INDEX_FILE = repository.indexFile;
  }
  const settings = reach?.settings ?? [];
  env.GIT_CONFIG_COUNT = `${settings.length}`;
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '***'), redactCredentials(text));
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { classify, GitError } from './git-error.ts';
import { redactCredentials } from './repository-url.ts';

export interface GitRun {
  /** Working directory: the mirror, or one of its trees. */
  directory: string;
  args: readonly string[];
  timeoutMs: number;
  /** Answers that are no failure, besides 0: `merge-base --is-ancestor` says no with 1. */
  accept?: readonly number[];
  /** Given to git on its standard input. */
  input?: string;
  /** How its answer is read; 'latin1', each byte a character, for file names. Default 'utf8'. */
  encoding?: 'utf8' | 'latin1';
}

export interface GitAnswer {
  exitCode: number;
  stdout: string;
}

/** Taken over from the bot: enough for ssh keys, credential helpers and proxies of the one who runs it. */
const INHERITED = [
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

/** Nothing asks a person, nothing is read from the machine's configuration, no protocol that runs programs. */
const OURS = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'https:ssh:file',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15',
  GIT_ASKPASS: '/bin/false',
  GIT_OPTIONAL_LOCKS: '0',
};

/** No hook of anybody's runs when we check out, no clean-up stays behind in the background, every tree is whole. */
const CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'fetch.writeCommitGraph=true',
  'i18n.logOutputEncoding=UTF-8',
  'advice.detachedHead=false',
  'core.quotePath=false',
  'core.sparseCheckout=false',
  'submodule.recurse=false',
];

/** simple-git refuses what can run programs; these few are constants of ours, above. */
const UNSAFE: SimpleGitOptions['unsafe'] = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
};

/**
 * The one place where git is called. Arguments never come from outside as they are: names are checked by
 * `isRefName` and written out as full refs, commits by `assertSha`.
 */
export async function git(run: GitRun): Promise<GitAnswer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), run.timeoutMs);
  let exitCode = -1;
  let stdout = '';
  let stderr = '';
  const { input } = run;
  try {
    await simpleGit({
      baseDir: run.directory,
      abort: abort.signal,
      config: CONFIG,
      trimmed: false,
      allowEnvironment: Object.keys(OURS),
      unsafe: UNSAFE,
      ...(input === undefined ? {} : { input: () => input }),
      errors: (error, result) => {
        exitCode = result.exitCode;
        stdout = Buffer.concat(result.stdOut).toString(run.encoding ?? 'utf8');
        stderr = Buffer.concat(result.stdErr).toString('utf8');
        if (exitCode === 0 || run.accept?.includes(exitCode)) return undefined;
        return error ?? Buffer.from(stderr || `git ended with ${exitCode}`);
      },
    })
      .env(environment())
      .raw([...run.args]);
    return { exitCode, stdout };
  } catch (error) {
    if (abort.signal.aborted) {
      throw new GitError('timeout', `git ${run.args[0]} took longer than ${run.timeoutMs / 1000} s`, '', {
        cause: error,
      });
    }
    const raw = redactCredentials(stderr || messageOf(error));
    const { kind, text } = classify(raw);
    throw new GitError(kind, text, raw);
  } finally {
    clearTimeout(timer);
  }
}

function environment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...OURS };
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

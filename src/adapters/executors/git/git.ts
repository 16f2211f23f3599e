import { line } from '../../../chat/text/clean.ts';
import { releaseName, shortSha } from '../../../domain/ids.ts';
import type { GitRun } from '../../../flow/settings/steps.ts';
import { SLIPWAY } from '../../../git/changes/author.ts';
import { isFilePath } from '../../../git/changes/file-path.ts';
import { ChangeError, type Changes, type FileOfBranch, type Found } from '../../../git/changes/types.ts';
import { GitError } from '../../../git/commands/git-error.ts';
import type { Executor, RemoteAttempt, Seen } from '../../../ports/executor.ts';
import { said } from '../said.ts';
import { fillIn } from '../words.ts';
import { ValueError } from './edit/value-error.ts';
import { isEditable, setValues } from './edit/values.ts';
import { fetchTodo, nameOf, pushTodo } from './refusals.ts';

/** How long a call may take with all that it does, in milliseconds. */
const CALL_MS = 25_000;
/** Characters of what a host says to a push: what to do stands after it, and cards cut long reasons. */
const SAYS_MAX = 80;
/** The line of a commit's message that says which attempt made it. */
const ATTEMPT = 'Slipway-Attempt';

export interface GitExecutorOptions {
  target: GitRun;
  changes: Changes;
  /** What no answer may contain. */
  secrets: readonly string[];
  /** Absent: 25 s, for a call with all that it asks. */
  callMs?: number;
}

/**
 * A change of one file in a repository. It is carried out when it is pushed, or when the values stand there already: what
 * applies it is no run of ours. A run is known by its commit.
 */
export function openGitExecutor({
  target,
  changes,
  secrets,
  callMs = CALL_MS,
}: GitExecutorOptions): Executor {
  const name = nameOf(target.repository);

  async function start(attempt: RemoteAttempt): Promise<Seen> {
    const change = changeOf(target, attempt);
    if (typeof change === 'string') return notRun(change);
    try {
      const { environment, release } = attempt;
      const changed = await changes.change({
        ...change,
        author: SLIPWAY,
        message: messageOf(attempt),
        trailers: {
          'Slipway-Release': releaseName(environment, release),
          [ATTEMPT]: attempt.key,
        },
        withinMs: callMs,
      });
      switch (changed.kind) {
        case 'pushed':
        case 'same':
          return succeeded(changed.sha);
        case 'refused':
          return notRun(
            `${name} refused the push to ${target.branch}: “${line(said(changed.says, secrets), SAYS_MAX)}”. ${pushTodo(changed.why)}`,
          );
        case 'late':
          return notRun(`nothing was pushed to ${target.branch} of ${name}: ${changed.reason}. Try again`);
        case 'unknown':
          return unknown(`${name} did not say whether it took the push: ${said(changed.reason, secrets)}`);
        default:
          return changed satisfies never;
      }
    } catch (error) {
      return notRun(why(error, change.file));
    }
  }

  /** Looks for the commit of an attempt, and reads what stands there. */
  async function find(attempt: RemoteAttempt): Promise<Seen> {
    const change = changeOf(target, attempt);
    if (typeof change === 'string') return { kind: 'notFound' };
    let found: Found;
    try {
      found = await changes.find({ ...change, trailer: [ATTEMPT, attempt.key], withinMs: callMs });
    } catch (error) {
      if (error instanceof ValueError || error instanceof ChangeError) return { kind: 'notFound' };
      return unknown(why(error, change.file));
    }
    return found.kind === 'missing' ? { kind: 'notFound' } : succeeded(found.sha);
  }

  /** Throws what is not about the repository. */
  function why(error: unknown, file: string): string {
    if (error instanceof ValueError)
      return `${file} on ${target.branch} of ${name}: ${said(error.message, secrets)}`;
    if (error instanceof ChangeError) return `${name}: ${said(error.message, secrets)}`;
    if (error instanceof GitError)
      return `${name} cannot be read: ${said(error.message, secrets)}. ${fetchTodo(error.kind)}`;
    throw error;
  }

  function succeeded(sha: string): Seen {
    const url = target.commitUrl?.replace('{sha}', sha) ?? null;
    return { kind: 'ended', run: { id: sha, url }, outcome: { kind: 'succeeded' } };
  }

  return {
    start,
    find,
    look: find,
    async cancel() {
      const reason = `what was pushed to ${target.branch} of ${name} stays there: deploy another commit, or revert it there`;
      return { kind: 'impossible', reason };
    },
    log: async () => null,
  };
}

/** What an attempt changes, with the words filled in; else why it cannot be changed. */
function changeOf({ branch, file, set }: GitRun, attempt: RemoteAttempt): FileOfBranch | string {
  const path = fillIn(file, attempt);
  if (!isFilePath(path) || !isEditable(path))
    return `${JSON.stringify(path)} cannot be the name of a file: correct file`;
  const settings = set.map((one) => ({ ...one, value: fillIn(one.value, attempt) }));
  return {
    branch,
    file: path,
    edit(present, base) {
      if (base === null)
        throw new ChangeError(`there is no branch ${branch}: push it first, or correct branch`);
      if (present === null)
        throw new ChangeError(`there is no file ${path} on ${branch}: put it there once, or correct file`);
      return setValues(present, settings, path);
    },
  };
}

function messageOf({ product, environment, release, commit, kind }: RemoteAttempt): string {
  const what = kind === 'rollback' ? 'Roll back to' : 'Deploy';
  return `${what} ${shortSha(commit)} of ${product} in ${environment}\n\n${releaseName(environment, release)}, by Slipway.`;
}

function notRun(reason: string): Seen {
  return { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: false } };
}

function unknown(reason: string): Seen {
  return { kind: 'unknown', reason, until: null };
}

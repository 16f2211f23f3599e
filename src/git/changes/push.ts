import { GitError, isBeforePush } from '../commands/git-error.ts';
import { BRANCHES, TAGS } from '../mirror/resolve.ts';
import type { PushRefusal } from './types.ts';
import { connected, readHost, type Workspace } from './workspace.ts';

/** What is pushed at once. */
export interface Pushing {
  branch: string;
  /** null: the branch stays as it is. */
  commit: string | null;
  /** What the branch was on when the commit was made; null: it did not exist. */
  base: string | null;
  /** null: no tag. */
  tag: { name: string; object: string } | null;
}

/** What came of one push. */
export type Pushed =
  | { kind: 'pushed' }
  /** Somebody else has moved the branch since, or made the tag: the change must be made on top of that. */
  | { kind: 'overtaken' }
  /** The host did not take it, though nothing has moved. `says`: in its words. */
  | ({ kind: 'refused' } & PushRefusal)
  /** There was no answer, or none that says what became of it. */
  | { kind: 'unknown'; says: string };

/** How a push ended, before the host is asked what it has now. */
type Answer = { kind: 'taken' } | { kind: 'rejected' | 'unanswered' | 'unsent'; says: string };

/**
 * Pushes without force. Whether a rejection means that others were faster is not read from its words, which every forge has
 * of its own: the host is asked what the branch is on now. Throws `GitError` when the host went away before the push.
 */
export async function push(workspace: Workspace, pushing: Pushing): Promise<Pushed> {
  const answer = await send(workspace, pushing);
  if (answer.kind === 'taken') return { kind: 'pushed' };
  if (answer.kind === 'unsent') return { kind: 'refused', why: 'access', says: answer.says };
  const now = await readHost(workspace, pushing.branch, pushing.tag?.name ?? null).catch((error: unknown) => {
    if (error instanceof GitError) return null;
    throw error;
  });
  const { commit, base, tag } = pushing;
  if (now !== null && commit !== null && now.head === commit) return { kind: 'pushed' };
  if (now !== null && commit === null && tag !== null && now.hasTag) return { kind: 'pushed' };
  // Without an answer, the push may still be at work there.
  if (answer.kind === 'unanswered') return { kind: 'unknown', says: answer.says };
  const hasMoved = now === null || (commit !== null && now.head !== base) || now.hasTag;
  return hasMoved ? { kind: 'overtaken' } : { kind: 'refused', why: 'rule', says: answer.says };
}

async function send(workspace: Workspace, { branch, commit, tag }: Pushing): Promise<Answer> {
  const specs = [
    ...(commit === null ? [] : [`${commit}:${BRANCHES}/${branch}`]),
    ...(tag === null ? [] : [`${tag.object}:${TAGS}/${tag.name}`]),
  ];
  try {
    const { exitCode, stdout, stderr } = await connected(
      workspace,
      [
        'push',
        '--porcelain',
        '--no-verify',
        '--no-follow-tags',
        '--no-signed',
        '--recurse-submodules=no',
        // A tag must never be on a commit that the branch did not get.
        ...(specs.length > 1 ? ['--atomic'] : []),
        'origin',
        ...specs,
      ],
      { accept: [1] },
    );
    if (exitCode === 0) return { kind: 'taken' };
    const rejected = stdout.split('\n').filter((line) => line.startsWith('!\t'));
    const says = saidBy(stderr, rejected);
    // git's own word for a host that did not tell what became of the ref.
    const isTold = rejected.length > 0 && !rejected.some((line) => line.includes('\t[remote failure]'));
    return { kind: isTold ? 'rejected' : 'unanswered', says };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (!isBeforePush(error)) return { kind: 'unanswered', says: error.message };
    // It is not there any more, and may be later.
    if (error.kind === 'unreachable') throw error;
    return { kind: 'unsent', says: error.message };
  }
}

/** In characters. */
const SAID_MAX = 300;

/** What the host said to a push: the lines that its hooks and its rules print, else git's summary. */
function saidBy(stderr: string, rejected: readonly string[]): string {
  const remote = stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('remote:') ? [line.slice('remote:'.length).trim()] : []))
    .filter((line) => /\w/.test(line));
  const summaries = rejected.map((line) => line.split('\t').at(-1) ?? '');
  const said = remote.length > 0 ? remote.join(' ') : summaries.join(', ');
  return said.slice(0, SAID_MAX) || 'it gave no reason';
}

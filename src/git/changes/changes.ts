import { join } from 'node:path';
import { NO_ACCESS, openAccess } from '../commands/access.ts';
import { GitError } from '../commands/git-error.ts';
import { createTurns } from '../mirror/turns.ts';
import { isRefName } from '../names/names.ts';
import { plainAddress } from '../names/repository-url.ts';
import { isFilePath } from './file-path.ts';
import { make, type Wanted } from './make.ts';
import type { Change, Changes, ChangesOptions, FileOfBranch, Found, Sought } from './types.ts';
import { fetchBranch, hasRefs, inWorkspace, local, readFile, readHost, type Workspace } from './workspace.ts';

/** Which part of its time a call may use until it pushes; the rest is for the push. */
const BEFORE_PUSH = 0.6;
/** How many commits of a branch are looked through. */
const HISTORY = 1_000;

/** git takes a web page without refs for an empty repository. */
const NO_REFS =
  'the host shows neither branches nor tags: it may answer with a page that is not the repository';

/** Opens changes of one repository. Throws `TypeError` when its address cannot be used. */
export function openChanges({
  directory,
  repository,
  access: given = NO_ACCESS,
  askLogin,
  now = Date.now,
}: ChangesOptions): Changes {
  const access =
    'reach' in given
      ? given
      : openAccess({ repository, settings: given, directory: join(directory, 'access'), askLogin });
  const address = plainAddress(repository);
  // Those of one process do not race each other: who waits for the same branch meanwhile is pushed at once.
  const turns = createTurns();
  const waiting: Wanted[] = [];

  function within<T>(endsAt: () => number, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const leftMs = () => Math.max(1, endsAt() - now());
    return inWorkspace({ directory, address, access, leftMs, now }, work);
  }

  async function makeWaiting(): Promise<void> {
    const left = new Set(takeTogether(waiting));
    for (const wanted of left)
      if (now() >= wanted.pushBy) {
        const reason = 'other changes of the same repository took all the time';
        wanted.answer({ kind: 'late', reason });
        left.delete(wanted);
      }
    if (left.size === 0) return;
    // Whoever has an answer finds nothing of ours left on the disk.
    const answers: (() => void)[] = [];
    const together = [...left].map((wanted) =>
      answering(wanted, (answer) => {
        left.delete(wanted);
        answers.push(answer);
      }),
    );
    const endsAt = () => Math.min(...[...left].map((one) => one.endsAt));
    try {
      await within(endsAt, (workspace) => make(workspace, together, now));
    } catch (error) {
      for (const wanted of left) wanted.fail(error);
    } finally {
      for (const answer of answers) answer();
    }
  }

  return {
    change(change) {
      assertNames(change);
      const begun = now();
      const pushBy = begun + change.withinMs * BEFORE_PUSH;
      const endsAt = begun + change.withinMs;
      return new Promise((answer, fail) => {
        waiting.push({ change, pushBy, endsAt, answer, fail });
        void turns(makeWaiting);
      });
    },
    find(sought) {
      assertNames(sought);
      const endsAt = now() + sought.withinMs;
      return within(
        () => endsAt,
        (workspace) => seek(workspace, sought),
      );
    },
  };
}

/** Takes those that wait and are pushed at once: the first, and who changes the same branch. A tag is pushed alone. */
function takeTogether(waiting: Wanted[]): Wanted[] {
  const [first] = waiting;
  if (first === undefined) return [];
  const isAlone = (one: Wanted) => one.change.tag !== undefined;
  const { branch } = first.change;
  const together = isAlone(first)
    ? [first]
    : waiting.filter((one) => !isAlone(one) && one.change.branch === branch);
  waiting.splice(0, waiting.length, ...waiting.filter((one) => !together.includes(one)));
  return together;
}

/** The same, whose answers are given to `then` instead. */
function answering(wanted: Wanted, then: (answer: () => void) => void): Wanted {
  return {
    ...wanted,
    answer: (changed) => then(() => wanted.answer(changed)),
    fail: (error) => then(() => wanted.fail(error)),
  };
}

function assertNames({ branch, file, tag }: FileOfBranch & Pick<Change, 'tag'>): void {
  if (!isRefName(branch)) throw new TypeError(`not a branch: ${JSON.stringify(branch)}`);
  if (!isFilePath(file)) throw new TypeError(`not a file of a repository: ${JSON.stringify(file)}`);
  if (tag !== undefined && !isRefName(tag.name))
    throw new TypeError(`not a tag: ${JSON.stringify(tag.name)}`);
}

async function seek(workspace: Workspace, { branch, file, edit, trailer }: Sought): Promise<Found> {
  const { head } = await readHost(workspace, branch, null);
  if (head === null) {
    if (!(await hasRefs(workspace))) throw new GitError('unreachable', NO_REFS, '');
    return { kind: 'missing' };
  }
  const base = await fetchBranch(workspace, branch, HISTORY);
  const [key, value] = trailer;
  const format = `--format=%H%x00%(trailers:key=${key},valueonly,unfold,separator=%x00)`;
  const { stdout } = await local(workspace, ['log', format, base, '--']);
  for (const line of stdout.split('\n')) {
    const [sha = '', ...values] = line.split('\0');
    if (values.some((one) => one.trim() === value)) return { kind: 'pushed', sha };
  }
  const present = await readFile(workspace, base, file);
  const text = await edit(present?.text ?? null, base);
  return text === present?.text ? { kind: 'same', sha: base } : { kind: 'missing' };
}

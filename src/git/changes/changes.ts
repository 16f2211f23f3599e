import { join } from 'node:path';
import { NO_ACCESS, openAccess } from '../commands/access.ts';
import { GitError } from '../commands/git-error.ts';
import { createTurns } from '../mirror/turns.ts';
import { isRefName } from '../names/names.ts';
import { plainAddress } from '../names/repository-url.ts';
import { isFilePath } from './file-path.ts';
import { makeCommit, makeTag } from './objects.ts';
import { push } from './push.ts';
import type { Change, Changed, Changes, ChangesOptions, FileOfBranch, Found, Sought } from './types.ts';
import { fetchBranch, hasRefs, inWorkspace, local, readFile, readHost, type Workspace } from './workspace.ts';

/** How often a change is made anew because others were faster. */
const ROUNDS = 10;
/** How often a host may reject a push although nothing has moved there: another push may be at work. */
const REJECTIONS = 2;
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
  // Those of one process do not race each other.
  const turns = createTurns();

  function within<T>(endsAt: number, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const leftMs = () => Math.max(1, endsAt - now());
    return inWorkspace({ directory, address, access, leftMs, now }, work);
  }

  return {
    change(change) {
      assertNames(change);
      const begun = now();
      const pushBy = begun + change.withinMs * BEFORE_PUSH;
      const endsAt = begun + change.withinMs;
      return turns(async () => {
        if (now() >= pushBy)
          return { kind: 'late', reason: 'other changes of the same repository took all the time' };
        return within(endsAt, (workspace) => make(workspace, change, { now, pushBy }));
      });
    },
    find(sought) {
      assertNames(sought);
      return within(now() + sought.withinMs, (workspace) => seek(workspace, sought));
    },
  };
}

function assertNames({ branch, file, tag }: FileOfBranch & Pick<Change, 'tag'>): void {
  if (!isRefName(branch)) throw new TypeError(`not a branch: ${JSON.stringify(branch)}`);
  if (!isFilePath(file)) throw new TypeError(`not a file of a repository: ${JSON.stringify(file)}`);
  if (tag !== undefined && !isRefName(tag.name))
    throw new TypeError(`not a tag: ${JSON.stringify(tag.name)}`);
}

/** When something may be pushed. */
interface Times {
  now: () => number;
  /** No push begins later: who was held up for longer does not know any more that the change is wanted. */
  pushBy: number;
}

async function make(workspace: Workspace, change: Change, { now, pushBy }: Times): Promise<Changed> {
  let rejections = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { base, hasTag, present, text } = await prepare(workspace, change);
    const same = text === present?.text ? base : null;
    const tagged = change.tag === undefined || hasTag ? null : change.tag;
    if (same !== null && tagged === null) return { kind: 'same', sha: same };
    const at = now();
    const { author } = change;
    const mode = present?.mode ?? null;
    const head = same ?? (await makeCommit(workspace, { ...change, base, mode, text, at }));
    const commit = same === null ? head : null;
    const tag = tagged && {
      name: tagged.name,
      object: await makeTag(workspace, { ...tagged, commit: head, author, at }),
    };
    // After the fetch: whatever was pushed since then makes the push fail.
    if (now() >= pushBy) return { kind: 'late', reason: 'the repository answered too slowly' };
    const pushed = await push(workspace, { branch: change.branch, commit, base, tag });
    switch (pushed.kind) {
      case 'pushed':
        return { kind: commit === null ? 'same' : 'pushed', sha: head };
      case 'unknown':
        return { kind: 'unknown', reason: pushed.says };
      case 'refused':
        rejections += 1;
        // Another login would not be given later in the call.
        if (pushed.why === 'access' || rejections >= REJECTIONS) return pushed;
        break;
      case 'overtaken':
        rejections = 0;
        break;
      default:
        pushed satisfies never;
    }
  }
  return { kind: 'late', reason: `others were faster ${ROUNDS} times in a row` };
}

/** The branch as it is now, and the text that its file should have. */
async function prepare(
  workspace: Workspace,
  { branch, file, edit, tag }: FileOfBranch & Pick<Change, 'tag'>,
) {
  const { head, hasTag } = await readHost(workspace, branch, tag?.name ?? null);
  const base = head === null ? null : await fetchBranch(workspace, branch, 1);
  const present = base === null ? null : await readFile(workspace, base, file);
  return { base, hasTag, present, text: await edit(present?.text ?? null, base) };
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

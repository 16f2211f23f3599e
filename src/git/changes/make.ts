import { makeCommit, makeTag } from './objects.ts';
import { push } from './push.ts';
import type { Change, Changed } from './types.ts';
import { fetchBranch, type PresentFile, readFile, readHost, type Workspace } from './workspace.ts';

/** How often changes are made anew because others were faster. */
const ROUNDS = 10;
/** How often a host may reject a push although nothing has moved there: another push may be at work. */
const REJECTIONS = 2;

/** A change that somebody waits for. Whoever was answered is not answered again. */
export interface Wanted {
  change: Change;
  /** No push begins later: who was held up for longer does not know any more that the change is wanted. */
  pushBy: number;
  /** When its caller must have the answer. */
  endsAt: number;
  answer(changed: Changed): void;
  fail(error: unknown): void;
}

/** A change that is made, and not pushed yet. */
interface Made {
  wanted: Wanted;
  /** The commit whose file is as it should be. */
  sha: string;
  /** True: the commit was made for it. */
  isNew: boolean;
}

/**
 * Makes changes of one branch, a commit each, and pushes them at once. Answers each of them. One that has a tag is alone.
 * Throws `GitError` when the branch cannot be fetched; nothing was pushed for whoever is not answered by then.
 */
export async function make(
  workspace: Workspace,
  together: readonly Wanted[],
  now: () => number,
): Promise<void> {
  let left = together;
  let rejections = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [first] = left;
    if (first === undefined) return;
    const { branch, author, tag } = first.change;
    const { head, hasTag } = await readHost(workspace, branch, tag?.name ?? null);
    const base = head === null ? null : await fetchBranch(workspace, branch, 1);
    const missing = tag === undefined || hasTag ? null : tag;
    const at = now();
    const made = await commits(workspace, left, { base, isTagged: missing !== null, at });
    const top = made.at(-1)?.sha;
    if (top === undefined) return;
    const object = missing && (await makeTag(workspace, { ...missing, commit: top, author, at }));
    // After the fetch: whatever was pushed since then makes the push fail.
    const late = made.filter(({ wanted }) => now() >= wanted.pushBy);
    if (late.length > 0) {
      answerAll(late, { kind: 'late', reason: 'the repository answered too slowly' });
      left = made.filter((one) => !late.includes(one)).map(({ wanted }) => wanted);
      continue;
    }
    const pushed = await push(workspace, {
      branch,
      commit: top === base ? null : top,
      base,
      tag: missing && object !== null ? { name: missing.name, object } : null,
    });
    switch (pushed.kind) {
      case 'pushed':
        for (const { wanted, sha, isNew } of made) wanted.answer({ kind: isNew ? 'pushed' : 'same', sha });
        return;
      case 'unknown':
        answerAll(made, { kind: 'unknown', reason: pushed.says });
        return;
      case 'refused':
        rejections += 1;
        // Another login would not be given later in the call.
        if (pushed.why === 'rule' && rejections < REJECTIONS) break;
        if (pushed.why === 'access' || made.length === 1) {
          answerAll(made, pushed);
          return;
        }
        // The rule may be about one of them.
        for (const { wanted } of made) await make(workspace, [wanted], now);
        return;
      case 'overtaken':
        rejections = 0;
        break;
      default:
        pushed satisfies never;
    }
    left = made.map(({ wanted }) => wanted);
  }
  for (const wanted of left)
    wanted.answer({ kind: 'late', reason: `others were faster ${ROUNDS} times in a row` });
}

/** What the commits are made on, and when. `isTagged`: a tag is to be pushed, so that what stands there is no answer yet. */
interface Basis {
  base: string | null;
  isTagged: boolean;
  at: number;
}

/** Makes a commit for each change, on top of each other. Answers those that need none, or cannot be made. */
async function commits(
  workspace: Workspace,
  wanted: readonly Wanted[],
  { base, isTagged, at }: Basis,
): Promise<Made[]> {
  const files = await Promise.all(wanted.map((one) => readFor(workspace, one, base)));
  const edited = new Map<string, PresentFile>();
  const made: Made[] = [];
  let head = base;
  for (const [index, one] of wanted.entries()) {
    const read = files[index] ?? null;
    if (read === null) continue;
    const { change } = one;
    const present = edited.get(change.file) ?? read.present;
    try {
      const text = await change.edit(present?.text ?? null, head);
      if (text !== present?.text) {
        const mode = present?.mode ?? null;
        head = await makeCommit(workspace, { ...change, base: head, mode, text, at });
        edited.set(change.file, { mode: mode ?? '100644', text });
        made.push({ wanted: one, sha: head, isNew: true });
      } else if (head !== null && head === base && !isTagged) one.answer({ kind: 'same', sha: head });
      else if (head !== null) made.push({ wanted: one, sha: head, isNew: false });
    } catch (error) {
      one.fail(error);
    }
  }
  return made;
}

/** The file of a change as the branch has it; null: it cannot be read, which is answered. */
async function readFor(
  workspace: Workspace,
  wanted: Wanted,
  base: string | null,
): Promise<{ present: PresentFile | null } | null> {
  try {
    return { present: base === null ? null : await readFile(workspace, base, wanted.change.file) };
  } catch (error) {
    wanted.fail(error);
    return null;
  }
}

function answerAll(made: readonly Made[], changed: Changed): void {
  for (const { wanted } of made) wanted.answer(changed);
}

import type { KnownBlock, ModalView, RichTextBlock } from '@slack/types';
import { MODALS } from './actions.ts';
import { commitList, logLines, paragraph, plainText, richLine, richText } from './blocks.ts';
import { many, names } from './text.ts';
import type { CommitList, Surroundings } from './view.ts';
import { commit, say } from './words.ts';

function show(name: 'diff' | 'log', title: string, blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    callback_id: MODALS[name],
    title: plainText(title, 24),
    close: plainText('Close', 24),
    blocks,
  };
}

export interface DiffModal {
  /** Environment id. */
  environment: string;
  sha: string;
  /** The commit it is compared with; null: nothing runs there. */
  against: string | null;
  adds: CommitList | null;
  removes: CommitList | null;
  surroundings: Surroundings;
}

/** Commits in a block, so that one of them stays far below 12,000 characters. */
const IN_A_BLOCK = 20;

function commits(title: string, list: CommitList, max: number, around: Surroundings): RichTextBlock[] {
  const shown = list.commits.slice(0, max);
  const groups = [[richLine(say`${title}`), ...commitList(list, Math.min(IN_A_BLOCK, max), around)]];
  for (let from = IN_A_BLOCK; from < shown.length; from += IN_A_BLOCK) {
    const part = { ...list, commits: shown.slice(from, from + IN_A_BLOCK) };
    groups.push(commitList(part, IN_A_BLOCK, around));
  }
  const more = list.count - shown.length;
  const by = list.authors.length > 0 ? ` by ${names(list.authors)}` : '';
  if (more > 0) groups.at(-1)?.push(richLine(say`+${more} more${by}`));
  return groups.map(richText);
}

/** What would be removed first, at most 50; then what would be added, at most 200. */
export function diffModal({
  environment,
  sha,
  against,
  adds,
  removes,
  surroundings: around,
}: DiffModal): ModalView {
  const base = against ? say` against ${commit(against, around)}` : say`: nothing runs there yet`;
  const blocks: KnownBlock[] = [paragraph(say`${commit(sha, around)} for ${environment}${base}`)];
  if (!adds || !removes) {
    if (against) blocks.push(paragraph(say`The commits could not be asked of git. Try again in a minute.`));
  } else {
    if (removes.count > 0)
      blocks.push(...commits(`Removes ${many(removes.count, 'commit')}`, removes, 50, around));
    if (adds.count > 0) blocks.push(...commits(`Adds ${many(adds.count, 'commit')}`, adds, 200, around));
    if (removes.count + adds.count === 0) blocks.push(paragraph(say`No difference.`));
  }
  return show('diff', 'Show Diff', blocks);
}

export interface LogModal {
  /** First line of the body: `Deploy of abc123f to storefront/prod`. */
  title: string;
  lines: string[];
  /** How many lines came before these. */
  before: number;
}

/** The last 40 lines, in blocks of at most 3,000 characters. */
export function logModal({ title, lines, before }: LogModal): ModalView {
  const kept = lines.slice(-40);
  const earlier = before + lines.length - kept.length;
  const blocks: KnownBlock[] = [paragraph(say`${title}`)];
  if (earlier > 0) blocks.push(paragraph(say`${many(earlier, 'line')} before these.`));
  let some = false;
  for (let from = 0; from < kept.length; from += 14) {
    const part = logLines(kept.slice(from, from + 14), 14);
    if (part.length > 0) blocks.push(richText(part));
    some ||= part.length > 0;
  }
  if (!some) blocks.push(paragraph(say`Nothing was printed.`));
  return show('log', 'Show Log', blocks);
}

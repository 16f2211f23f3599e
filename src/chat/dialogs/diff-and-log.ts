import type { KnownBlock, ModalView, RichTextBlock, RichTextBlockElement } from '@slack/types';
import type { Said } from '../../domain/documents/values/current.ts';
import { shortSha } from '../../domain/ids.ts';
import { MODALS } from '../blocks/actions.ts';
import {
  actions,
  type ButtonSpec,
  bullets,
  commitWords,
  ENTRIES_MAX,
  fitting,
  logLine,
  logLines,
  paragraph,
  plainText,
  richLine,
  richText,
} from '../blocks/blocks.ts';
import { fallback, names, plural } from '../text/clean.ts';
import { saidWords } from '../text/current.ts';
import { foreign, type Inline, inline, NOTHING } from '../text/inline.ts';
import { commit, compare } from '../text/references.ts';
import type { Told } from '../text/subjects.ts';
import type { CommitList, LogTail, Message, RenderContext } from '../view-model.ts';

function show(name: 'diff' | 'log', title: string, blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    callback_id: MODALS[name],
    title: plainText(title, 24),
    close: plainText('Close', 24),
    blocks,
  };
}

/** What the diff of an environment is drawn from. */
export interface DiffModal {
  /** Environment id. */
  environment: string;
  sha: string;
  /** The commit to compare with; null: nothing runs there. */
  against: string | null;
  adds: CommitList | null;
  removes: CommitList | null;
  /** What really runs, where that is not `against`; absent: that runs, as far as is known. */
  drift?: Said | undefined;
  context: RenderContext;
}

/** Commits per block, and their characters: Slack takes 12,000 in one. */
const IN_A_BLOCK = 20;
const BLOCK_MAX = 11_000;

/** `from` and `to`: the range of commits that the list was read from. */
function commits(
  title: string,
  list: CommitList,
  max: number,
  [from, to]: readonly [string, string],
  context: RenderContext,
): RichTextBlock[] {
  const shown = list.commits.slice(0, max);
  const told: Told = new Set();
  const lines = shown.map((one) => richLine(commitWords(one, context, told)));
  const groups: RichTextBlockElement[][] = [[richLine(inline`${title}`)]];
  for (let first = 0; first < lines.length; ) {
    const count = Math.max(1, fitting(lines.slice(first, first + IN_A_BLOCK), BLOCK_MAX).length);
    const part = bullets(lines.slice(first, first + count));
    if (first === 0) groups[0]?.push(part);
    else groups.push([part]);
    first += count;
  }
  const more = list.count - shown.length;
  const by = list.authors.length > 0 ? ` by ${names(list.authors)}` : '';
  const all = compare(from, to, context);
  const link = all ? inline` · ${all}` : NOTHING;
  if (more > 0) groups.at(-1)?.push(richLine(inline`+${more} more${by}${link}`));
  return groups.map(richText);
}

/** The commits that would be removed, then those that would be added, at most `most` of each. */
function diffBlocks(
  { environment, sha, against, adds, removes, drift, context }: DiffModal,
  most: { removed: number; added: number },
): KnownBlock[] {
  const base = against ? inline` against ${commit(against, context)}` : inline`: nothing runs there yet`;
  const blocks: KnownBlock[] = [paragraph(inline`${commit(sha, context)} for ${environment}${base}`)];
  if (drift) blocks.push(paragraph(inline`⚠️ ${environment} says that it runs ${saidWords(drift, context)}.`));
  if (!adds || !removes || against === null) {
    if (against) blocks.push(paragraph(inline`Git could not list the commits. Try again in a minute.`));
  } else {
    if (removes.count > 0) {
      const title = `Removes ${plural(removes.count, 'commit')}`;
      blocks.push(...commits(title, removes, most.removed, [sha, against], context));
    }
    if (adds.count > 0) {
      const title = `Adds ${plural(adds.count, 'commit')}`;
      blocks.push(...commits(title, adds, most.added, [against, sha], context));
    }
    if (removes.count + adds.count === 0) blocks.push(paragraph(inline`No difference.`));
  }
  return blocks;
}

/** Characters for the blocks of the dialog: Slack refuses one of 250 KB. */
const DIFF_MAX = 150_000;

/** At most 50 removed and 200 added commits (CARDS §4); half as many, and so on, where their links are that long. */
export function diffModal(diff: DiffModal): ModalView {
  let most = { removed: 50, added: 200 };
  let blocks = diffBlocks(diff, most);
  while (JSON.stringify(blocks).length > DIFF_MAX) {
    most = { removed: Math.ceil(most.removed / 2), added: Math.ceil(most.added / 2) };
    blocks = diffBlocks(diff, most);
  }
  return show('diff', 'Show Diff', blocks);
}

/** `/release diff`: the diff as a message, with a button for what does not fit. */
export function diffMessage(diff: DiffModal): Message {
  const { environment, sha, adds, removes } = diff;
  for (let most = 20; ; most -= 5) {
    const [removed, added] = [Math.max(Math.ceil(most / 2), 1), Math.max(most, 1)];
    const blocks = diffBlocks(diff, { removed, added });
    if (most > 0 && JSON.stringify(blocks).length > ENTRIES_MAX) continue;
    const shown = Math.min(removes?.count ?? 0, removed) + Math.min(adds?.count ?? 0, added);
    const all = (removes?.count ?? 0) + (adds?.count ?? 0);
    const button: ButtonSpec = {
      label: 'Show Diff',
      action: 'showDiff',
      says: `Show Diff ${shortSha(sha)} for ${environment}`,
      value: { environment, sha },
    };
    const words = `${shortSha(sha)} for ${environment}: removes ${plural(removes?.count ?? 0, 'commit')}, adds ${adds?.count ?? 0}`;
    return {
      text: fallback(adds && removes ? words : `${shortSha(sha)} for ${environment}`),
      blocks: [...blocks, ...actions(shown < all ? [button] : [])],
    };
  }
}

/** What a log in a dialog or message is drawn from. */
export interface LogModal extends LogTail {
  /** First line of the body: `Deploy of abc123f to storefront/prod`. */
  title: string;
  /** What is said where there is no line. Absent: that nothing was printed. */
  nothing?: Inline;
}

/** How many of a log's last lines are shown (CARDS §4). */
export const LOG_LINES = 40;

function logBlocks({ title, lines, before, leftOut = 0, nothing }: LogModal, room: number): KnownBlock[] {
  const shown: string[] = [];
  let left = room;
  for (const line of lines.slice(-LOG_LINES).reverse()) {
    left -= JSON.stringify(logLine(line)).length;
    if (left < 0) break;
    shown.unshift(line);
  }
  const earlier = before + lines.length - shown.length;
  const blocks: KnownBlock[] = [paragraph(inline`${title}`)];
  const megabytes = Math.max(1, Math.round(leftOut / 1_000_000));
  const kept =
    leftOut > 0 ? inline` ${megabytes.toLocaleString('en-US')} MB in the middle were not kept.` : NOTHING;
  if (earlier > 0) blocks.push(paragraph(inline`${plural(earlier, 'earlier line')}.${kept}`));
  let some = false;
  for (let from = 0; from < shown.length; from += 14) {
    const part = logLines(shown.slice(from, from + 14), 14);
    if (part.length > 0) blocks.push(richText(part));
    some ||= part.length > 0;
  }
  if (!some) blocks.push(paragraph(nothing ?? inline`Nothing was printed.`));
  return blocks;
}

/** One log after the other, each under its title; in blocks of at most 3,000 characters. */
export function logModal(...logs: LogModal[]): ModalView {
  return show(
    'log',
    'Show Log',
    logs.flatMap((log) => logBlocks(log, Number.POSITIVE_INFINITY)),
  );
}

/**
 * `/release log`: the logs as a message, as much of the end of each as fits. `whole`: where the whole log is; null: there
 * is no log.
 */
export function logMessage(...logs: (LogModal & { whole: string | null })[]): Message {
  const room = Math.floor(ENTRIES_MAX / Math.max(1, logs.length));
  const blocks = logs.flatMap((log): KnownBlock[] => {
    if (log.whole === null) return [paragraph(inline`${log.title}`)];
    if (log.nothing && log.lines.length === 0) return logBlocks(log, room);
    const what = log.leftOut ? 'The part that is kept' : 'The whole log';
    return [...logBlocks(log, room), paragraph(inline`${what}: ${foreign(log.whole, 500)}`)];
  });
  return { text: fallback(logs.map(({ title }) => title).join('; ')), blocks };
}

import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextBlockElement,
  RichTextSection,
  SectionBlock,
} from '@slack/types';
import { type EnvironmentId, releaseId } from '../../domain/ids.ts';
import { clean, fallback, line, truncate } from '../text/clean.ts';
import { type Inline, inline, isForeign } from '../text/inline.ts';
import { cardUrl, commit } from '../text/references.ts';
import { mrkdwn, plain, richElements } from '../text/render.ts';
import { subjectWords, type Told } from '../text/subjects.ts';
import type { CommitLine, CommitList, Message, RenderContext } from '../view-model.ts';
import { type ActionValue, encodeValue } from './action-values.ts';
import { ACTIONS, type ActionName } from './actions.ts';

/** One line of plain text, cut to `max` characters; never empty, since Slack refuses that. */
export function plainText(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: line(text, max) || ' ', emoji: false };
}

/** A button before it is drawn; texts that are too long are cut. */
export interface ButtonSpec {
  label: string;
  action: ActionName;
  value: ActionValue;
  /** Label for screen readers: tells apart the "Approve" buttons of ten cards. */
  says: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
  /** Makes the button a link. */
  url?: string;
}

/** The confirmation dialog shown before the button acts. */
export function confirm(title: string, text: Inline, yes: string, no = 'Not Now'): ConfirmationDialog {
  return {
    title: plainText(title, 100),
    text: plainText(plain(text), 300),
    confirm: plainText(yes, 30),
    deny: plainText(no, 30),
  };
}

/** Draws a button. `actionId`: numbered if the block has several with this action. */
export function button(spec: ButtonSpec, actionId: string = ACTIONS[spec.action]): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: plainText(spec.label, 75),
    value: encodeValue(spec.value),
    accessibility_label: line(spec.says, 75),
    ...(spec.style ? { style: spec.style } : {}),
    ...(spec.confirm ? { confirm: spec.confirm } : {}),
    ...(spec.url ? { url: spec.url } : {}),
  };
}

/** The button that links to a release's card; none if its URL is not known. `environment`: its id. */
export function openCard(
  environment: EnvironmentId,
  release: number,
  context: Pick<RenderContext, 'cards'>,
): ButtonSpec[] {
  const id = releaseId(environment, release);
  const url = cardUrl(context, id);
  if (url === null) return [];
  const value = { environment, release };
  return [{ label: 'Open Card', action: 'openCard', value, says: `Open the card of ${id}`, url }];
}

/** A row of buttons; no block if there are none. `id`: block id, ties clicks to what was shown. */
export function actions(specs: readonly ButtonSpec[], id?: string): ActionsBlock[] {
  if (specs.length === 0) return [];
  const seen = new Map<ActionName, number>();
  const elements = specs.slice(0, 25).map((spec) => {
    const times = seen.get(spec.action) ?? 0;
    seen.set(spec.action, times + 1);
    return button(spec, times === 0 ? ACTIONS[spec.action] : `${ACTIONS[spec.action]}.${times}`);
  });
  return [{ type: 'actions', ...(id ? { block_id: truncate(id, 255) } : {}), elements }];
}

/** A paragraph of mrkdwn. If it contains foreign text it becomes rich text, in which Slack parses nothing. */
export function paragraph(words: Inline): SectionBlock | RichTextBlock {
  if (isForeign(words)) return richText([{ type: 'rich_text_section', elements: richElements(words) }]);
  const text = mrkdwn(words);
  // Cutting could split an escape or a link, so a text that is too long becomes plain.
  if (text.length > 3000) {
    return richText([
      { type: 'rich_text_section', elements: [{ type: 'text', text: truncate(plain(words), 3000) }] },
    ]);
  }
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** The bold title and the status line below it. The title must not contain foreign text. */
export function head(title: Inline, status: Inline): KnownBlock[] {
  const bold = `*${mrkdwn(title)}*`;
  if (isForeign(status)) {
    return [{ type: 'section', text: { type: 'mrkdwn', text: bold } }, paragraph(status)];
  }
  return [{ type: 'section', text: { type: 'mrkdwn', text: `${bold}\n${mrkdwn(status)}` } }];
}

/** A small grey line. It must not contain foreign text. */
export function contextBlock(words: Inline): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn(words) }] };
}

/** A message of a sentence or two, with buttons below. */
export function said(words: Inline, buttons: readonly ButtonSpec[] = []): Message {
  return { text: fallback(plain(words)), blocks: [paragraph(words), ...actions(buttons)] };
}

export function richText(elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements };
}

/** One line of rich text, in which Slack parses nothing. */
export function richLine(words: Inline): RichTextSection {
  return { type: 'rich_text_section', elements: richElements(words) };
}

/** A bulleted list of such lines; at least one. */
export function bullets(lines: RichTextSection[]): RichTextBlockElement {
  return { type: 'rich_text_list', style: 'bullet', elements: lines };
}

/** A person's note as a quote, cut. */
export function quoted(text: string, max = 300): RichTextBlockElement {
  return { type: 'rich_text_quote', elements: [{ type: 'text', text: line(text, max) || ' ' }] };
}

/** How many of a log's last lines a thread reply shows. */
export const TAIL_LINES = 20;

/** One line of a log as it is shown. */
export function logLine(raw: string): string {
  return truncate(clean(raw).replace(/\n/g, ' ').trimEnd(), 200);
}

/** The last `count` lines of a log, each cut at 200 characters, as many as fit into 2,900 characters. */
export function lastLines(lines: readonly string[], count: number): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const raw of lines.slice(-count).reverse()) {
    const text = logLine(raw);
    if (length + text.length + 1 > 2900) break;
    length += text.length + 1;
    kept.unshift(text);
  }
  return kept;
}

/** The same lines as a preformatted block; none if nothing was printed. */
export function logLines(lines: readonly string[], count: number): RichTextBlockElement[] {
  const text = lastLines(lines, count).join('\n').trim();
  return text ? [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] : [];
}

/** "abc123f Fix rounding in the cart (#12) – Lin" */
export function commitWords(one: CommitLine, context: RenderContext, told: Told = new Set()): Inline {
  const by = { kind: 'foreign', text: ` – ${line(one.author, 30)}` } as const;
  return inline`${commit(one.sha, context)} ${subjectWords(one, context, told)}${by}`;
}

/** A bulleted list of the newest `max` commits; `note`: text after a commit. */
export function commitList(
  list: CommitList,
  max: number,
  context: RenderContext,
  note: (sha: string) => Inline = () => [],
): RichTextBlockElement[] {
  const shown = list.commits.slice(0, max);
  if (shown.length === 0) return [];
  const told: Told = new Set();
  return [bullets(shown.map((one) => richLine(inline`${commitWords(one, context, told)}${note(one.sha)}`)))];
}

/** Characters for the entries of an answer: the rest of a message's 12,000 is for its first and last lines. */
export const ENTRIES_MAX = 10_500;

/** The first entries, each whole, as many as fit into `room` characters of JSON. */
export function fitting<T>(entries: readonly T[], room = ENTRIES_MAX): T[] {
  let left = room;
  const shown: T[] = [];
  for (const entry of entries) {
    left -= JSON.stringify(entry).length + 1;
    if (left < 0) break;
    shown.push(entry);
  }
  return shown;
}

/** Replaces a message that Slack did not accept: its text alone, without buttons. */
export function plainMessage({ text }: Message): Message {
  const instead =
    'Slack refused this message with its buttons. `/release status` shows the state, `/release help` what to type instead.';
  return { text: `${text}\n${instead}`, blocks: [] };
}

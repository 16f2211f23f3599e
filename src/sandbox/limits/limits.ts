import { type Fields, fieldsOf, isFields, listOf, textOf } from '../workspace/json.ts';
import { checkBlocks } from './blocks.ts';
import { checkOptionGroups } from './elements.ts';
import { type Problem, Report } from './report.ts';

export type { Problem };

/** Hard limit of `text` (SLACK, "Size"). */
const TEXT = 40_000;

/**
 * Undocumented: above about 12,000 characters of text in all blocks, Slack answers `msg_blocks_too_long` (SLACK,
 * "Size").
 */
const ALL_TEXT = 12_000;

const NONE: ReadonlySet<string> = new Set();

/** Most characters of a view as JSON. */
const VIEW = 250_000;

/** Most options that an external select takes at once. */
const OPTIONS = 100;

/**
 * Checks a message. Slack only warns about blocks without `text`; here this is an error, because screen readers need
 * it.
 */
export function checkMessage(args: Fields, refused: ReadonlySet<string> = NONE): Problem[] {
  const report = new Report('invalid_blocks');
  const text = textOf(args.text);
  const blocks = args.blocks ?? [];
  if (!isBlockList(report, blocks)) return report.problems;
  if (text === '') report.add('/text', 'a message without a fallback text cannot be read aloud', 'no_text');
  if (text.length > TEXT) report.add('/text', `must be less than ${TEXT + 1} characters`, 'msg_too_long');
  checkMetadata(report, args.metadata);
  checkMessageBlocks(report, blocks, refused);
  return report.problems;
}

/** Checks the blocks of a message alone. */
export function checkBlockList(blocks: unknown, refused: ReadonlySet<string>): Problem[] {
  const report = new Report('invalid_blocks');
  if (isBlockList(report, blocks)) checkMessageBlocks(report, blocks, refused);
  return report.problems;
}

function isBlockList(report: Report, blocks: unknown): blocks is Fields[] {
  if (Array.isArray(blocks) && blocks.every(isFields)) return true;
  report.add('/blocks', 'must be an array of objects', 'invalid_blocks_format');
  return false;
}

function checkMessageBlocks(report: Report, blocks: Fields[], refused: ReadonlySet<string>): void {
  checkBlocks(report, blocks, 'message', refused);
  if (textLength(blocks) > ALL_TEXT) {
    report.add('/blocks', `all text together is over ${ALL_TEXT} characters`, 'msg_blocks_too_long');
  }
}

/** Checks a modal or a Home tab against Slack's limits. */
export function checkView(value: unknown, type: 'modal' | 'home' = 'modal'): Problem[] {
  const report = new Report('invalid_arguments');
  if (!isFields(value)) {
    report.add('/view', 'must be an object');
    return report.problems;
  }
  if (value.type !== type) report.add('/view/type', `must be ${type}`);
  if (JSON.stringify(value).length > VIEW) report.add('/view', 'is over 250 kB', 'view_too_large');
  report.atMost('/view/private_metadata', textOf(value.private_metadata), 3000);
  report.atMost('/view/callback_id', textOf(value.callback_id), 255);
  report.atMost('/view/external_id', textOf(value.external_id), 255);
  if (!Array.isArray(value.blocks)) report.add('/view/blocks', 'missing required field: blocks');
  const blocks = listOf(value.blocks);
  checkBlocks(report, blocks, type, NONE);
  if (type === 'modal') checkFrame(report, value, blocks);
  return report.problems;
}

/** What only a modal has. */
function checkFrame(report: Report, view: Fields, blocks: Fields[]): void {
  report.plainText('/view/title', view.title, 24);
  if (view.submit) report.plainText('/view/submit', view.submit, 24);
  if (view.close) report.plainText('/view/close', view.close, 24);
  if (!view.submit && blocks.some((block) => block.type === 'input')) {
    report.add('/view/submit', 'is required where there is an input');
  }
}

/** Checks the bot's answer to `block_suggestion`. No options at all are valid. */
export function checkOptionsAnswer(body: Fields): Problem[] {
  const report = new Report('invalid_options');
  if (!Array.isArray(body.options) && !Array.isArray(body.option_groups)) {
    report.add('/options', 'must have options or option_groups');
  }
  checkOptionGroups(report, body, '', OPTIONS);
  return report.problems;
}

/** Empty metadata removes the existing metadata. */
function checkMetadata(report: Report, metadata: unknown): void {
  if (metadata === undefined || metadata === null) return;
  const { event_type: type, event_payload: payload } = fieldsOf(metadata);
  const isEmpty = isFields(metadata) && Object.keys(metadata).length === 0;
  if (!isEmpty && (textOf(type) === '' || !isFields(payload))) {
    report.add('/metadata', 'needs event_type and event_payload', 'invalid_metadata_format');
  }
}

/** Number of characters in all texts of these blocks. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : textLength(item)),
    0,
  );
}

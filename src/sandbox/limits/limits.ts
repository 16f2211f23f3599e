import { type Fields, fieldsOf, isFields, listOf, textOf } from '../workspace/json.ts';
import { checkElement } from './elements.ts';
import { Report } from './report.ts';

/** Something that Slack would reject: its error code, and what is wrong where. */
export interface Problem {
  error: string;
  message: string;
}

const SURFACES = {
  message: {
    blocks: 50,
    path: '/blocks',
    types: ['actions', 'context', 'divider', 'header', 'image', 'markdown', 'rich_text', 'section', 'table'],
  },
  modal: {
    blocks: 100,
    path: '/view/blocks',
    types: ['actions', 'context', 'divider', 'header', 'image', 'input', 'rich_text', 'section'],
  },
} as const;

/** Hard limit of `text` (SLACK, "Size"). */
const TEXT = 40_000;

/**
 * Undocumented: above about 12,000 characters of text in all blocks, Slack answers `msg_blocks_too_long` (SLACK,
 * "Size").
 */
const ALL_TEXT = 12_000;

/**
 * Checks a message. Slack only warns about blocks without `text`; here this is an error, because screen readers need
 * it.
 */
export function checkMessage(args: Fields): Problem[] {
  const report = new Report('invalid_blocks');
  const text = textOf(args.text);
  const blocks = args.blocks ?? [];
  if (!Array.isArray(blocks) || !blocks.every(isFields)) {
    report.add('/blocks', 'must be an array of objects', 'invalid_blocks_format');
    return report.problems;
  }
  if (text === '') report.add('/text', 'a message without a fallback text cannot be read aloud', 'no_text');
  if (text.length > TEXT) report.add('/text', `must be less than ${TEXT + 1} characters`, 'msg_too_long');
  checkMetadata(report, args.metadata);
  checkBlocks(report, listOf(blocks), 'message');
  if (textLength(blocks) > ALL_TEXT) {
    report.add('/blocks', `all text together is over ${ALL_TEXT} characters`, 'msg_blocks_too_long');
  }
  return report.problems;
}

/** Checks a modal against Slack's limits. */
export function checkView(value: unknown): Problem[] {
  const report = new Report('invalid_arguments');
  if (!isFields(value)) {
    report.add('/view', 'must be an object');
    return report.problems;
  }
  if (value.type !== 'modal') report.add('/view/type', 'must be modal');
  report.plainText('/view/title', value.title, 24);
  if (value.submit) report.plainText('/view/submit', value.submit, 24);
  if (value.close) report.plainText('/view/close', value.close, 24);
  report.atMost('/view/private_metadata', textOf(value.private_metadata), 3000);
  report.atMost('/view/callback_id', textOf(value.callback_id), 255);
  if (!Array.isArray(value.blocks)) report.add('/view/blocks', 'missing required field: blocks');
  const blocks = listOf(value.blocks);
  checkBlocks(report, blocks, 'modal');
  if (!value.submit && blocks.some((block) => block.type === 'input')) {
    report.add('/view/submit', 'is required where there is an input');
  }
  return report.problems;
}

function checkBlocks(report: Report, blocks: Fields[], surface: keyof typeof SURFACES): void {
  const { blocks: most, types, path: root } = SURFACES[surface];
  report.count(root, blocks, most);
  const ids = new Set<string>();
  blocks.forEach((block, at) => {
    const path = `${root}/${at}`;
    if (!types.some((type) => type === block.type)) {
      report.add(`${path}/type`, `unsupported type: ${textOf(block.type)}`);
      return;
    }
    const id = textOf(block.block_id);
    report.atMost(`${path}/block_id`, id, 255);
    if (id !== '' && ids.has(id)) report.add(`${path}/block_id`, `already exists: ${id}`);
    ids.add(id);
    checkBlock(report, block, path);
  });
}

function checkBlock(report: Report, block: Fields, path: string): void {
  switch (block.type) {
    case 'section':
      checkSection(report, block, path);
      return;
    case 'header':
      report.plainText(`${path}/text`, block.text, 150);
      return;
    case 'context':
      report.elements(`${path}/elements`, block.elements, 10);
      listOf(block.elements).forEach((element, at) => {
        if (element.type === 'image') checkImage(report, element, `${path}/elements/${at}`);
        else report.text(`${path}/elements/${at}`, element, 3000);
      });
      return;
    case 'image':
      checkImage(report, block, path);
      return;
    case 'markdown':
      if (textOf(block.text) === '') report.add(`${path}/text`, 'must be more than 0 characters');
      return;
    case 'table':
      checkTable(report, block, path);
      return;
    case 'actions':
      checkActions(report, block, path);
      return;
    case 'input':
      report.plainText(`${path}/label`, block.label, 2000);
      if (block.hint !== undefined) report.plainText(`${path}/hint`, block.hint, 2000);
      checkElement(report, fieldsOf(block.element), `${path}/element`);
      return;
    case 'rich_text':
      checkRichText(report, listOf(block.elements), `${path}/elements`);
      return;
    default:
      return;
  }
}

function checkSection(report: Report, block: Fields, path: string): void {
  const fields = listOf(block.fields);
  if (block.text !== undefined || fields.length === 0) report.text(`${path}/text`, block.text, 3000);
  report.count(`${path}/fields`, fields, 10);
  fields.forEach((field, at) => {
    report.text(`${path}/fields/${at}`, field, 2000);
  });
  const accessory = fieldsOf(block.accessory);
  if (accessory.type === 'image') checkImage(report, accessory, `${path}/accessory`);
  else if (block.accessory !== undefined) checkElement(report, accessory, `${path}/accessory`);
}

function checkImage(report: Report, image: Fields, path: string): void {
  if (!image.image_url && !image.slack_file) report.add(`${path}/image_url`, 'is required');
  if (textOf(image.alt_text) === '') report.add(`${path}/alt_text`, 'is required');
  report.atMost(`${path}/image_url`, textOf(image.image_url), 3000);
  report.atMost(`${path}/alt_text`, textOf(image.alt_text), 2000);
}

function checkTable(report: Report, table: Fields, path: string): void {
  report.elements(`${path}/rows`, table.rows, 100);
  const rows: unknown[] = Array.isArray(table.rows) ? table.rows : [];
  rows.forEach((row, at) => {
    report.elements(`${path}/rows/${at}`, row, 20);
  });
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

function checkActions(report: Report, block: Fields, path: string): void {
  report.elements(`${path}/elements`, block.elements, 25);
  const ids = new Set<string>();
  listOf(block.elements).forEach((element, at) => {
    const here = `${path}/elements/${at}`;
    const id = textOf(element.action_id);
    if (id !== '' && ids.has(id)) report.add(`${here}/action_id`, `already exists: ${id}`);
    ids.add(id);
    checkElement(report, element, here);
  });
}

const RICH = ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'];

function checkRichText(report: Report, elements: Fields[], path: string): void {
  elements.forEach((element, at) => {
    const here = `${path}/${at}`;
    const type = textOf(element.type);
    if (!RICH.includes(type)) report.add(`${here}/type`, `unsupported type: ${type}`);
    listOf(element.elements).forEach((leaf, index) => {
      if (leaf.type === 'text' && leaf.text === '') {
        report.add(`${here}/elements/${index}/text`, 'must be more than 0 characters');
      }
    });
    if (type === 'rich_text_list') checkRichText(report, listOf(element.elements), `${here}/elements`);
  });
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

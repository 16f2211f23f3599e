import { type Fields, fieldsOf, listOf, textOf } from '../workspace/json.ts';
import { checkElement } from './elements.ts';
import type { Report } from './report.ts';

const SURFACES = {
  message: {
    blocks: 50,
    path: '/blocks',
    types: [
      'actions',
      'context',
      'divider',
      'header',
      'image',
      'markdown',
      'plan',
      'rich_text',
      'section',
      'table',
      'task_card',
    ],
  },
  home: {
    blocks: 100,
    path: '/view/blocks',
    types: ['actions', 'context', 'divider', 'header', 'image', 'input', 'rich_text', 'section'],
  },
  modal: {
    blocks: 100,
    path: '/view/blocks',
    types: ['actions', 'context', 'divider', 'header', 'image', 'input', 'rich_text', 'section'],
  },
} as const;

export type Surface = keyof typeof SURFACES;

/** `refused`: block types that this Slack does not know. */
export function checkBlocks(
  report: Report,
  blocks: Fields[],
  surface: Surface,
  refused: ReadonlySet<string>,
): void {
  const { blocks: most, types, path: root } = SURFACES[surface];
  report.count(root, blocks, most);
  const ids = new Set<string>();
  blocks.forEach((block, at) => {
    const path = `${root}/${at}`;
    if (!types.some((type) => type === block.type) || refused.has(textOf(block.type))) {
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
    case 'plan':
      checkTitle(report, block, path);
      listOf(block.tasks).forEach((task, at) => {
        checkTask(report, task, `${path}/tasks/${at}`);
      });
      return;
    case 'task_card':
      checkTask(report, block, path);
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

const TASK_STATUSES = ['pending', 'in_progress', 'complete', 'error'];

/** One step of a plan, or a step on its own. */
function checkTask(report: Report, task: Fields, path: string): void {
  if (textOf(task.task_id) === '') report.add(`${path}/task_id`, 'is required');
  checkTitle(report, task, path);
  if (!TASK_STATUSES.includes(textOf(task.status))) {
    report.add(`${path}/status`, `must be one of ${TASK_STATUSES.join(', ')}`);
  }
  for (const part of ['details', 'output']) {
    const text = task[part];
    if (text === undefined) continue;
    if (fieldsOf(text).type !== 'rich_text') report.add(`${path}/${part}/type`, 'must be rich_text');
    checkRichText(report, listOf(fieldsOf(text).elements), `${path}/${part}/elements`);
  }
}

function checkTitle(report: Report, block: Fields, path: string): void {
  if (textOf(block.title) === '') report.add(`${path}/title`, 'must be more than 0 characters');
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

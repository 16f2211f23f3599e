import type { KnownBlock, ModalView } from '@slack/types';
import type { Message } from '../../src/chat/view-model.ts';

/** Slack's limits (SLACK, "Size"), and Slipway's own limits for a whole message. */
const MESSAGE_MAX = 12_000;
const TEXT_MAX = 300;
/** Slack refuses a view of 250 KB (`view_too_large`); this leaves room for what it adds. */
const VIEW_MAX = 200_000;

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return isJson(value) && typeof value.text === 'string' ? value.text : '';
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Collects the limits that are exceeded. */
class Check {
  readonly found: string[] = [];

  most(what: string, size: number, limit: number): void {
    if (size > limit) this.found.push(`${what}: ${size} of at most ${limit}`);
  }

  text(what: string, value: unknown, limit: number): void {
    const text = textOf(value);
    if (text === '') this.found.push(`${what}: empty`);
    this.most(what, text.length, limit);
  }

  unique(what: string, ids: unknown[]): void {
    const named = ids.filter((id) => id !== undefined);
    if (new Set(named).size !== named.length) this.found.push(`${what}: not unique`);
  }

  id(what: string, value: unknown): void {
    if (typeof value === 'string') this.most(what, value.length, 255);
  }

  button(element: Json): void {
    this.text('button text', element.text, 75);
    this.most('button value', String(element.value ?? '').length, 2000);
    this.most('button url', String(element.url ?? '').length, 3000);
    const label = element.accessibility_label;
    if (typeof label !== 'string' || label === '') this.found.push('button without accessibility_label');
    else this.most('accessibility_label', label.length, 75);
    if (isJson(element.confirm)) {
      this.text('confirm title', element.confirm.title, 100);
      this.text('confirm text', element.confirm.text, 300);
      this.text('confirm yes', element.confirm.confirm, 30);
      this.text('confirm no', element.confirm.deny, 30);
    }
  }

  options(value: unknown): void {
    const options = list(value).filter(isJson);
    this.most('options', options.length, 100);
    if (options.length === 0) this.found.push('select without options');
    for (const option of options) this.option(option);
  }

  option(option: Json): void {
    this.text('option text', option.text, 75);
    this.most('option value', String(option.value ?? '').length, 150);
    if (option.value === '') this.found.push('option value: empty');
    if (option.description) this.text('option description', option.description, 75);
  }

  select(element: Json): void {
    const groups = list(element.option_groups).filter(isJson);
    this.most('option groups', groups.length, 100);
    for (const group of groups) {
      this.text('group label', group.label, 75);
      this.options(group.options);
    }
    if (groups.length === 0 && element.type === 'static_select') this.options(element.options);
    if (isJson(element.initial_option)) {
      this.option(element.initial_option);
      const offered = [...groups.flatMap((group) => list(group.options)), ...list(element.options)];
      const initial = JSON.stringify(element.initial_option);
      if (offered.length > 0 && !offered.some((one) => JSON.stringify(one) === initial)) {
        this.found.push(`initial option: ${initial} is not one of the options`);
      }
    }
    if (element.placeholder) this.text('placeholder', element.placeholder, 150);
  }

  element(element: unknown): void {
    if (!isJson(element)) return;
    this.id('action_id', element.action_id);
    if (element.type === 'button') this.button(element);
    if (element.type === 'static_select' || element.type === 'external_select') this.select(element);
    if (element.type === 'checkboxes') {
      this.select(element);
      this.most('checkboxes', list(element.options).length, 10);
      if (element.initial_options && list(element.initial_options).length === 0) {
        this.found.push('checkboxes: no initial options');
      }
    }
    if (element.type === 'plain_text_input') this.most('max_length', Number(element.max_length ?? 0), 3000);
  }

  /** Slack also refuses empty texts inside rich text. */
  rich(element: unknown): void {
    if (!isJson(element)) return;
    const inner = list(element.elements);
    if ('elements' in element && inner.length === 0) this.found.push(`${String(element.type)}: empty`);
    if (element.type === 'text' && element.text === '') this.found.push('rich text: empty text');
    if (element.type === 'link' && !element.url) this.found.push('rich text: link without url');
    for (const one of inner) this.rich(one);
  }

  block(block: Json): void {
    this.id('block_id', block.block_id);
    switch (block.type) {
      case 'section':
        this.text('section', block.text, 3000);
        this.element(block.accessory);
        break;
      case 'context':
        this.most('context elements', list(block.elements).length, 10);
        for (const element of list(block.elements)) this.text('context', element, 3000);
        break;
      case 'actions':
        this.most('actions', list(block.elements).length, 25);
        if (list(block.elements).length === 0) this.found.push('actions: empty');
        this.unique(
          'action_id',
          list(block.elements).map((element) => (isJson(element) ? element.action_id : '')),
        );
        for (const element of list(block.elements)) this.element(element);
        break;
      case 'input':
        this.text('label', block.label, 2000);
        this.element(block.element);
        break;
      case 'rich_text':
        this.rich(block);
        this.most('rich text', JSON.stringify(block).length, MESSAGE_MAX);
        break;
      case 'divider':
        break;
      default:
        this.found.push(`${String(block.type)}: a block that Slipway does not use`);
    }
  }

  blocks(blocks: readonly unknown[], limit: number): void {
    this.most('blocks', blocks.length, limit);
    const all = blocks.filter(isJson);
    this.unique(
      'block_id',
      all.map((block) => block.block_id),
    );
    for (const block of all) this.block(block);
  }
}

/** The limits that a message exceeds, as one sentence each; empty: none. */
export function checkLimits(said: Message): string[] {
  const check = new Check();
  if (said.text === '') check.found.push('text: empty');
  check.most('text', said.text.length, TEXT_MAX);
  check.blocks(said.blocks, 50);
  check.most('all blocks', JSON.stringify(said.blocks).length, MESSAGE_MAX);
  return check.found;
}

/** The same for the options that a menu is answered with. */
export function checkOptions(answer: object): string[] {
  const check = new Check();
  if ('options' in answer && list(answer.options).length === 0) return [];
  check.select({ ...answer, type: 'external_select' });
  return check.found;
}

/** The same for a modal. */
export function checkModal(view: ModalView): string[] {
  const check = new Check();
  check.text('title', view.title, 24);
  if (view.submit) check.text('submit', view.submit, 24);
  if (view.close) check.text('close', view.close, 24);
  check.most('private_metadata', (view.private_metadata ?? '').length, 3000);
  check.id('callback_id', view.callback_id);
  check.blocks(view.blocks, 100);
  check.most('all of it', JSON.stringify(view).length, VIEW_MAX);
  return check.found;
}

/** The same for the Home tab. */
export function checkHome(blocks: readonly KnownBlock[]): string[] {
  const check = new Check();
  check.blocks(blocks, 100);
  check.most('all blocks', JSON.stringify(blocks).length, VIEW_MAX);
  return check.found;
}

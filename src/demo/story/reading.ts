import type { SandboxMessage } from '../../sandbox/protocol.ts';

/** A button as people see it, with what a click on it needs. */
export interface SeenButton {
  label: string;
  blockId: string;
  actionId: string;
  /** Whether it asks for confirmation first. */
  confirms: boolean;
}

type Fields = Record<string, unknown>;

/** Format of `{time}` in Slack's dates. */
const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** All buttons of a message, in the order shown. */
export function buttons(message: SandboxMessage): SeenButton[] {
  return message.blocks.flatMap((block) => {
    const { block_id: blockId, elements, accessory } = fields(block);
    return [...list(elements), accessory].map(fields).flatMap((element): SeenButton[] => {
      if (element.type !== 'button') return [];
      return [
        {
          label: text(fields(element.text).text),
          blockId: text(blockId),
          actionId: text(element.action_id),
          confirms: element.confirm !== undefined,
        },
      ];
    });
  });
}

/** The text of a message as people read it: the lines of its blocks. */
export function lines(message: SandboxMessage): string[] {
  const said = message.blocks.map((block) => words(fields(block))).filter((one) => one.trim() !== '');
  return (said.length > 0 ? said.join('\n') : plain(message.text)).split('\n');
}

/** The title of a card and the status line below it. */
export function headline(message: SandboxMessage): { title: string; status: string } {
  const [title = '', status = ''] = lines(message);
  return { title, status };
}

function words(block: Fields): string {
  switch (block.type) {
    case 'section':
    case 'header':
      return mrkdwn(fields(block.text));
    case 'context':
      return list(block.elements)
        .map((element) => mrkdwn(fields(element)))
        .join(' ');
    case 'rich_text':
      return list(block.elements)
        .map((element) => rich(fields(element)))
        .join('\n');
    default:
      return '';
  }
}

function rich(element: Fields): string {
  if (element.type === 'rich_text_list') {
    return list(element.elements)
      .map((item) => `• ${rich(fields(item))}`)
      .join('\n');
  }
  const inner = list(element.elements).map((part) => rich(fields(part)));
  if (inner.length > 0) return inner.join('');
  return text(element.text ?? element.fallback ?? element.url ?? element.user_id);
}

function mrkdwn(object: Fields): string {
  const raw = text(object.text);
  return object.type === 'mrkdwn' ? plain(raw) : raw;
}

/** Slack's markup as displayed: the text of links, today's dates in the reader's time zone, no asterisks. */
function plain(raw: string): string {
  return raw
    .replaceAll(/<!date\^(\d+)\^([^|^>]*)[^>]*>/g, (_, seconds: string, format: string) =>
      format
        .replaceAll('{date_short_pretty}', 'today')
        .replaceAll('{time}', clockTime.format(Number(seconds) * 1_000)),
    )
    .replaceAll(/<[^>|]*\|([^>]*)>/g, '$1')
    .replaceAll(/<([^>]*)>/g, '$1')
    .replaceAll(/(^|\s)[*_]([^*_\n]+)[*_](?=$|\s)/gm, '$1$2')
    .replaceAll('`', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

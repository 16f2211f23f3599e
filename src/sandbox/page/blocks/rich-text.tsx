import type { ReactNode } from 'react';
import type { Span } from './mrkdwn.ts';
import { OneSpan } from './text.tsx';
import { asArray, asRecord, asText } from './unknown.ts';

type Element = Record<string, unknown>;

/** A `rich_text` block. Nothing in its texts is parsed. */
export function RichText({ block }: { block: Element }) {
  return asArray(block.elements).map((element, index) => {
    const { type } = asRecord(element);
    const key = `${index}-${asText(type)}`;
    return <RichElement key={key} element={asRecord(element)} />;
  });
}

function RichElement({ element }: { element: Element }) {
  switch (element.type) {
    case 'rich_text_list':
      return <List element={element} />;
    case 'rich_text_preformatted':
      return (
        <pre>
          <Leaves element={element} />
        </pre>
      );
    case 'rich_text_quote':
      return (
        <blockquote>
          <Leaves element={element} />
        </blockquote>
      );
    default:
      return (
        <p className="text">
          <Leaves element={element} />
        </p>
      );
  }
}

function List({ element }: { element: Element }) {
  const items = asArray(element.elements).map((item, index) => {
    const key = `item-${index}`;
    return (
      <li key={key}>
        <Leaves element={asRecord(item)} />
      </li>
    );
  });
  const indent = { marginLeft: `${Number(element.indent ?? 0) * 1.5}em` };
  if (element.style !== 'ordered') return <ul style={indent}>{items}</ul>;
  return (
    <ol start={Number(element.offset ?? 0) + 1} style={indent}>
      {items}
    </ol>
  );
}

function Leaves({ element }: { element: Element }) {
  return asArray(element.elements).map((leaf, index) => {
    const record = asRecord(leaf);
    const key = `${index}-${asText(record.type)}`;
    return <Leaf key={key} leaf={record} />;
  });
}

function Leaf({ leaf }: { leaf: Element }): ReactNode {
  const style = asRecord(leaf.style);
  let drawn: ReactNode = style.code ? <code>{asText(leaf.text)}</code> : <OneSpan span={spanOf(leaf)} />;
  if (style.bold) drawn = <b>{drawn}</b>;
  if (style.italic) drawn = <i>{drawn}</i>;
  return style.strike ? <s>{drawn}</s> : drawn;
}

function spanOf(leaf: Element): Span {
  switch (leaf.type) {
    case 'link':
      return { kind: 'link', url: asText(leaf.url), text: asText(leaf.text) || asText(leaf.url) };
    case 'user':
      return { kind: 'user', id: asText(leaf.user_id), text: '' };
    case 'usergroup':
      return { kind: 'group', id: asText(leaf.usergroup_id), text: '' };
    case 'channel':
      return { kind: 'channel', id: asText(leaf.channel_id), text: '' };
    case 'broadcast':
      return { kind: 'broadcast', range: asText(leaf.range) };
    case 'emoji':
      return { kind: 'text', text: emojiOf(leaf) };
    case 'date':
      return {
        kind: 'date',
        seconds: Number(leaf.timestamp),
        format: asText(leaf.format),
        url: asText(leaf.url),
        fallback: asText(leaf.fallback),
      };
    default:
      return { kind: 'text', text: asText(leaf.text) };
  }
}

/** `unicode`: code points in hexadecimal, separated by `-`. */
function emojiOf(leaf: Element): string {
  const points = asText(leaf.unicode)
    .split('-')
    .map((hex) => Number.parseInt(hex, 16));
  const isEmoji = points.every((point) => point > 0 && point <= 0x10ffff);
  return isEmoji ? String.fromCodePoint(...points) : `:${asText(leaf.name)}:`;
}

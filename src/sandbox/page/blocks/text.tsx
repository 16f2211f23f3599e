import { createContext, type ReactNode, useContext } from 'react';
import type { SandboxChannel, SandboxPerson } from '../../protocol.ts';
import { formatDate } from '../shared/time.ts';
import { type Part, parseMrkdwn, type Span } from './mrkdwn.ts';
import { asRecord, asText } from './unknown.ts';

/** The names of the people and channels whose ids occur in texts. */
export interface Names {
  people: readonly SandboxPerson[];
  channels: readonly SandboxChannel[];
  /** Id of the reader. Mentions of the reader are highlighted. */
  as: string;
}

export const NamesContext = createContext<Names>({ people: [], channels: [], as: '' });

/** A text object: `mrkdwn`, or `plain_text` shown verbatim. */
export function Text({ value }: { value: unknown }) {
  const { type, text } = asRecord(value);
  if (type !== 'mrkdwn') return <p className="text">{asText(text)}</p>;
  return parseMrkdwn(asText(text)).map((part, index) => {
    const key = `${index}-${part.kind}`;
    return <TextPart key={key} part={part} />;
  });
}

function TextPart({ part }: { part: Part }) {
  if (part.kind === 'preformatted') return <pre>{part.text}</pre>;
  const spans = <Spans spans={part.spans} />;
  return part.kind === 'quote' ? <blockquote>{spans}</blockquote> : <p className="text">{spans}</p>;
}

export function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, index) => {
    const key = `${index}-${span.kind}`;
    return <OneSpan key={key} span={span} />;
  });
}

export function OneSpan({ span }: { span: Span }): ReactNode {
  switch (span.kind) {
    case 'text':
      return span.text;
    case 'code':
      return <code>{span.text}</code>;
    case 'bold':
      return (
        <b>
          <Spans spans={span.spans} />
        </b>
      );
    case 'italic':
      return (
        <i>
          <Spans spans={span.spans} />
        </i>
      );
    case 'strike':
      return (
        <s>
          <Spans spans={span.spans} />
        </s>
      );
    case 'link':
      return <Link url={span.url}>{span.text}</Link>;
    case 'date': {
      const words = Number.isFinite(span.seconds) ? formatDate(span.seconds, span.format) : span.fallback;
      const date = <time title={span.fallback}>{words}</time>;
      return span.url ? <Link url={span.url}>{date}</Link> : date;
    }
    case 'broadcast':
      return <span className="mention me">@{span.range}</span>;
    default:
      return <Mention span={span} />;
  }
}

function Mention({ span }: { span: { kind: 'user' | 'channel' | 'group'; id: string; text: string } }) {
  const { people, channels, as } = useContext(NamesContext);
  const known = (span.kind === 'user' ? people : channels).find(({ id }) => id === span.id);
  const sign = span.kind === 'channel' ? '#' : '@';
  const name = (known?.name ?? (span.text || span.id)).replace(/^[@#]/, '');
  return <span className={span.id === as ? 'mention me' : 'mention'}>{`${sign}${name}`}</span>;
}

/** Accepts only addresses that are safe to open: a link in a commit could contain `javascript:`. */
function Link({ url, children }: { url: string; children: ReactNode }) {
  if (!/^(https?|mailto):/i.test(url)) return children;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

import { paragraph } from '../../blocks/blocks.ts';
import { fallback, line } from '../../text/clean.ts';
import { code, type Inline, inline, join } from '../../text/inline.ts';
import { plain } from '../../text/render.ts';
import type { Message } from '../../view-model.ts';

/** A product of the channel. `environments`: lowest first. */
export interface WelcomedProduct {
  name: string;
  environments: readonly { name: string; byPeople: boolean }[];
}

/** What the first message in a channel is drawn from. */
export interface Welcome {
  /** `name`: with `#`. */
  channel: { id: string; name: string };
  /** Empty: no product has this channel. */
  products: readonly WelcomedProduct[];
}

/** Products that are named; a channel rarely has more than two. */
const NAMED = 10;

function path({ name, environments }: WelcomedProduct): Inline {
  const way = environments.map((environment) => line(environment.name, 30)).join(' → ');
  return inline`${line(name, 60)}: ${way}`;
}

/** Three things that every member may do, whatever there is so far. */
function toTry(products: readonly WelcomedProduct[]): Inline[] {
  const [first] = products;
  const place = (environment: string) =>
    line(products.length > 1 && first ? `${first.name}/${environment}` : environment, 60);
  const top = first?.environments.findLast(({ byPeople }) => byPeople);
  const lowest = first?.environments[0]?.name ?? '';
  return [
    inline`${code('/release status')} – what runs where, and what waits`,
    top
      ? inline`${code(`/release why ${place(top.name)}`)} – what a release there waits for`
      : inline`${code(`/release history ${place(lowest)}`)} – its releases, and who did what`,
    inline`${code('@slipway log')} in the thread of a card – commands work there too, and mean what the card shows`,
  ];
}

function bulleted(lines: readonly Inline[]): Inline {
  return join(
    lines.map((each) => inline`• ${each}`),
    '\n',
  );
}

/** The first message in a channel that the app was invited to: what happens there, and what to try. */
export function welcomeMessage({ channel, products }: Welcome): Message {
  if (products.length === 0) return strangerMessage(channel);
  const shown = products.slice(0, NAMED);
  const more = products.length > shown.length ? inline`\n+${products.length - shown.length} more` : [];
  const first = inline`Slipway posts the releases of ${products.length === 1 ? 'this product' : 'these products'} here, each with its buttons:`;
  const paths = inline`${join(shown.map(path), '\n')}${more}`;
  const help = inline`What you may do: ${code('/release help')}`;
  return {
    text: fallback(`${plain(first)} ${plain(join(shown.map(path), '; '))}`),
    blocks: [
      paragraph(inline`${first}\n${paths}`),
      paragraph(inline`Three things to try:\n${bulleted(toTry(shown))}`),
      paragraph(help),
    ],
  };
}

/** The same in a channel of no product. It names none, as anybody may be in such a channel. */
function strangerMessage({ id, name }: Welcome['channel']): Message {
  const first = inline`Slipway is here, but no product posts its releases in this channel.`;
  const next = inline`To have them here, write ${code(`channel: "${line(name, 80)}"`)} or ${code(`channel: ${id}`)} below a product in slipway.yml. ${code('/release')} works here all the same.`;
  return { text: fallback(`${plain(first)} ${plain(next)}`), blocks: [paragraph(inline`${first}\n${next}`)] };
}

/** The answer to what somebody writes to the app directly. */
export function directHint(): Message {
  const first = inline`Slipway understands commands only: ${code('/release status')} shows what runs where, ${code('/release help')} what you may do.`;
  const next = inline`Only you see the answers here.`;
  return { text: fallback(plain(first)), blocks: [paragraph(inline`${first}\n${next}`)] };
}

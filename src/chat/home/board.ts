import type { Button, InputBlock, KnownBlock, SectionBlock } from '@slack/types';
import { boardLine, prepareButton } from '../answers/board.ts';
import { encodePage } from '../blocks/action-values.ts';
import { HOME_ACTIONS } from '../blocks/actions.ts';
import { button, paragraph, plainText } from '../blocks/blocks.ts';
import { line, plural } from '../text/clean.ts';
import { code, foreign, type Inline, inline } from '../text/inline.ts';
import { mrkdwn } from '../text/render.ts';
import type { HomeProduct, HomeView } from '../view-model.ts';

/** How many products one page shows. */
export const PRODUCTS_A_PAGE = 10;

/** Slack's limit for the text of a section is 3,000; the rest is for the last line, however much of it must be escaped. */
const LINES_MAX = 2_200;

/** The board of one page, with the search and the way to other pages where there are several. */
export function boardBlocks(view: HomeView): KnownBlock[] {
  const { board, products, search, pages, complete } = view;
  const unsure = complete
    ? []
    : [
        paragraph(
          inline`Slack did not say which channels you are in, so products may be missing. Open this tab again in a minute.`,
        ),
      ];
  if (products === 0) return [...unsure, paragraph(nothing())];
  return [
    ...unsure,
    ...(pages > 1 || search !== '' ? [searchInput(search)] : []),
    ...(board.length === 0 ? [paragraph(inline`No product of yours is called ${foreign(search, 80)}.`)] : []),
    ...board.map((product) => productBlock(product)),
    ...(pages > 1 ? pager(view) : []),
  ];
}

function nothing(): Inline {
  return inline`No product of yours yet. You see a product here once you are in its channel, or once its configuration names you.`;
}

/** A product: its environments from the lowest to the topmost, one line each, and the button that prepares a release. */
function productBlock({ product, channel, context, environments }: HomeProduct): SectionBlock {
  const lines: string[] = [
    `*${mrkdwn(inline`${line(product, 60)}`)}* · ${mrkdwn(inline`${line(channel, 80)}`)}`,
  ];
  let length = lines.join().length;
  for (const row of environments) {
    const text = mrkdwn(boardLine(row, context));
    length += text.length + 1;
    if (length > LINES_MAX) break;
    lines.push(text);
  }
  const hidden = environments.length + 1 - lines.length;
  if (hidden > 0) lines.push(mrkdwn(inline`+${hidden} more: ${code(`/release status ${product}`)}`));
  const spec = prepareButton({ product, environments });
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: lines.join('\n') },
    ...(spec ? { accessory: button(spec) } : {}),
  };
}

/** Slack sends what is typed when Enter is pressed. */
function searchInput(search: string): InputBlock {
  return {
    type: 'input',
    // The id changes with what was searched for, or Slack would keep what was typed before.
    block_id: `home_search:${line(search, 80)}`,
    optional: true,
    dispatch_action: true,
    label: plainText('Find a product', 75),
    element: {
      type: 'plain_text_input',
      action_id: HOME_ACTIONS.search,
      max_length: 80,
      placeholder: plainText('A part of its name or channel, then Enter', 75),
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
      ...(search === '' ? {} : { initial_value: search }),
    },
  };
}

function pager({ page, pages, products, search }: HomeView): KnownBlock[] {
  const of = search === '' ? inline` of ${plural(products, 'product')}` : inline``;
  const buttons = [
    ...(page > 0 ? [turn('Previous', page - 1, search, 0)] : []),
    ...(page < pages - 1 ? [turn('Next', page + 1, search, 1)] : []),
  ];
  return [
    paragraph(inline`Page ${page + 1} of ${pages}${of}`),
    { type: 'actions', block_id: `home_pages:${page}`, elements: buttons },
  ];
}

function turn(label: string, page: number, search: string, index: number): Button {
  return {
    type: 'button',
    action_id: `${HOME_ACTIONS.page}.${index}`,
    text: plainText(label, 75),
    value: encodePage(page, search),
    accessibility_label: `${label} products: page ${page + 1}`,
  };
}

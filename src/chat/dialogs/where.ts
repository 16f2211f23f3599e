import type { KnownBlock, ModalView } from '@slack/types';
import { shortSha } from '../../domain/ids.ts';
import { type WhereView, whereMessage } from '../answers/where.ts';
import { actions, type ButtonSpec, paragraph } from '../blocks/blocks.ts';
import { line, listed } from '../text/clean.ts';
import { code, foreignCode, type Inline, inline, join } from '../text/inline.ts';
import { modal } from './frame.ts';

/** What the answer to "Where is this commit?" is drawn from. */
export interface WhereModal {
  /** One for each commit and product that has it, in the order of the message. */
  views: readonly WhereView[];
  /** Words that look like commits and are none of the products'. */
  unknown: readonly string[];
  /** Products that were searched: those of which the person is a member. */
  products: readonly string[];
  /** False: a repository, or Slack about a channel, could not be asked, so a commit may be missing. */
  complete: boolean;
}

/** How many words or products a sentence names. */
const NAMED = 5;

function named(products: readonly string[]): string {
  const shown = products.slice(0, NAMED).map((name) => line(name, 40));
  const more = products.length - shown.length;
  return listed(more > 0 ? [...shown, `${more} more`] : shown, 'or');
}

/** Prepares the commit for the lowest environment by people that neither has it nor is about to get it; none: every one has. */
function prepareButton({ environments, sha }: WhereView): ButtonSpec[] {
  const next = environments.find(
    ({ here, runs, next }) =>
      here.policy.mode === 'approval' &&
      !here.policy.retired &&
      (runs === 'no' || runs === 'unknown') &&
      !next,
  );
  if (!next) return [];
  const { id } = next.here.environment;
  const says = `Prepare ${shortSha(sha)} for ${id}`;
  return [{ label: 'Prepare…', action: 'prepare', value: { environment: id, sha }, says }];
}

function nowhere(complete: boolean): Inline {
  return complete
    ? inline`You are in no product's channel, so no product was searched. Join the channel of one, or type ${code('/release where PRODUCT COMMIT')}`
    : inline`Errored: Slack did not say which channels you are in, so no product was searched. Try again in a minute.`;
}

/** How far the commits of a message have come; or what was looked for, and what to do instead. */
export function whereModal({ views, unknown, products, complete }: WhereModal): ModalView {
  const several = new Set(views.map(({ product }) => product)).size > 1 || products.length > 1;
  const blocks = views.flatMap((view, index): KnownBlock[] => [
    ...(index > 0 ? [{ type: 'divider' as const }] : []),
    ...(several ? [paragraph(inline`In ${line(view.product, 60)}:`)] : []),
    ...whereMessage(view).blocks,
    ...actions(prepareButton(view)),
  ]);
  if (products.length === 0) return modal('where', [paragraph(nowhere(complete))], null);
  const words = unknown.slice(0, NAMED).map((word) => inline`${foreignCode(word, 100)}`);
  if (words.length > 0) {
    const why = complete ? '' : ' Not everything could be asked just now, so a new commit may be missing.';
    blocks.push(paragraph(inline`No commit of ${named(products)}: ${join(words, ', ')}.${why}`));
  } else if (views.length === 0) {
    const looked = inline`This message names no commit of ${named(products)}: no SHA of seven or more hexadecimal digits, and no link to a commit there.`;
    blocks.push(paragraph(looked));
  }
  if (views.length === 0) {
    blocks.push(
      paragraph(inline`To look for a branch, a tag or another SHA: ${code('/release where COMMIT')}`),
    );
  }
  return modal('where', blocks, null);
}

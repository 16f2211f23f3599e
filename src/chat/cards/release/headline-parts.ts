import { type Inline, inline } from '../../text/inline.ts';
import type { ReleaseView } from '../../view-model.ts';

/** Title and status line of a card. `word` carries the meaning, `mark` only repeats it. */
export interface Head {
  title: Inline;
  mark: string;
  word: string;
  rest: Inline;
}

/** Reasons in a status line are short: the thread has them whole. */
export const REASON_MAX = 80;

/** `storefront/prod`, linked to where it can be seen. */
export function place({ here }: ReleaseView): Inline {
  const text = here.environment.id;
  return here.policy.url ? [{ kind: 'link', text, url: here.policy.url }] : inline`${text}`;
}

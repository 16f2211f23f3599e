import { type Inline, inline } from '../../text/inline.ts';
import type { ReleaseView } from '../../view-model.ts';

/** Title and status line of a card. `word` carries the meaning; `mark`, an emoji, only repeats it. */
export interface Head {
  title: Inline;
  mark: string;
  word: string;
  rest: Inline;
}

/** `storefront/prod`, linked to the environment's own URL if the configuration has one. */
export function place({ here }: ReleaseView): Inline {
  const text = here.environment.id;
  return here.policy.url ? [{ kind: 'link', text, url: here.policy.url }] : inline`${text}`;
}

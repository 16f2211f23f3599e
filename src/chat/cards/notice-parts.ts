import type { ButtonSpec } from '../blocks/blocks.ts';
import type { Inline } from '../text/inline.ts';

/** A message as bold title, the line below it, and buttons. */
export interface NoticeParts {
  title: Inline;
  line: Inline;
  buttons: ButtonSpec[];
}

import type { RichTextBlockElement } from '@slack/types';
import type { Leftovers } from '../../domain/documents/values/release.ts';
import { richLine } from '../blocks/blocks.ts';
import { foreign, inline } from '../text/inline.ts';

/**
 * Processes that a command left running when it ended, so that the author of a deploy that means to do so learns of it.
 */
export function leftRunning(whose: string, leftovers: Leftovers | undefined): RichTextBlockElement[] {
  const { ended = [], left = [] } = leftovers ?? {};
  const lines: RichTextBlockElement[] = [];
  if (ended.length > 0)
    lines.push(
      richLine(inline`Slipway ended what the ${whose} left running: ${foreign(ended.join(', '), 200)}`),
    );
  if (left.length > 0)
    lines.push(
      richLine(
        inline`Slipway could not end what the ${whose} left running: ${foreign(left.join(', '), 200)}`,
      ),
    );
  return lines;
}

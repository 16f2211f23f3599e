import type { ModalView } from '@slack/types';
import { paragraph, plainText } from '../blocks/blocks.ts';
import { inline } from '../text/inline.ts';
import type { Message } from '../view-model.ts';

/** An answer as a dialog: for a click where there is no channel to answer in. */
export function answerModal(said: Message): ModalView {
  return {
    type: 'modal',
    title: plainText('Slipway', 24),
    close: plainText('Close', 24),
    blocks: said.blocks.length > 0 ? said.blocks : [paragraph(inline`${said.text}`)],
  };
}

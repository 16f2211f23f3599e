import { actions, type ButtonSpec, paragraph } from '../../blocks/blocks.ts';
import type { Request } from '../../command/request.ts';
import { commandText } from '../../command/request-text.ts';
import { fallback } from '../../text/clean.ts';
import { foreignCode, type Inline, inline } from '../../text/inline.ts';
import { plain } from '../../text/render.ts';
import type { Message } from '../../view-model.ts';

/** How the command is typed with a reason. The end of a lock is written after it, so it is left out. */
export function howToType(asked: Request): Inline {
  const { until: _, ...endless } =
    'forMs' in asked ? { ...asked, forMs: null } : { ...asked, until: undefined };
  return inline`${foreignCode(`/release ${commandText(endless)} the reason`, 200)}`;
}

/**
 * The answer to a request that lacks its reason, where no dialog could be opened: how to type it, and a button whose
 * click opens the dialog. `failed`: why the dialog did not open; null: none could be, as after a mention.
 */
export function giveReasonMessage(asked: Request, failed: string | null): Message {
  const first = failed === null ? inline`${asked.kind} needs a reason.` : inline`Errored: ${failed}`;
  const next = inline`Nothing was changed. Give it in the dialog, or write it at the end: ${howToType(asked)}`;
  const command = commandText(asked);
  const button: ButtonSpec = {
    label: 'Give a Reason',
    action: 'choose',
    value: { environment: '', command },
    says: `Give a Reason: /release ${command}`,
  };
  return {
    text: fallback(`${plain(first)} ${plain(next)}`),
    blocks: [paragraph(inline`${first}\n${next}`), ...actions([button])],
  };
}

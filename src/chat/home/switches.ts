import type { KnownBlock, PlainTextOption } from '@slack/types';
import { DIRECT_KINDS, type DirectKind, type Switches } from '../../domain/documents/values/switches.ts';
import { HOME_ACTIONS } from '../blocks/actions.ts';
import { plainText } from '../blocks/blocks.ts';

/** What each switch says, after "Tell me in a direct message when". */
const LABELS: Record<DirectKind, string> = {
  awaited: 'My approval is awaited, and I am named',
  group: 'An approval of a group of mine is awaited',
  ended: 'My release has ended',
  reached: 'My commit reached an environment',
  lock: 'Someone asks for my lock',
};

/** The switches for direct messages, as check marks. */
export function switchBlocks(switches: Readonly<Record<DirectKind, boolean>>): KnownBlock[] {
  const options = DIRECT_KINDS.map(option);
  const on = DIRECT_KINDS.filter((kind) => switches[kind]).map(option);
  return [
    {
      type: 'section',
      text: { type: 'mrkdwn', text: '*Tell me in a direct message when*' },
    },
    {
      type: 'actions',
      // Slack keeps the marks of a block with the same id, so the id says which are set.
      block_id: `home_switches:${DIRECT_KINDS.filter((kind) => switches[kind]).join(',')}`,
      elements: [
        {
          type: 'checkboxes',
          action_id: HOME_ACTIONS.switches,
          options,
          ...(on.length > 0 ? { initial_options: on } : {}),
        },
      ],
    },
  ];
}

function option(kind: DirectKind): PlainTextOption {
  return { text: plainText(LABELS[kind], 75), value: kind };
}

/** The switches after a click, from the values of the check marks that are set. */
export function chosenSwitches(values: readonly string[]): Switches {
  return Object.fromEntries(DIRECT_KINDS.map((kind) => [kind, values.includes(kind)]));
}

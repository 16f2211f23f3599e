import type { RichTextBlockElement } from '@slack/types';
import type { Release } from '../../domain/documents/values/release.ts';
import type { Earliest } from '../../domain/gates/earliest.ts';
import {
  type Gate,
  type GateContext,
  type GateName,
  gatesOf,
  needsApprovals,
} from '../../domain/gates/gates.ts';
import { bullets, richLine } from '../blocks/blocks.ts';
import { enumerated, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { since } from '../text/times.ts';
import { type Asked, openWords, type Subject, shutLine } from './details.ts';

/** The gates that can ever hold this release; the others are not listed. */
export function gatesListed({ here }: Asked, { release }: Subject, facts: GateContext): Gate[] {
  return gatesOf(here.environment, release, facts).filter((gate) => applies(gate, release));
}

function applies({ gate }: Gate, release: Release): boolean {
  if (gate === 'paused') return release.kind === 'continuous';
  return gate !== 'approvals' || needsApprovals(release);
}

/** The shut gates with who or when opens them, then the open ones in one line. `after`: text at the end of that line. */
export function gateLines(
  gates: readonly Gate[],
  view: Asked,
  about: Subject,
  after: Inline = NOTHING,
): RichTextBlockElement[] {
  const shut = gates.filter(({ open }) => !open).map((gate) => richLine(shutLine(gate, view, about)));
  const open = gates.filter((gate) => gate.open).map((gate) => openWords(gate, view, about));
  const opened = open.length > 0 ? inline`Open: ${join(open, ' · ')}` : NOTHING;
  return [
    ...(shut.length > 0 ? [richLine(inline`Shut`), bullets(shut)] : []),
    richLine(inline`${opened}${after}`),
  ];
}

/** The gates as "if … are settled by then" names them. */
const NAMED: Record<GateName, string> = {
  built: 'the build',
  order: 'the order',
  approvals: 'the approval',
  soak: 'the soak',
  freeze: 'the freeze',
  lock: 'the lock',
  free: 'the release before it',
  paused: 'the pause',
};

/** "Earliest start: Mon 08:00, if the approval and the lock are settled by then" */
export function earliestWords({ at, unknown, needs }: Earliest, now: number): Inline {
  if (at === null) {
    const first = enumerated(unknown.map((gate) => inline`${NAMED[gate]}`));
    return inline`Earliest start: unknown until ${first} ${unknown.length === 1 ? 'is' : 'are'} settled`;
  }
  const atOnce = at <= now;
  const start = atOnce ? inline`at once` : inline`${since(at, now)}`;
  const settled = enumerated(needs.map((gate) => inline`${NAMED[gate]}`));
  const be = needs.length === 1 ? 'is' : 'are';
  const given =
    needs.length > 0
      ? inline`, ${atOnce ? 'when' : 'if'} ${settled} ${be} settled${atOnce ? '' : ' by then'}`
      : NOTHING;
  return inline`Earliest start: ${start}${given}`;
}

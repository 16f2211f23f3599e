import type { KnownBlock } from '@slack/types';
import type { Warning } from '../../../domain/documents/warning.ts';
import { earliestStart } from '../../../domain/gates/earliest.ts';
import type { Actor } from '../../../domain/people/people.ts';
import { frozenAt, nextFreeze } from '../../../domain/time/freeze.ts';
import { warningWords } from '../../answers/warnings.ts';
import { head, paragraph, richLine, richText } from '../../blocks/blocks.ts';
import { foreignBlock } from '../../cards/release/body.ts';
import { beside, overtakes } from '../../cards/release/consequences.ts';
import { earliestWords, gateLines, gatesListed } from '../../gates/listing.ts';
import { enumerated, type Inline, inline, quote } from '../../text/inline.ts';
import { commit, releaseRef } from '../../text/references.ts';
import { at, since } from '../../text/times.ts';
import type { Message, ReleaseView } from '../../view-model.ts';

/** What preparing the chosen commit would come to, as it is shown below the inputs. */
export type Preview =
  /** It would be accepted, and this release would be made. */
  | { kind: 'release'; foreseen: ForeseenRelease }
  /** It would be refused, or it is not known: the answer that submitting would get. */
  | { kind: 'answer'; message: Message }
  /** Something is still to be chosen, or being read. */
  | { kind: 'words'; words: Inline };

/** A release that is not made yet. */
export interface ForeseenRelease {
  view: ReleaseView;
  /** Who would prepare it. */
  asker: Actor;
  warnings: readonly Warning[];
  /** Numbers of the hotfixes that it would remove from what runs there. */
  removedHotfixes: readonly number[];
}

/** Hotfixes that a warning names at most. */
const NAMED = 3;

/** A freeze that begins so long after the earliest start is warned of. */
const SOON_MS = 24 * 3_600_000;

/** The blocks below the inputs. */
export function previewBlocks(preview: Preview): KnownBlock[] {
  switch (preview.kind) {
    case 'words':
      return [paragraph(preview.words)];
    case 'answer':
      return withoutButtons(preview.message.blocks);
    case 'release':
      return releaseBlocks(preview.foreseen);
    default:
      return preview satisfies never;
  }
}

/** Links stay. A button that acts would be answered in a channel, and there may be none. */
function withoutButtons(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.flatMap((block): KnownBlock[] => {
    if (block.type !== 'actions') return [block];
    const elements = block.elements.filter((element) => 'url' in element && element.url !== undefined);
    return elements.length > 0 ? [{ ...block, elements }] : [];
  });
}

function releaseBlocks(foreseen: ForeseenRelease): KnownBlock[] {
  const { view, asker } = foreseen;
  const { here, release, build, order, now } = view;
  const facts = { now, policy: here.policy, order, deployer: asker };
  const about = { release, build, order, isForeseen: true };
  const gates = gatesListed({ ...view, asker }, about, facts);
  const earliest = earliestStart(here.environment, release, facts);
  const warnings = warningsOf(foreseen);
  return [
    ...head(
      inline`Deploy ${commit(release.sha, view)} to ${here.environment.id}`,
      earliestWords(earliest, now),
    ),
    richText([...warnings.map((words) => richLine(words)), ...gateLines(gates, { ...view, asker }, about)]),
    ...foreignBlock(view),
  ];
}

function warningsOf(foreseen: ForeseenRelease): Inline[] {
  const { view, warnings } = foreseen;
  const others = [overtakes(view), beside(view)].filter((words) => words.length > 0);
  return [
    ...hotfixes(foreseen),
    ...freezes(foreseen),
    ...warnings.map((warning) => warningWords(warning, view)),
    ...others,
  ];
}

function hotfixes({ view, removedHotfixes }: ForeseenRelease): Inline[] {
  if (removedHotfixes.length === 0) return [];
  const { policy } = view.here;
  const named = removedHotfixes.slice(0, NAMED).map((number): Inline => [releaseRef(policy, number, view)]);
  const more = removedHotfixes.length - named.length;
  const all = more > 0 ? [...named, inline`${more} more`] : named;
  return [inline`Warning: removes what ${enumerated(all)} fixed in ${policy.name}.`];
}

/** A freeze that would hold it when all other gates are open, or that begins soon after. */
function freezes({ view, asker }: ForeseenRelease): Inline[] {
  const { here, release, order, now } = view;
  const { policy, environment } = here;
  const facts = { now, policy, order, deployer: asker };
  const unfrozen = earliestStart(environment, release, { ...facts, policy: { ...policy, freeze: [] } }).at;
  if (unfrozen === null) return [];
  const then = frozenAt(policy.freeze, unfrozen);
  if (then !== null) {
    // A freeze of now is among the shut gates.
    if (unfrozen <= now) return [];
    return [
      inline`Warning: its other gates can be open ${at(unfrozen, now)}, in the freeze ${quote(then.reason, 80)}, which lasts until ${since(then.until, now)}.`,
    ];
  }
  const begins = nextFreeze(policy.freeze, unfrozen);
  const next = begins === null || begins - unfrozen > SOON_MS ? null : frozenAt(policy.freeze, begins);
  if (begins === null || next === null) return [];
  return [
    inline`Warning: the freeze ${quote(next.reason, 80)} begins ${at(begins, now)}. If it has not started by then, it waits until ${since(next.until, now)}.`,
  ];
}

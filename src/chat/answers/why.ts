import { type Acceptance, isAdopted } from '../../domain/documents/environment.ts';
import { isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { type Earliest, earliestStart } from '../../domain/gates/earliest.ts';
import type { Gate } from '../../domain/gates/gates.ts';
import { releaseId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/people.ts';
import { actions, openCard, paragraph, richText, said } from '../blocks/blocks.ts';
import { promoteButton } from '../blocks/promote-button.ts';
import { adoptedWords } from '../gates/adopted.ts';
import { earliestWords, gateLines, gatesListed } from '../gates/listing.ts';
import type { GateView } from '../gates/summary.ts';
import { statusOf } from '../refusals/refusal-text.ts';
import { fallback, plural } from '../text/clean.ts';
import { driftWords } from '../text/current.ts';
import { code, type Inline, inline, join, NOTHING, quote } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { at, since } from '../text/times.ts';
import type { EnvironmentView, Message, RenderContext } from '../view-model.ts';

/** Everything the answer to `why` is drawn from. */
export interface WhyView extends RenderContext {
  here: EnvironmentView;
  below: EnvironmentView | null;
  /** How many commits it is behind what is accepted below; null: unknown, or something waits there. */
  behind: number | null;
  /** Who asks. Unless the release is queued, gates are evaluated as if this person deployed it. */
  asker: Actor;
  /** The release that was asked about; null: nothing waits there. */
  about: {
    release: Release;
    build: GateView['build'];
    order: Acceptance | null;
    /** The releases that wait behind it, the next one first. */
    behind: Release[];
  } | null;
}

/** Releases shown behind it (CARDS §4). Gates need no limit: there are at most eight. */
const BEHIND_SHOWN = 5;

type About = NonNullable<WhyView['about']>;

/** Every gate of one release: who opens the shut ones, or when they open, and when the release could start. */
export function whyMessage(view: WhyView): Message {
  const { about } = view;
  if (about === null) return nothingWaits(view);
  if (!isWaiting(about.release)) return waitsNot(view, about.release);
  const facts = {
    now: view.now,
    policy: view.here.policy,
    order: about.order,
    deployer: about.release.queue?.by ?? view.asker,
  };
  const gates = gatesListed(view, about, facts);
  const shut = gates.filter(({ open }) => !open);
  const first = title(view, about.release, shut.length);
  const when = startWords(view, about, shut, earliestStart(view.here.environment, about.release, facts));
  const drift = driftOf(view);
  const more = [drift, afterFailure(view, about.release)].filter((words) => words.length > 0);
  const head = join([inline`${first}\n${when}`, ...more], '.\n');
  const lines = gateLines(gates, view, about, behindWords(view, about.behind));
  return {
    text: fallback(`${plain(first)}. ${plain(when)}`),
    blocks: [
      paragraph(head),
      richText(lines),
      ...actions(openCard(view.here.environment.id, about.release.number, view)),
    ],
  };
}

function title({ here, ...around }: WhyView, release: Release, shut: number): Inline {
  const ref = releaseRef(here.policy, release.number, around);
  if (shut > 0)
    return inline`${ref} cannot deploy yet: ${plural(shut, 'gate')} ${shut === 1 ? 'is' : 'are'} shut`;
  return release.status === 'queued'
    ? inline`${ref} starts at once: every gate is open`
    : inline`${ref} can deploy: every gate is open`;
}

/** "⚠️ prod says that it runs abc1234, not def5678 that Slipway deployed"; nothing where that is so. */
function driftOf(view: WhyView): Inline {
  const words = driftWords(view.here, view);
  return words.length > 0 ? inline`⚠️ ${words}` : NOTHING;
}

/** Where a failure is taken back by itself: what waits here is not approved or deployed unaware of that. */
function afterFailure({ here: { policy } }: WhyView, { kind }: Release): Inline {
  if (policy.onFailure !== 'rollback' || kind === 'rollback') return NOTHING;
  return inline`If its deploy or verification fails, Slipway rolls ${policy.name} back by itself`;
}

function startWords(view: WhyView, { release }: About, shut: readonly Gate[], earliest: Earliest): Inline {
  if (earliest.at === null) return earliestWords(earliest, view.now);
  if (shut.length === 0) {
    if (release.status === 'queued') return inline`A worker starts it within seconds`;
    return inline`Next: ${code(`/release deploy ${releaseId(view.here.environment.id, release.number)}`)}`;
  }
  const late = release.expiresAt !== null && release.expiresAt <= earliest.at;
  const expires =
    late && release.expiresAt !== null
      ? inline`. The request expires before that, ${at(release.expiresAt, view.now)}`
      : NOTHING;
  const press =
    release.status === 'approved' && earliest.needs.length === 0
      ? inline`. Deploy can be pressed now`
      : NOTHING;
  return inline`${earliestWords(earliest, view.now)}${mayQueue(shut) ? press : NOTHING}${expires}`;
}

/** Whether all shut gates are ones that a queued release waits for by itself (DESIGN §3). */
function mayQueue(shut: readonly Gate[]): boolean {
  return shut.every(({ gate }) => gate === 'built' || gate === 'soak' || gate === 'free');
}

/** "Behind it: prod#43 def456a" */
function behindWords({ here, ...around }: WhyView, behind: readonly Release[]): Inline {
  if (behind.length === 0) return NOTHING;
  const shown = behind
    .slice(0, BEHIND_SHOWN)
    .map(
      (release) => inline`${releaseRef(here.policy, release.number, around)} ${commit(release.sha, around)}`,
    );
  const more = behind.length - shown.length;
  return inline`\nBehind it: ${join(shown, ', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The release runs or has ended: no gate holds it. */
function waitsNot(view: WhyView, release: Release): Message {
  const ref = releaseRef(view.here.policy, release.number, view);
  const is = statusOf(release, view.here, view);
  return said(
    inline`${ref} waits for nothing.\nIt is ${is}.`,
    openCard(view.here.environment.id, release.number, view),
  );
}

function nothingWaits(view: WhyView): Message {
  const { here, below, behind, now } = view;
  const { environment, policy } = here;
  const { paused, deployed } = environment;
  const drift = driftOf(view);
  const none = inline`${drift}${drift.length > 0 ? '.\n' : ''}Nothing waits for ${policy.name}.`;
  if (paused) {
    const { by, reason, newest } = paused;
    const next = newest ? inline` It would deploy ${commit(newest.sha, view)}.` : NOTHING;
    const resume = code(`/release resume ${environment.id}`);
    return said(
      inline`${none} It is paused by ${person(by)} (since ${since(paused.at, view.now)}), ${quote(reason, 80)}.${next}\nTo resume: ${resume}`,
      [],
    );
  }
  const found = below?.environment.accepted;
  const runs = deployed ? inline` It runs ${commit(deployed.sha, view)}` : inline` Nothing runs there yet`;
  if (!below) return said(inline`${none}${runs}.`, []);
  if (!found) return said(inline`${none} Nothing is accepted in ${below.policy.name} yet.`, []);
  if (found.sha === deployed?.sha) {
    return said(inline`${none}${runs}, the newest accepted in ${below.policy.name}.`, []);
  }
  const offer = promoteButton({ ...here, behind }, below, now);
  return said(
    isAdopted(below.environment, found)
      ? inline`${none} ${commit(found.sha, view)} was ${adoptedWords(found, below.policy.name)}.`
      : inline`${none} Newest accepted in ${below.policy.name}: ${commit(found.sha, view)}.`,
    offer ? [offer] : [],
  );
}

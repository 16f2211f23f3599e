import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Notice } from '../../domain/documents/values/notice.ts';
import { releaseRefusal } from '../../domain/eligibility/release.ts';
import { approvalsGate } from '../../domain/gates/gates.ts';
import { samePerson } from '../../domain/people/people.ts';
import type { ActionName } from '../blocks/actions.ts';
import { openCard } from '../blocks/blocks.ts';
import { factsOf } from '../eligibility/awaiting.ts';
import { names, plural } from '../text/clean.ts';
import { because, type Inline, inline, join, NOTHING, REASON_MAX } from '../text/inline.ts';
import { commit, namesOf, person, releaseRef } from '../text/references.ts';
import { at, dayTime, since } from '../text/times.ts';
import type { ReleaseView } from '../view-model.ts';
import type { NoticeParts } from './notice-parts.ts';
import { releaseButtons } from './release/buttons.ts';
import { releaseHead } from './release/headline.ts';

type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;

/** What a person decides about in a direct message. */
const DECIDES: ReadonlySet<ActionName> = new Set(['approve', 'reject', 'showDiff']);

/**
 * Whether there is nothing to ask the reader now: it is settled, they have approved it or may not any more, others have given
 * what they could, or a newer message asks.
 */
export function isAnswered({ to, replaced }: Of<'approvalAsked'>, view: ReleaseView): boolean {
  const { release } = view;
  if (replaced || release.status !== 'prepared') return true;
  if (release.approvals.some(({ by }) => samePerson(by, to))) return true;
  const refusal = refusalOf(view);
  return refusal?.rule === 'approvalNotNeeded' || barring(refusal, view) !== null;
}

/** Why the reader's approval would be refused now; null: it would count. */
function refusalOf(view: ReleaseView): Refusal | null {
  return releaseRefusal('approve', factsOf(view), view.release, view.by ?? null);
}

/** Why the reader may neither approve nor reject it, whatever others do; null: they may, as far as is known. */
function barring(refusal: Refusal | null, view: ReleaseView): Inline | null {
  const { here } = view;
  switch (refusal?.rule) {
    case 'notApprover':
      return inline`only ${namesOf(refusal.from, view)} can approve in ${here.policy.name} now`;
    case 'ownRequest':
      return inline`in ${here.policy.name} nobody approves their own request any more`;
    case 'commitAuthor':
      return refusal.known ? inline`you wrote commits that it would add` : null;
    case 'retired':
      return inline`${here.policy.name} was removed from the configuration`;
    default:
      return null;
  }
}

/** The question for an approval; once it is settled, how. `view`: the release as it is now, drawn for the reader. */
export function approvalAsked({ to, replaced }: Of<'approvalAsked'>, view: ReleaseView): NoticeParts {
  const { here, release } = view;
  const where = inline`${commit(release.sha, view)} to ${here.environment.id}`;
  const isHotfix = release.kind === 'hotfix';
  const card = openCard(here.environment.id, release.number, view);
  const refusal = refusalOf(view);
  const barred = barring(refusal, view);
  const over =
    release.status !== 'prepared'
      ? inline`Settled: ${settled(view)}. Nothing left for you to do.`
      : barred
        ? inline`You cannot approve it: ${barred}. Nothing left for you to do.`
        : replaced
          ? inline`Replaced: your approval is asked for anew, in a newer message.`
          : null;
  if (over) {
    return { title: inline`${isHotfix ? 'Hotfix' : 'Deploy of'} ${where}`, line: over, buttons: card };
  }
  const title = inline`Approve the ${isHotfix ? 'hotfix' : 'deploy of'} ${where}?`;
  const buttons = releaseButtons(view).filter(({ action }) => DECIDES.has(action));
  const own = release.approvals.find(({ by }) => samePerson(by, to));
  const asked = inline`Asked by ${person(release.requestedBy)}${because(release.note, REASON_MAX)}`;
  const words = own
    ? inline`You approved it ${at(own.at, view.now)}`
    : refusal?.rule === 'approvalNotNeeded'
      ? inline`Your approval is not needed now`
      : asked;
  const line = join([words, ...changeWords(view), progress(view), ...expiry(view)], ' · ');
  return { title, line, buttons: [...buttons, ...card] };
}

/** "approved by Lin and Mo at 14:20", "rejected by Mo at 14:20: “not translated”" */
function settled(view: ReleaseView): Inline {
  const { release, here, now } = view;
  const { status, end, approvals } = release;
  const when = end ? inline` ${at(end.at, now)}` : NOTHING;
  const by = end?.by.kind === 'person' ? inline` by ${person(end.by)}` : NOTHING;
  if (!release.begun) {
    switch (status) {
      case 'rejected':
      case 'cancelled':
        return inline`${status}${by}${when}${because(end?.reason ?? null, REASON_MAX)}`;
      case 'expired':
        return inline`expired${when}`;
      case 'superseded': {
        const cause = end?.cause ? inline` by ${releaseRef(here.policy, end.cause.release, view)}` : NOTHING;
        return inline`superseded${cause}${when}`;
      }
      default:
    }
  }
  const last = approvals.at(-1);
  if (!last) return inline`it needs no approval any more`;
  return inline`approved by ${names(approvals.map(({ by: one }) => one.name))} ${at(last.at, now)}`;
}

function progress({ here, release, now }: ReleaseView): Inline {
  const { count, required } = approvalsGate(release, here.policy, now);
  return inline`${count} of ${plural(required, 'approval')}`;
}

function expiry({ release }: ReleaseView): Inline[] {
  return release.expiresAt === null ? [] : [inline`expires ${dayTime(release.expiresAt)}`];
}

/** "adds 212 commits, removes 1 commit"; nothing if it is unknown. */
export function changeWords({ adds, removes }: Pick<ReleaseView, 'adds' | 'removes'>): Inline[] {
  const added = adds && adds.count > 0 ? [`adds ${plural(adds.count, 'commit')}`] : [];
  const removed = removes && removes.count > 0 ? [`removes ${plural(removes.count, 'commit')}`] : [];
  const all = [...added, ...removed];
  return all.length > 0 ? [inline`${all.join(', ')}`] : [];
}

/** How the reader's release ended. It may be retried later, so what can be done now is left to its card. */
export function releaseEnded({ release }: Of<'releaseEnded'>, view: ReleaseView): NoticeParts {
  const then = { ...view, release };
  const { title, mark, word, rest } = releaseHead(then);
  const { policy } = view.here;
  const back =
    release.rolledBackBy === undefined
      ? NOTHING
      : inline` · Slipway rolls back: ${releaseRef(policy, release.rolledBackBy, view)}`;
  const line = inline`${mark} ${word}${rest} · ${releaseRef(policy, release.number, view)}${back}`;
  return { title, line, buttons: openCard(view.here.environment.id, release.number, view) };
}

/** A deploy brought commits of the reader's into an environment. */
export function commitReached({ at: when }: Of<'commitReached'>, view: ReleaseView): NoticeParts {
  const { here, release, adds, now } = view;
  const ref = releaseRef(here.policy, release.number, view);
  const count = adds && adds.count > 0 ? inline` It added ${plural(adds.count, 'commit')}.` : NOTHING;
  return {
    title: inline`Commits of yours reached ${here.environment.id}`,
    line: inline`${ref} deployed ${commit(release.sha, view)} there at ${since(when, now)}.${count}`,
    buttons: openCard(here.environment.id, release.number, view),
  };
}

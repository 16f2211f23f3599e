import { type Environment, isAdopted } from '../../domain/documents/environment.ts';
import type { DriftEnd, Notice } from '../../domain/documents/values/notice.ts';
import { samePerson } from '../../domain/people/people.ts';
import { duration } from '../../domain/time/duration.ts';
import { actions, head, paragraph } from '../blocks/blocks.ts';
import { askToUnlock, resume, takeOver, unlock } from '../locks/buttons.ts';
import { be, isProduct, lockWords, placeTitle, refs, waitingOf, wouldDeploy } from '../locks/text.ts';
import { capital, fallback } from '../text/clean.ts';
import { saidWords } from '../text/current.ts';
import { type Inline, inline, NOTHING, quote } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { at, dayTime, since } from '../text/times.ts';
import type { Message, NoticeView } from '../view-model.ts';
import { directParts } from './direct-notice.ts';
import type { NoticeParts } from './notice-parts.ts';
import { rulesParts } from './rules-notice.ts';

type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;

/** "Waiting: prod#42" */
function waiting(view: NoticeView): Inline {
  if (isProduct(view.place) || waitingOf(view.here.environment).length === 0) return NOTHING;
  return inline` Waiting: ${refs(view.here, view)}`;
}

function ended(notice: Of<'lock'>, end: NonNullable<Of<'lock'>['ended']>, { now }: NoticeView): Inline {
  const { lock } = notice;
  const held = duration(end.at - lock.at);
  if (end.by === null)
    return inline`${person(lock.owner)}’s lock ended at ${since(end.at, now)}, after ${held}.`;
  const gone = samePerson(end.by, lock.owner)
    ? ''
    : ` ${plain(person(lock.owner))} is no longer an active member.`;
  return inline`${person(end.by)} unlocked it at ${since(end.at, now)}, after ${held}.${gone}`;
}

/** The reason of the lock, whom it came from, and until when: "“rollback needed”, taken over from Ada at 14:30". */
function heldBy({ lock, from, handed }: Of<'lock'>, view: NoticeView): Inline {
  if (from === null) return lockWords(lock, view, 300);
  const how = handed ? 'handed over by' : 'taken over from';
  const ends = lock.until === null ? NOTHING : inline`, until ${since(lock.until, view.now)}`;
  return inline`${quote(lock.reason)}, ${how} ${person(from)} at ${since(lock.at, view.now)}${ends}`;
}

function ofLock(notice: Of<'lock'>, view: NoticeView): NoticeParts {
  const { place } = view;
  const { lock } = notice;
  if (notice.ended) {
    return {
      title: inline`${placeTitle(place)} ${be(place)} unlocked`,
      line: ended(notice, notice.ended, view),
      buttons: [],
    };
  }
  return {
    title: inline`${placeTitle(place)} ${be(place)} locked by ${person(lock.owner)}`,
    line: inline`🔒 ${heldBy(notice, view)}. Only ${person(lock.owner)} may deploy there.${waiting(view)}`,
    buttons: [askToUnlock(place, lock), unlock(place, lock), takeOver(place, lock)],
  };
}

function ofFreeze(notice: Of<'freeze'>, view: NoticeView): NoticeParts {
  const { place } = view;
  if (notice.over) {
    const title = inline`${place} is no longer frozen`;
    return {
      title,
      line: inline`The freeze ${quote(notice.reason, 80)} is over.${waiting(view)}`,
      buttons: [],
    };
  }
  return {
    title: inline`${place} is frozen until ${dayTime(notice.until)}`,
    line: inline`${quote(notice.reason)}. Deploy is refused until the freeze ends.${waiting(view)}`,
    buttons: [],
  };
}

function ofPause(notice: Of<'paused'>, view: NoticeView): NoticeParts {
  const { here } = view;
  const { name } = here.policy;
  if (notice.resumed) {
    const { by, at } = notice.resumed;
    return {
      title: inline`Continuous deployment to ${name} has resumed`,
      line: inline`${person(by)} resumed it at ${since(at, view.now)}, after ${duration(at - notice.at)}.`,
      buttons: [],
    };
  }
  const { paused } = here.environment;
  const by =
    notice.rollback === null
      ? inline`${person(notice.by)}`
      : inline`the rollback ${releaseRef(here.policy, notice.rollback, view)}`;
  const newest = paused?.newest ? inline` Resume ${wouldDeploy(paused, view)}.` : NOTHING;
  return {
    title: inline`Continuous deployment to ${name} is paused by ${by}`,
    line: inline`${quote(notice.reason)}. New commits are built, not deployed.${newest}`,
    buttons: paused ? [resume(here)] : [],
  };
}

/** What began the drift is not known: somebody deployed by hand, or the environment went back by itself. */
function ofDrift(notice: Of<'drift'>, view: NoticeView): NoticeParts {
  const { place, here } = view;
  const { runs, deployed, over } = notice;
  const found = saidWords(runs, view);
  const ours = deployed
    ? inline`${commit(deployed.sha, view)} (${releaseRef(here.policy, deployed.release, view)})`
    : NOTHING;
  const adopted = deployed !== null && wasAdopted(here.environment, deployed.release);
  if (over === null) {
    const last = adopted
      ? inline`${ours} was adopted there last`
      : inline`Slipway deployed ${ours} there last`;
    const kept = inline`${last}, and Slipway goes on comparing with that. The next deploy replaces what runs.`;
    return {
      title: inline`${place} has drifted: it says that it runs ${found}`,
      line: inline`⚠️ Seen ${at(notice.since, view.now)}. ${kept}${waiting(view)}`,
      buttons: [],
    };
  }
  const lasted = duration(over.at - notice.since);
  const title =
    over.why === 'again'
      ? inline`${place} again runs what ${adopted ? 'was adopted' : 'Slipway deployed'}`
      : inline`The drift of ${place} is over`;
  return {
    title,
    line: inline`It said that it ran ${found}, for ${lasted}. ${driftOver(over.why, ours, adopted)}`,
    buttons: [],
  };
}

/** Of a release that the document holds no longer, only that of what runs is known. */
function wasAdopted(environment: Environment, release: number): boolean {
  const { deployed } = environment;
  return isAdopted(environment, deployed?.release === release ? deployed : { release });
}

function driftOver(why: DriftEnd, ours: Inline, adopted: boolean): Inline {
  switch (why) {
    case 'again':
      return inline`Now it says ${ours}.`;
    case 'deployed':
      return adopted ? inline`${ours} was adopted there since.` : inline`Slipway has deployed ${ours} since.`;
    case 'notAsked':
      return inline`It is not asked any more what runs there.`;
    default:
      return why satisfies never;
  }
}

function partsOf(view: NoticeView): NoticeParts {
  const { notice } = view;
  switch (notice.kind) {
    case 'lock':
      return ofLock(notice, view);
    case 'freeze':
      return ofFreeze(notice, view);
    case 'paused':
      return ofPause(notice, view);
    case 'drift':
      return ofDrift(notice, view);
    case 'rules':
      return rulesParts(notice, view);
    case 'unlockAsked':
    case 'unlockAnswered':
    case 'lockReminder':
    case 'approvalAsked':
    case 'releaseEnded':
    case 'commitReached':
      return directParts(notice, view);
    case 'commitsDeployed':
      throw new TypeError('it becomes messages to single people, and is never posted itself');
    default:
      return notice satisfies never;
  }
}

/** What a message to one person becomes when they are no full member any more: it names nothing. */
export function messageForOthers(): Message {
  const words = inline`Slipway’s messages are for full members of this workspace.`;
  return { text: fallback(plain(words)), blocks: [paragraph(words)] };
}

/** A message that is not about one release: about a lock, a freeze or a pause, or to one person. */
export function noticeMessage(view: NoticeView): Message {
  const { title, line, buttons } = partsOf(view);
  return {
    text: fallback(`${plain(title)}. ${capital(plain(line))}`),
    blocks: [...head(title, line), ...actions(buttons)],
  };
}

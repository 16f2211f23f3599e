import type { LockCommand } from '../../domain/documents/commands/lock.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Lock } from '../../domain/documents/values/lock.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import { clockText } from '../../domain/time/clock-time.ts';
import { duration } from '../../domain/time/duration.ts';
import { actions, type ButtonSpec, contextBlock, fitting, paragraph, said } from '../blocks/blocks.ts';
import { askToUnlock, editReason, extend, resume, unlock } from '../locks/buttons.ts';
import {
  be,
  environmentsText,
  lockWords,
  pausedWords,
  placeName,
  placeTitle,
  wouldDeploy,
} from '../locks/text.ts';
import { fallback, line, plural } from '../text/clean.ts';
import { code, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { since, time } from '../text/times.ts';
import type { EnvironmentView, Message, RenderContext } from '../view-model.ts';

/** The result of a lock command, for the answer to the person who gave it. */
export interface LockDone {
  type: LockCommand['type'];
  /** Environment id, or a product's name for all of its environments. */
  place: string;
  /** null: there was no lock. */
  before: Lock | null;
  lock: Lock | null;
  /** Environments of the product that do not have the change yet. */
  pending: readonly string[];
  /** Time zone in which the end was given; null or absent: it was not given as a time of day. */
  zone?: string | null;
  /** False: whoever holds the lock has switched off messages about requests for it. */
  told?: boolean;
}

/** Why it is locked, and always until when. */
function lasting(lock: Lock, zone: string | null, context: RenderContext): Inline {
  if (lock.until === null) return inline`${lockWords(lock, context)}, until somebody unlocks it`;
  if (zone === null) return lockWords(lock, context);
  return inline`${lockWords(lock, context)} (${clockText(lock.until, zone)} by the clock of ${zone})`;
}

/** Whether what was done is not so any more, as may be when it is asked about again. */
function isOver(type: LockDone['type'], lock: Lock | null, by: Person): boolean {
  switch (type) {
    case 'unlock':
      return lock !== null;
    case 'askToUnlock':
      return lock === null || !lock.askedBy.some((other) => samePerson(other, by));
    case 'handOver':
      return lock === null || samePerson(lock.owner, by);
    default:
      return lock === null || !samePerson(lock.owner, by);
  }
}

function done(
  { type, place, before, lock, zone = null, told = true }: LockDone,
  by: Person,
  context: RenderContext,
): Inline {
  const where = placeTitle(place);
  const words = lock ? lasting(lock, zone, context) : NOTHING;
  if (isOver(type, lock, by)) {
    const is = lock ? inline`locked by ${person(lock.owner)}` : inline`not locked`;
    return inline`This was done, and is over: ${where} ${be(place)} ${is} now.`;
  }
  switch (type) {
    case 'lock':
      return inline`${where} ${be(place)} locked: only you may deploy there. ${words}.`;
    case 'takeOver': {
      const from =
        before && !samePerson(before.owner, by)
          ? inline` from ${person(before.owner)}, who gets a message`
          : NOTHING;
      return inline`You took over the lock on ${placeName(place)}${from}. ${words}.`;
    }
    case 'unlock':
      return inline`${where} ${be(place)} unlocked.`;
    case 'extendLock':
    case 'editLock':
      return inline`Your lock on ${placeName(place)}: ${words}.`;
    case 'askToUnlock':
      if (lock && !told) {
        return inline`${person(lock.owner)} wants no messages about this, so your request stands only in the App Home. Write to ${person(lock.owner)} if it is urgent. You will get the answer in a direct message.`;
      }
      return lock
        ? inline`Asked ${person(lock.owner)} at ${time(context.now)}. You will get the answer in a direct message.`
        : NOTHING;
    case 'handOver':
      return inline`The lock on ${placeName(place)} is now ${lock ? person(lock.owner) : ''}’s.`;
    case 'keepLock':
      return inline`You keep the lock on ${placeName(place)}. Whoever asked gets a message.`;
    default:
      return type satisfies never;
  }
}

/** What the lock is now. While some environments of a product do not have the change, they are named instead. */
export function lockDoneMessage(outcome: LockDone, by: Person, context: RenderContext): Message {
  const { place, lock, pending } = outcome;
  if (pending.length > 0) {
    const what = lock ? 'locked' : 'unlocked';
    const rest = environmentsText(pending.map((name) => line(name, 60)));
    return said(
      inline`Errored: ${placeName(place)} could not be ${what} everywhere yet: ${rest} ${pending.length === 1 ? 'does' : 'do'} not know of it.\nSlipway keeps trying. See ${code('/release locks')}`,
    );
  }
  const own = lock !== null && samePerson(lock.owner, by);
  const buttons = own ? [unlock(place, lock), extend(place, lock), editReason(place, lock)] : [];
  return said(done(outcome, by, context), buttons);
}

/** A short answer to the person who paused, resumed or adopted. `release`: the release this led to; 0: none. */
export function holdDoneMessage(
  command: 'pause' | 'resume' | 'adopt',
  release: number,
  { here, context }: { here: EnvironmentView; context: RenderContext },
): Message {
  const { name } = here.policy;
  const { id, paused, deployed } = here.environment;
  const ref = releaseRef(here.policy, release, context);
  switch (command) {
    case 'pause':
      return said(
        inline`Continuous deployment to ${name} is paused until somebody resumes it. New commits are built, not deployed.`,
        paused ? [resume(here)] : [],
      );
    case 'resume': {
      const goes =
        release > 0 ? inline`${ref} will be deployed now.` : inline`Nothing is waiting to be deployed.`;
      return said(inline`Continuous deployment to ${name} has resumed. ${goes}`);
    }
    case 'adopt': {
      const sha = deployed ? inline` ${commit(deployed.sha, context)}` : NOTHING;
      return said(inline`Recorded: ${id} runs${sha}, which counts as accepted there: ${ref}.`);
    }
    default:
      return command satisfies never;
  }
}

/** The locks and pauses of one product. */
export interface HeldView {
  product: string;
  /** Lock of all environments; null: none. */
  lock: Lock | null;
  /** Lowest first. */
  environments: Pick<Environment, 'id' | 'name' | 'lock' | 'paused'>[];
}

/** Most entries in a message: each takes two blocks, and the first and last lines need some (CARDS §4). */
const ENTRIES = 20;

interface Entry {
  words: Inline;
  buttons: ButtonSpec[];
}

function lockEntry(place: string, lock: Lock, reader: string, context: RenderContext): Entry {
  const { now } = context;
  const asked =
    lock.askedBy.length > 0 ? inline` Unlock requested by ${join(lock.askedBy.map(person), ', ')}.` : NOTHING;
  const hasAsked = lock.askedBy.some((by) => by.kind === 'person' && by.id === reader);
  return {
    words: inline`🔒 ${placeTitle(place)} ${be(place)} locked by ${person(lock.owner)} (since ${since(lock.at, now)}, for ${duration(now - lock.at)}): ${lockWords(lock, context)}.${asked}`,
    buttons: isOwner(lock, reader) ? [unlock(place, lock)] : hasAsked ? [] : [askToUnlock(place, lock)],
  };
}

function isOwner({ owner }: Lock, reader: string): boolean {
  return owner.kind === 'person' && owner.id === reader;
}

function entriesOf(view: HeldView, reader: string, context: RenderContext): Entry[] {
  return [
    ...(view.lock ? [lockEntry(view.product, view.lock, reader, context)] : []),
    ...view.environments.flatMap(({ id, lock, paused }): Entry[] => [
      ...(lock ? [lockEntry(id, lock, reader, context)] : []),
      ...(paused
        ? [
            {
              words: inline`${id} is ${pausedWords(paused, context)}: ${wouldDeploy(paused, context)}.`,
              buttons: [],
            },
          ]
        : []),
    ]),
  ];
}

/** `/release locks`: what is locked and paused. `reader`: user id of the person who asked. */
export function locksMessage(views: readonly HeldView[], reader: string, context: RenderContext): Message {
  const entries = views.flatMap((view) => entriesOf(view, reader, context));
  const names = environmentsText(views.map(({ product }) => line(product, 60)));
  if (entries.length === 0) return said(inline`Nothing is locked or paused in ${names}.`);
  const first = inline`${plural(entries.length, 'lock or pause', 'locks and pauses')} in ${names}`;
  const drawn = entries
    .slice(0, ENTRIES)
    .map(({ words, buttons }) => [paragraph(words), ...actions(buttons)]);
  const shown = fitting(drawn);
  const hidden = entries.length - shown.length;
  const more = hidden > 0 ? inline`+${hidden}: ${code('/release locks PRODUCT')} · ` : NOTHING;
  return {
    text: fallback(`${plain(first)}: ${entries.map(({ words }) => plain(words)).join(' ')}`),
    blocks: [
      paragraph(first),
      ...shown.flat(),
      contextBlock(inline`${more}As of ${time(context.now)} · only you see this`),
    ],
  };
}

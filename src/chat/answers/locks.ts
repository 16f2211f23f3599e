import type { LockCommand } from '../../domain/documents/commands.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Lock } from '../../domain/documents/lock.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import { clockText } from '../../domain/time/clock-time.ts';
import { actions, type ButtonSpec, context, paragraph, said } from '../blocks/blocks.ts';
import { fitting } from '../blocks/fit.ts';
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
import { duration, fallback, line, many } from '../text/clean.ts';
import {
  code,
  commit,
  join,
  NOTHING,
  person,
  plain,
  releaseRef,
  say,
  since,
  time,
  type Words,
} from '../text/inline.ts';
import type { EnvironmentView, Said, Surroundings } from '../view-model.ts';

/** What became of a lock, for the one who asked. */
export interface LockDone {
  type: LockCommand['type'];
  /** Environment id, or a product's name for all of its environments. */
  place: string;
  /** null: there is none. */
  before: Lock | null;
  lock: Lock | null;
  /** Environments of a product that do not have it yet. */
  untold: readonly string[];
  /** By whose clock its end was said; null or absent: by none. */
  zone?: string | null;
}

/** Why it is locked, and always until when. */
function lasting(lock: Lock, zone: string | null, around: Surroundings): Words {
  if (lock.until === null) return say`${lockWords(lock, around)}, without end: until somebody unlocks it`;
  if (zone === null) return lockWords(lock, around);
  return say`${lockWords(lock, around)} (${clockText(lock.until, zone)} by the clock of ${zone})`;
}

function done({ type, place, before, lock, zone = null }: LockDone, around: Surroundings): Words {
  const where = placeTitle(place);
  const words = lock ? lasting(lock, zone, around) : NOTHING;
  switch (type) {
    case 'lock':
      return say`${where} ${be(place)} locked: only you may deploy there. ${words}.`;
    case 'takeOver': {
      const from = before ? say` from ${person(before.owner)}, who is told` : NOTHING;
      return say`You took over the lock of ${placeName(place)}${from}. ${words}.`;
    }
    case 'unlock':
      return say`${where} ${be(place)} unlocked.`;
    case 'extendLock':
    case 'editLock':
      return say`Your lock of ${placeName(place)}: ${words}.`;
    case 'askToUnlock':
      return lock
        ? say`Asked ${person(lock.owner)} at ${time(around.now)}. You get the answer in a direct message.`
        : say`${where} ${be(place)} not locked any more.`;
    case 'handOver':
      return say`The lock of ${placeName(place)} is ${lock ? person(lock.owner) : ''}’s now.`;
    case 'keepLock':
      return say`You keep the lock of ${placeName(place)}. Whoever asked is told.`;
    default:
      return type satisfies never;
  }
}

/** What the lock is now, as far as each environment has it. */
export function lockDoneMessage(outcome: LockDone, by: Person, around: Surroundings): Said {
  const { place, lock, untold } = outcome;
  if (untold.length > 0) {
    const what = lock ? 'locked' : 'unlocked';
    const rest = environmentsText(untold.map((name) => line(name, 60)));
    return said(
      say`Errored: ${placeName(place)} could not be ${what} everywhere yet: ${rest} ${untold.length === 1 ? 'has' : 'have'} not heard of it.\nIt is tried again by itself. See ${code('/release locks')}`,
    );
  }
  const own = lock !== null && samePerson(lock.owner, by);
  const buttons = own ? [unlock(place, lock), extend(place, lock), editReason(place, lock)] : [];
  return said(done(outcome, around), buttons);
}

/** A short answer for the one who paused, resumed or adopted. `release`: what came of it; 0: none. */
export function holdDoneMessage(
  command: 'pause' | 'resume' | 'adopt',
  release: number,
  { here, surroundings: around }: { here: EnvironmentView; surroundings: Surroundings },
): Said {
  const { name } = here.policy;
  const { id, paused, deployed } = here.environment;
  const ref = releaseRef(here.policy, release, around);
  switch (command) {
    case 'pause':
      return said(
        say`Continuous deployment to ${name} is paused until somebody resumes it. New commits are built, not deployed.`,
        paused ? [resume(here)] : [],
      );
    case 'resume': {
      const goes = release > 0 ? say`${ref} is deployed now.` : say`Nothing waits to be deployed.`;
      return said(say`Continuous deployment to ${name} goes on. ${goes}`);
    }
    case 'adopt': {
      const sha = deployed ? say` ${commit(deployed.sha, around)}` : NOTHING;
      return said(say`${id} is known to run${sha} now, and it counts as accepted there: ${ref}.`);
    }
    default:
      return command satisfies never;
  }
}

/** The locks and pauses of a product. */
export interface HeldView {
  product: string;
  /** Of all environments; null: none. */
  lock: Lock | null;
  /** Lowest first. */
  environments: Pick<Environment, 'id' | 'name' | 'lock' | 'paused'>[];
}

/** Entries that a message holds at most: two blocks each, and some for the first and last lines (CARDS §4). */
const ENTRIES = 20;

interface Entry {
  words: Words;
  buttons: ButtonSpec[];
}

function lockEntry(place: string, lock: Lock, reader: string, around: Surroundings): Entry {
  const { now } = around;
  const asked =
    lock.askedBy.length > 0 ? say` Asked for by ${join(lock.askedBy.map(person), ', ')}.` : NOTHING;
  return {
    words: say`🔒 ${placeTitle(place)} ${be(place)} locked by ${person(lock.owner)} since ${since(lock.at, now)} (${duration(now - lock.at)}), ${lockWords(lock, around)}.${asked}`,
    buttons: [isOwner(lock, reader) ? unlock(place, lock) : askToUnlock(place, lock)],
  };
}

function isOwner({ owner }: Lock, reader: string): boolean {
  return owner.kind === 'person' && owner.id === reader;
}

function entriesOf(view: HeldView, reader: string, around: Surroundings): Entry[] {
  return [
    ...(view.lock ? [lockEntry(view.product, view.lock, reader, around)] : []),
    ...view.environments.flatMap(({ id, lock, paused }): Entry[] => [
      ...(lock ? [lockEntry(id, lock, reader, around)] : []),
      ...(paused
        ? [
            {
              words: say`${id} is ${pausedWords(paused, around)}: ${wouldDeploy(paused, around)}.`,
              buttons: [],
            },
          ]
        : []),
    ]),
  ];
}

/** `/release locks`: what is locked and paused. `reader`: the user id of who asked. */
export function locksMessage(views: readonly HeldView[], reader: string, around: Surroundings): Said {
  const entries = views.flatMap((view) => entriesOf(view, reader, around));
  const names = environmentsText(views.map(({ product }) => line(product, 60)));
  if (entries.length === 0) return said(say`Nothing is locked or paused in ${names}.`);
  const first = say`${many(entries.length, 'lock or pause', 'locks and pauses')} in ${names}`;
  const drawn = entries
    .slice(0, ENTRIES)
    .map(({ words, buttons }) => [paragraph(words), ...actions(buttons)]);
  const shown = fitting(drawn);
  const hidden = entries.length - shown.length;
  const more = hidden > 0 ? say`+${hidden}: ${code('/release locks PRODUCT')} · ` : NOTHING;
  return {
    text: fallback(`${plain(first)}: ${entries.map(({ words }) => plain(words)).join(' ')}`),
    blocks: [
      paragraph(first),
      ...shown.flat(),
      context(say`${more}As of ${time(around.now)} · only you see this`),
    ],
  };
}

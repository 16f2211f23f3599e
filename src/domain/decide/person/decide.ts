import type { PersonCommand } from '../../documents/commands/person.ts';
import type { Answer, Decision } from '../../documents/document.ts';
import { type OpenHome, type Profile, TOUCHED_KEPT } from '../../documents/profile.ts';
import { documentTime, finish } from '../shared/finish.ts';

/** What a profile is decided from, beside its document. */
export interface PersonContext {
  now: number;
  /** For how long after it was opened a Home tab counts as open. */
  homeOpenMs: number;
  /** The shared lease clock (RULES 35). */
  leaseNow: number;
  /** For how long a process that keeps a Home tab up to date need not say so again. */
  homeHeldMs: number;
}

const ACCEPTED: Answer = { kind: 'accepted' };
const NOTHING_NEW: Answer = { kind: 'refused', refusal: { rule: 'nothingToDo' } };

/** Decides what is kept of one person. Clicks count in the order in which they were made, however they arrive. */
export function decidePerson(
  before: Profile,
  command: PersonCommand,
  context: PersonContext,
): Decision<Profile> {
  const at = documentTime(before, context.now);
  const profile = structuredClone(before);
  const answer = handle(profile, command, at, context);
  // Then the process that keeps its tab up to date is gone, and another one takes it over.
  const wake = ({ home }: Profile) => home?.heldUntil ?? null;
  return finish(before, profile, command, { answer, effects: [], at, wake });
}

function handle(profile: Profile, command: PersonCommand, at: number, context: PersonContext): Answer {
  switch (command.type) {
    case 'switched':
      if (command.clickedAt <= profile.chosenAt) return NOTHING_NEW;
      profile.chosenAt = command.clickedAt;
      profile.switches = command.switches;
      // The switches are in the tab.
      if (profile.home) profile.home.openedAt = at;
      return ACCEPTED;
    case 'touched':
      profile.touched = [
        command.product,
        ...profile.touched.filter((product) => product !== command.product),
      ].slice(0, TOUCHED_KEPT);
      return ACCEPTED;
    case 'homeOpened':
      profile.home = opened(profile.home, at, context.homeOpenMs);
      return ACCEPTED;
    case 'homeTurned': {
      const { page, search, clickedAt } = command;
      if (clickedAt <= (profile.home?.clickedAt ?? 0)) return NOTHING_NEW;
      profile.home = { ...profile.home, openedAt: at, page, search, clickedAt };
      return ACCEPTED;
    }
    case 'homeTaken':
      if (profile.home === null) return NOTHING_NEW;
      profile.home = held(profile.home, command.worker, at, context);
      return ACCEPTED;
    case 'homeHeld':
      if (profile.home === null || isHeldByOther(profile.home, command.worker, context)) return NOTHING_NEW;
      profile.home = held(profile.home, command.worker, at, context);
      return ACCEPTED;
    case 'homeLeft':
      if (profile.home?.worker !== command.worker) return NOTHING_NEW;
      profile.home = left(profile.home);
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

/** A tab that was opened long ago begins again with all products. */
function opened(home: OpenHome | null, at: number, homeOpenMs: number): OpenHome {
  const clickedAt = home?.clickedAt ?? 0;
  if (home === null || at - home.openedAt > homeOpenMs) {
    return { ...home, openedAt: at, page: 0, search: '', clickedAt };
  }
  return { ...home, openedAt: at };
}

/** Kept up to date by this process; one that was opened long ago need not be kept by any. */
function held(
  home: OpenHome,
  worker: string,
  at: number,
  { homeOpenMs, leaseNow, homeHeldMs }: PersonContext,
): OpenHome {
  const taken = { ...left(home), worker };
  return at - home.openedAt > homeOpenMs ? taken : { ...taken, heldUntil: leaseNow + homeHeldMs };
}

function left({ heldUntil: _heldUntil, ...home }: OpenHome): OpenHome {
  return home;
}

function isHeldByOther({ worker, heldUntil }: OpenHome, by: string, { leaseNow }: PersonContext): boolean {
  return worker !== by && heldUntil !== undefined && heldUntil > leaseNow;
}

import type { PersonCommand } from '../../documents/commands.ts';
import type { Answer, Decision } from '../../documents/document.ts';
import { type OpenHome, type Profile, TOUCHED_KEPT } from '../../documents/profile.ts';
import { documentTime, finish } from '../shared/finish.ts';

/** What a profile is decided from, beside its document. */
export interface PersonContext {
  now: number;
  /** For how long after it was opened a Home tab counts as open. */
  homeOpenMs: number;
}

const ACCEPTED: Answer = { kind: 'accepted' };
const NOTHING_NEW: Answer = { kind: 'refused', refusal: { rule: 'nothingToDo' } };

/** Decides what is kept of one person. Clicks count in the order in which they were made, however they arrive. */
export function decidePerson(
  before: Profile,
  command: PersonCommand,
  { now, homeOpenMs }: PersonContext,
): Decision<Profile> {
  const at = documentTime(before, now);
  const profile = structuredClone(before);
  const answer = handle(profile, command, at, homeOpenMs);
  return finish(before, profile, command, { answer, effects: [], at, wake: () => null });
}

function handle(profile: Profile, command: PersonCommand, at: number, homeOpenMs: number): Answer {
  switch (command.type) {
    case 'switched':
      if (command.clickedAt <= profile.chosenAt) return NOTHING_NEW;
      profile.chosenAt = command.clickedAt;
      profile.switches = command.switches;
      return ACCEPTED;
    case 'touched':
      profile.touched = [
        command.product,
        ...profile.touched.filter((product) => product !== command.product),
      ].slice(0, TOUCHED_KEPT);
      return ACCEPTED;
    case 'homeOpened':
      profile.home = opened(profile.home, at, homeOpenMs);
      return ACCEPTED;
    case 'homeTurned': {
      const { page, search, clickedAt } = command;
      if (clickedAt <= (profile.home?.clickedAt ?? 0)) return NOTHING_NEW;
      profile.home = { ...profile.home, openedAt: at, page, search, clickedAt };
      return ACCEPTED;
    }
    case 'homeTaken':
      if (profile.home === null || profile.home.worker === command.worker) return NOTHING_NEW;
      profile.home.worker = command.worker;
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

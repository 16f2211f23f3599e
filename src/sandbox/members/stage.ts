import type { Events } from '../outgoing/events.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import type { OpenView } from '../workspace/modals.ts';
import type { Channel, Person, StoredMessage } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { OfferedOptions } from './offered.ts';

/** What people act in. */
export interface Stage {
  workspace: Workspace;
  outgoing: Outgoing;
  events: Events;
  offered: OfferedOptions;
}

/** A person and a channel that they are in. `channelName`: an id, or a name with or without `#`. */
export function whoWhere(
  { workspace }: Stage,
  personId: string,
  channelName: string,
): { person: Person; channel: Channel } | { error: string } {
  const person = workspace.person(personId);
  const channel = workspace.channel(channelName);
  if (!person || person.deleted) return { error: 'There is no such person here.' };
  if (!channel || !workspace.isMember(channel, person.id)) {
    return { error: `There is no channel ${channelName}, or ${person.name} is not in it.` };
  }
  return { person, channel };
}

/** A message that this person sees. */
export function messageFor(
  { workspace }: Stage,
  person: Person,
  ts: string,
  channelName?: string,
): { message: StoredMessage; channel: Channel } | null {
  const channels = workspace
    .channels()
    .filter((each) => workspace.isMember(each, person.id))
    .filter(({ id, name }) => !channelName || id === channelName || name === channelName.replace(/^#/, ''));
  for (const channel of channels) {
    const message = workspace.message(channel.id, ts);
    if (message && [null, person.id].includes(message.onlyFor)) return { message, channel };
  }
  return null;
}

/** A modal of this person or their Home tab. `viewId` null: the topmost modal. */
export function viewFor(
  { workspace }: Stage,
  personId: string,
  viewId: string | null,
): { person: Person; open: OpenView } | null {
  const person = workspace.person(personId);
  const stack = workspace.modals.stack(personId);
  const home = workspace.homes.of(personId);
  const open = viewId === null ? stack.at(-1) : [...stack, home].find((each) => each?.id === viewId);
  return person && open ? { person, open } : null;
}

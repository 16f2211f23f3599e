import type { SandboxFault, SandboxMessage, SandboxPerson, SandboxState, SandboxView } from './protocol.ts';
import type { OpenView } from './workspace/modals.ts';
import type { Channel, Person, StoredMessage } from './workspace/types.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Number of messages per channel that a page receives. */
const SHOWN = 1_000;

/** What the host of the sandbox adds to the page. */
export type HostState = Pick<SandboxState, 'actions' | 'links'>;

/** Everything that a person sees. `asked`: an id; the first person if it is unknown. */
export function stateFor(
  workspace: Workspace,
  asked: string,
  host: HostState,
  faults: SandboxFault[],
): SandboxState {
  const people = workspace.people().filter(({ deleted }) => !deleted);
  const as = people.find(({ id, isBot }) => id === asked && !isBot) ?? people.find(({ isBot }) => !isBot);
  const id = as?.id ?? '';
  const channels = workspace.channels().filter((channel) => workspace.isMember(channel, id));
  const home = workspace.homes.of(id);
  return {
    team: workspace.team.name,
    people: people.map((person) => personFor(workspace, person)),
    as: id,
    channels: channels.map((channel) => ({
      id: channel.id,
      name: channel.directWith === null ? channel.name : workspace.bot.name,
      isDirect: channel.directWith !== null,
      isPrivate: channel.isPrivate,
      archived: channel.archived,
      joined: channel.joined,
    })),
    messages: channels.flatMap((channel) => messagesFor(workspace, channel, id)),
    views: workspace.modals.stack(id).map(viewFor),
    home: home && viewFor(home),
    shortcuts: [...workspace.app.shortcuts],
    faults,
    ...host,
  };
}

function personFor({ team }: Workspace, person: Person): SandboxPerson {
  const { id, name, realName, isBot } = person;
  const isGuest = person.isRestricted || person.isUltraRestricted;
  const kind = isBot ? 'bot' : person.team !== team.id ? 'partner' : isGuest ? 'guest' : 'member';
  return { id, name, realName, isBot, kind };
}

function viewFor({ id, hash, view, values }: OpenView): SandboxView {
  return { id, hash, view, values };
}

function messagesFor(workspace: Workspace, channel: Channel, person: string): SandboxMessage[] {
  const own = workspace.ephemerals(person).filter((message) => message.channel === channel.id);
  const all = [...workspace.messages(channel.id), ...own].sort((a, b) => Number(a.ts) - Number(b.ts));
  const replies = new Map<string, number>();
  for (const { threadTs } of workspace.messages(channel.id)) {
    if (threadTs !== null) replies.set(threadTs, (replies.get(threadTs) ?? 0) + 1);
  }
  return all.slice(-SHOWN).map((message) => shown(message, replies.get(message.ts) ?? 0));
}

function shown(message: StoredMessage, replies: number): SandboxMessage {
  const { ts, channel, user, text, blocks, threadTs, broadcast, edited, onlyFor } = message;
  return {
    ts,
    channel,
    user,
    text,
    blocks,
    threadTs,
    broadcast,
    edited: edited !== null,
    ephemeral: onlyFor !== null,
    replies,
  };
}

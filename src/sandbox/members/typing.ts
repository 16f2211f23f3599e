import { checkMessage } from '../limits/limits.ts';
import type { SandboxAnswer } from '../protocol.ts';
import { type Fields, listOf, textOf } from '../workspace/json.ts';
import type { Channel, Person } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { no, OK } from './answers.ts';
import { type Stage, whoWhere } from './stage.ts';

/** What people type, and whom they invite. */
export class Typing {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Posts a message. `@Name` becomes a mention. */
  say(personId: string, channelName: string, text: string, threadTs: string | null): SandboxAnswer {
    const where = whoWhere(this.#stage, personId, channelName);
    if ('error' in where) return no(where.error);
    const { person, channel } = where;
    const { workspace } = this.#stage;
    if (channel.archived) return no(`#${channel.name} is archived.`);
    const content = { text: typedText(workspace, text), blocks: [], metadata: null };
    const thread = threadTs === null ? null : { ts: threadTs, broadcast: false };
    workspace.post(channel.id, person.id, content, thread);
    return OK;
  }

  async command(personId: string, channelName: string, typed: string): Promise<SandboxAnswer> {
    const where = whoWhere(this.#stage, personId, channelName);
    if ('error' in where) return no(where.error);
    const { person, channel } = where;
    const [command = '', ...words] = typed.trim().split(' ');
    if (command !== '/release')
      return no(`${command} is not a valid command. This workspace knows /release.`);
    const answer = await this.#stage.outgoing.command(person, channel, command, words.join(' ').trim());
    if (!answer.ok)
      return this.#failed(person, channel, `${command} failed with the error "${answer.error}"`);
    return this.#answered(person, channel, command, answer.body);
  }

  /** Invites the bot to a channel. */
  invite(personId: string, channelName: string): SandboxAnswer {
    const where = whoWhere(this.#stage, personId, channelName);
    if ('error' in where) return no(where.error);
    const { workspace } = this.#stage;
    if (where.channel.joined) return no(`${workspace.bot.name} is already in #${where.channel.name}.`);
    workspace.changeChannel(where.channel.id, { joined: true });
    this.#joined(where.channel, workspace.bot.userId, personId);
    return OK;
  }

  /** A person joins a channel. The bot hears of it where it is a member. */
  join(personId: string, channelName: string): SandboxAnswer {
    const { workspace } = this.#stage;
    const channel = workspace.channel(channelName);
    if (!channel) return no(`There is no channel ${channelName}.`);
    if (workspace.isMember(channel, personId)) return OK;
    workspace.changeChannel(channel.id, { members: [...(channel.members ?? []), personId] });
    if (channel.joined) this.#joined(channel, personId, null);
    return OK;
  }

  dismiss(personId: string, ts: string): SandboxAnswer {
    const { workspace } = this.#stage;
    const message = workspace.ephemerals(personId).find((candidate) => candidate.ts === ts);
    if (message) workspace.remove(message);
    return OK;
  }

  #joined(channel: Channel, user: string, inviter: string | null): void {
    const { workspace, events } = this.#stage;
    events.send('member_joined_channel', {
      type: 'member_joined_channel',
      user,
      channel: channel.id,
      channel_type: channel.isPrivate ? 'G' : 'C',
      team: workspace.team.id,
      ...(inviter === null ? {} : { inviter }),
      event_ts: workspace.ids.ts(),
    });
  }

  /** Posts the message that an acknowledgement contains, if any. */
  #answered(person: Person, channel: Channel, command: string, body: Fields): SandboxAnswer {
    const { workspace } = this.#stage;
    const content = { text: textOf(body.text), blocks: listOf(body.blocks), metadata: null };
    if (content.text === '' && content.blocks.length === 0) return OK;
    if (checkMessage(body, workspace.refusedBlocks).some(({ error }) => error !== 'no_text')) {
      return this.#failed(person, channel, `${command} failed with the error "dispatch_failed"`);
    }
    if (body.response_type === 'in_channel') {
      workspace.post(channel.id, workspace.bot.userId, content, null);
    } else workspace.postEphemeral(person.id, channel.id, content, null);
    return OK;
  }

  #failed(person: Person, channel: Channel, text: string): SandboxAnswer {
    const content = { text, blocks: [], metadata: null };
    this.#stage.workspace.postEphemeral(person.id, channel.id, content, null);
    return no(text);
  }
}

/** Typed text as Slack stores it: escaped, with mentions for the names of people. */
function typedText(workspace: Workspace, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const byLength = workspace.people().sort((a, b) => b.name.length - a.name.length);
  return escaped.replaceAll(/@[\p{L}\p{N}._ -]+/gu, (typed) => {
    const rest = typed.slice(1).toLowerCase();
    const person = byLength.find(({ name }) => startsWithWord(rest, name.toLowerCase()));
    return person ? `<@${person.id}>${typed.slice(1 + person.name.length)}` : typed;
  });
}

function startsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && !/^[\p{L}\p{N}_]/u.test(text.slice(word.length));
}

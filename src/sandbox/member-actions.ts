import { checkMessage, checkView } from './limits/limits.ts';
import type { Outgoing, Values } from './outgoing.ts';
import type { SandboxAnswer } from './protocol.ts';
import { type Fields, fieldsOf, labelOf, listOf, textOf } from './workspace/json.ts';
import type { OpenView } from './workspace/modals.ts';
import type { Channel, Content, Person, StoredMessage } from './workspace/types.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Selects a button of a message, by its ids or its label. */
export interface Which {
  text?: string;
  actionId?: string;
  blockId?: string;
  /** Index of an earlier version of the message, for late clicks. Absent: the newest version that has the button. */
  version?: number;
}

/** Slack's message for any invalid response to a submission. */
const TROUBLE = 'We had some trouble connecting. Try again?';

const OK: SandboxAnswer = { ok: true };

function no(error: string): SandboxAnswer {
  return { ok: false, error };
}

/** What people do in the workspace: type, press buttons, and fill in dialogs. */
export class MemberActions {
  readonly #workspace: Workspace;
  readonly #outgoing: Outgoing;

  constructor(workspace: Workspace, outgoing: Outgoing) {
    this.#workspace = workspace;
    this.#outgoing = outgoing;
  }

  say(personId: string, channelName: string, text: string, threadTs: string | null): SandboxAnswer {
    const found = this.#who(personId, channelName);
    if ('error' in found) return no(found.error);
    const thread = threadTs === null ? null : { ts: threadTs, broadcast: false };
    const content = { text: escaped(text), blocks: [], metadata: null };
    this.#workspace.post(found.channel.id, found.person.id, content, thread);
    return OK;
  }

  async command(personId: string, channelName: string, typed: string): Promise<SandboxAnswer> {
    const found = this.#who(personId, channelName);
    if ('error' in found) return no(found.error);
    const { person, channel } = found;
    const [command = '', ...words] = typed.trim().split(' ');
    if (command !== '/release')
      return no(`${command} is not a valid command. This workspace knows /release.`);
    const answer = await this.#outgoing.command(person, channel, command, words.join(' ').trim());
    if (!answer.ok)
      return this.#failed(person, channel, `${command} failed with the error "${answer.error}"`);
    return this.#answered(person, channel, command, answer.body);
  }

  async click(personId: string, ts: string, which: Which, channelName?: string): Promise<SandboxAnswer> {
    const person = this.#workspace.person(personId);
    const message = person && this.#find(person, ts, channelName);
    const channel = message && this.#workspace.channel(message.channel);
    if (!person || !message || !channel) return no('This message no longer exists.');
    const pressed = findButton(message, which);
    if (!pressed) return no('This button no longer exists.');
    const { content, ...button } = pressed;
    const answer = await this.#outgoing.click(person, channel, message, content, button);
    // The error is shown beside the button, as in Slack.
    return answer.ok ? OK : no(`The button failed with the error "${answer.error}"`);
  }

  /** `viewId` null: the topmost modal. */
  async submit(personId: string, viewId: string | null, values: Values): Promise<SandboxAnswer> {
    const found = this.#view(personId, viewId);
    if (!found) return no('This dialog is no longer open.');
    const { person, open } = found;
    const answer = await this.#outgoing.submit(person, open, values);
    if (!answer.ok) return no(TROUBLE);
    return this.#submitted(person, open, answer.body);
  }

  async close(personId: string, viewId: string): Promise<SandboxAnswer> {
    const found = this.#view(personId, viewId);
    if (!found) return OK;
    this.#workspace.modals.close(found.open);
    if (found.open.view.notify_on_close === true) await this.#outgoing.closed(found.person, found.open);
    return OK;
  }

  dismiss(personId: string, ts: string): SandboxAnswer {
    const message = this.#workspace.ephemerals(personId).find((candidate) => candidate.ts === ts);
    if (message) this.#workspace.remove(message);
    return OK;
  }

  #submitted(person: Person, open: OpenView, body: Fields): SandboxAnswer {
    const { modals } = this.#workspace;
    switch (body.response_action) {
      case 'errors': {
        const errors = Object.fromEntries(
          Object.entries(fieldsOf(body.errors)).map(([block, error]) => [block, textOf(error)]),
        );
        return { ok: false, error: 'Some of these values are not valid.', errors };
      }
      case 'update':
      case 'push': {
        const view = fieldsOf(body.view);
        if (checkView(view).length > 0) return no(TROUBLE);
        if (body.response_action === 'update') modals.update(open, view, null);
        else if (!modals.pushFor(person.id, view).ok) return no(TROUBLE);
        return OK;
      }
      case 'clear':
        modals.clear(person.id);
        return OK;
      default:
        modals.close(open);
        return OK;
    }
  }

  /** Posts the message that an acknowledgement contains, if any. */
  #answered(person: Person, channel: Channel, command: string, body: Fields): SandboxAnswer {
    const content = { text: textOf(body.text), blocks: listOf(body.blocks), metadata: null };
    if (content.text === '' && content.blocks.length === 0) return OK;
    if (checkMessage(body).some(({ error }) => error !== 'no_text')) {
      return this.#failed(person, channel, `${command} failed with the error "dispatch_failed"`);
    }
    if (body.response_type === 'in_channel') {
      this.#workspace.post(channel.id, this.#workspace.bot.userId, content, null);
    } else this.#workspace.postEphemeral(person.id, channel.id, content, null);
    return OK;
  }

  #failed(person: Person, channel: Channel, text: string): SandboxAnswer {
    this.#workspace.postEphemeral(person.id, channel.id, { text, blocks: [], metadata: null }, null);
    return no(text);
  }

  #who(personId: string, channelName: string): { person: Person; channel: Channel } | { error: string } {
    const person = this.#workspace.person(personId);
    const channel = this.#workspace.channel(channelName);
    if (!person || person.deleted) return { error: 'There is no such person here.' };
    if (!channel) return { error: `There is no channel ${channelName}.` };
    return { person, channel };
  }

  #find(person: Person, ts: string, channelName?: string): StoredMessage | undefined {
    const workspace = this.#workspace;
    const channels = workspace
      .channels()
      .filter(({ id, name }) => !channelName || id === channelName || name === channelName);
    const own = workspace.ephemerals(person.id).find((message) => message.ts === ts);
    return (
      own ??
      channels.flatMap(({ id }) => workspace.message(id, ts) ?? []).find(({ onlyFor }) => onlyFor === null)
    );
  }

  #view(personId: string, viewId: string | null): { person: Person; open: OpenView } | null {
    const person = this.#workspace.person(personId);
    const stack = this.#workspace.modals.stack(personId);
    const open = viewId === null ? stack.at(-1) : stack.find(({ id }) => id === viewId);
    return person && open ? { person, open } : null;
  }
}

/** Typed text is escaped: only Slack itself turns text into mentions and links. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The newest version of the message that has such a button, because a page may be slightly outdated. */
function findButton(
  message: StoredMessage,
  which: Which,
): { blockId: string; element: Fields; content: Content } | null {
  const versions =
    which.version === undefined ? message.versions.toReversed() : [message.versions[which.version]];
  for (const content of versions) {
    if (!content) continue;
    for (const block of content.blocks) {
      const elements = [...listOf(block.elements), ...(block.accessory ? [fieldsOf(block.accessory)] : [])];
      const element = elements.find((candidate) => isMeant(block, candidate, which));
      if (element) return { blockId: textOf(block.block_id), element, content };
    }
  }
  return null;
}

function isMeant(block: Fields, element: Fields, { text, actionId, blockId }: Which): boolean {
  if (block.type !== 'actions' && block.type !== 'section') return false;
  if (blockId !== undefined && block.block_id !== blockId) return false;
  if (actionId !== undefined && element.action_id !== actionId) return false;
  return text === undefined || labelOf(element.text) === text;
}

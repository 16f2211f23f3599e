import { Homes } from './homes.ts';
import { Ids } from './ids.ts';
import { Modals } from './modals.ts';
import { newApp, newChannel, newPerson } from './new.ts';
import type {
  AppInstallation,
  Channel,
  Content,
  NewChannel,
  Person,
  StoredMessage,
  UserGroup,
  WorkspaceOptions,
} from './types.ts';

/** Number of versions of a message that late clicks can refer to. */
const VERSIONS_KEPT = 30;

/** `before`: the message before the change. null: there was none. */
export interface MessageChange {
  kind: 'posted' | 'changed' | 'deleted';
  message: StoredMessage;
  before: StoredMessage | null;
}

/** A Slack workspace in memory. */
export class Workspace {
  readonly team: { id: string; name: string };
  /** null: no Enterprise Grid. */
  readonly enterprise: string | null;
  readonly bot: { userId: string; botId: string; appId: string; name: string };
  readonly userGroups: UserGroup[];
  readonly ids: Ids;
  readonly modals: Modals;
  readonly homes: Homes;
  readonly app: AppInstallation;
  /** Block types that this workspace does not know, as an older Slack. */
  refusedBlocks: ReadonlySet<string> = new Set();
  /** Incremented with each change. */
  version = 0;
  readonly #people: Person[];
  readonly #channels: Channel[];
  readonly #messages: StoredMessage[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #messageListeners = new Set<(change: MessageChange) => void>();

  constructor(options: WorkspaceOptions) {
    const clock = { now: options.now };
    this.team = { id: 'T0SANDBOX', name: options.team };
    this.enterprise = options.enterprise ?? null;
    this.bot = { userId: 'U0SLIPWAY', botId: 'B0SLIPWAY', appId: 'A0SLIPWAY', name: options.botName };
    this.userGroups = (options.groups ?? []).map((group) => ({ ...group, members: [...group.members] }));
    this.ids = new Ids(clock);
    this.modals = new Modals(this.ids, clock, () => this.#changed());
    this.homes = new Homes(this.ids, clock, () => this.#changed());
    this.app = newApp(options.app);
    const bot = { id: this.bot.userId, name: this.bot.name, isBot: true };
    this.#people = [bot, ...options.people].map((one) => newPerson(one, this.team.id, this.enterprise));
    this.#channels = options.channels.map((given, index) => newChannel(`C0SANDBOX${index + 1}`, given));
  }

  /** Calls the listener after each change. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  refuseBlocks(types: readonly string[]): void {
    this.refusedBlocks = new Set(types);
  }

  /** Tells the listeners of a change outside the workspace. */
  touch(): void {
    this.#changed();
  }

  /** Calls the listener after each change of a message that everybody in its channel sees. */
  onMessage(listener: (change: MessageChange) => void): void {
    this.#messageListeners.add(listener);
  }

  people(): Person[] {
    return [...this.#people];
  }

  person(id: string): Person | undefined {
    return this.#people.find((person) => person.id === id);
  }

  channels(): Channel[] {
    return [...this.#channels];
  }

  /**
   * Finds a channel by id, or by name with or without `#`. A person's id finds or creates their direct message with
   * the bot.
   */
  channel(which: string): Channel | undefined {
    const name = which.replace(/^#/, '');
    const known = this.#channels.find(
      (channel) =>
        channel.id === which ||
        channel.directWith === which ||
        (!channel.directWith && channel.name === name),
    );
    if (known) return known;
    const person = this.person(which);
    if (!person || person.isBot) return undefined;
    const direct = {
      ...newChannel(this.ids.next('D0'), person.name),
      directWith: person.id,
      members: [person.id],
    };
    this.#channels.push(direct);
    return direct;
  }

  /** Whether this person is in the channel. */
  isMember(channel: Channel, person: string): boolean {
    return channel.members === null || channel.members.includes(person);
  }

  /** Changes a channel: renames or archives it, or changes who is in it. */
  changeChannel(
    which: string,
    change: Partial<Pick<Channel, 'name' | 'archived' | 'joined' | 'members'>>,
  ): void {
    const channel = this.channel(which);
    if (!channel) throw new TypeError(`there is no channel ${which}`);
    Object.assign(channel, change);
    this.#changed();
  }

  addChannel(given: string | NewChannel): void {
    this.#channels.push(newChannel(this.ids.next('C0'), given));
    this.#changed();
  }

  /** Deletes a channel and its messages. */
  deleteChannel(which: string): void {
    const at = this.#channels.findIndex(({ id }) => id === this.channel(which)?.id);
    if (at >= 0) this.#channels.splice(at, 1);
    this.#changed();
  }

  /** Deactivates or reactivates an account. */
  setDeleted(person: string, deleted: boolean): void {
    const found = this.person(person);
    if (!found) throw new TypeError(`there is no person ${person}`);
    found.deleted = deleted;
    this.#changed();
  }

  message(channel: string, ts: string): StoredMessage | undefined {
    return this.#messages.find((message) => message.ts === ts && message.channel === channel);
  }

  /** Messages that everybody sees, including thread replies, oldest first. */
  messages(channel: string): StoredMessage[] {
    return this.#messages.filter((message) => message.channel === channel && message.onlyFor === null);
  }

  /** Ephemeral messages for this person, oldest first. */
  ephemerals(person: string): StoredMessage[] {
    return this.#messages.filter((message) => message.onlyFor === person);
  }

  replies(channel: string, ts: string): StoredMessage[] {
    return this.messages(channel).filter((message) => message.threadTs === ts);
  }

  post(
    channel: string,
    user: string,
    content: Content,
    thread: { ts: string; broadcast: boolean } | null,
  ): StoredMessage {
    return this.#store(channel, user, content, { thread, onlyFor: null });
  }

  /** Posts an ephemeral message. */
  postEphemeral(person: string, channel: string, content: Content, threadTs: string | null): StoredMessage {
    const thread = threadTs === null ? null : { ts: threadTs, broadcast: false };
    return this.#store(channel, this.bot.userId, content, { thread, onlyFor: person });
  }

  update(message: StoredMessage, content: Content): void {
    const before = { ...message };
    const stored = { ...content, blocks: this.ids.withIds(content.blocks) };
    Object.assign(message, stored);
    message.edited = this.ids.ts();
    message.versions = [...message.versions, stored].slice(-VERSIONS_KEPT);
    this.#messageChanged({ kind: 'changed', message, before });
  }

  remove(message: StoredMessage): void {
    const at = this.#messages.indexOf(message);
    if (at < 0) return;
    this.#messages.splice(at, 1);
    this.#messageChanged({ kind: 'deleted', message, before: message });
  }

  #store(
    channel: string,
    user: string,
    content: Content,
    how: { thread: { ts: string; broadcast: boolean } | null; onlyFor: string | null },
  ): StoredMessage {
    const said = { ...content, blocks: this.ids.withIds(content.blocks) };
    const message = {
      ...said,
      ts: this.ids.ts(),
      channel,
      user,
      threadTs: how.thread?.ts ?? null,
      broadcast: how.thread?.broadcast ?? false,
      edited: null,
      onlyFor: how.onlyFor,
      versions: [said],
    };
    this.#messages.push(message);
    this.#messageChanged({ kind: 'posted', message, before: null });
    return message;
  }

  #messageChanged(change: MessageChange): void {
    this.#changed();
    if (change.message.onlyFor !== null) return;
    for (const listener of this.#messageListeners) listener(change);
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}

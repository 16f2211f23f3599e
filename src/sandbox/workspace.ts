/** A message as Slack keeps it. */
export interface StoredMessage {
  ts: string;
  channel: string;
  /** Id of its author. */
  user: string;
  text: string;
  blocks: Record<string, unknown>[];
  /** null: none. */
  metadata: unknown;
  /** Timestamp of the thread's first message; null: not a reply. */
  threadTs: string | null;
  broadcast: boolean;
  edited: boolean;
  /** Who alone sees it; null: everybody. */
  onlyFor: string | null;
  /** What it was before each edit, oldest first: a click may come late. */
  versions: { text: string; blocks: Record<string, unknown>[] }[];
}

export interface Person {
  id: string;
  name: string;
  realName?: string;
  deleted?: boolean;
  isRestricted?: boolean;
  isBot?: boolean;
}

export interface Channel {
  id: string;
  /** Without `#`. */
  name: string;
  /** Direct message with the bot: whose. null: a channel. */
  with: string | null;
}

/** A modal that is open for somebody. */
export interface OpenView {
  id: string;
  hash: string;
  person: string;
  view: Record<string, unknown>;
}

/** How long a trigger id lives (SLACK.md). */
const TRIGGER_MS = 3_000;

/** How many versions of a message a late click can still mean. */
const VERSIONS_KEPT = 20;

/** Views on one stack (SLACK.md). */
const STACK = 3;

export interface WorkspaceOptions {
  team: string;
  bot: Person;
  people: Person[];
  /** Names, with or without `#`. */
  channels: string[];
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A Slack workspace in memory. */
export class Workspace {
  readonly team: string;
  readonly teamId = 'T0SANDBOX';
  readonly appId = 'A0SANDBOX';
  readonly bot: Person;
  readonly people: Person[];
  readonly channels: Channel[];
  readonly messages: StoredMessage[] = [];
  views: OpenView[] = [];
  /** Counts changes. */
  version = 0;
  readonly now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #triggers = new Map<string, { person: string; at: number }>();
  #sequence = 0;
  #lastTs = 0;

  constructor(options: WorkspaceOptions) {
    this.team = options.team;
    this.bot = options.bot;
    this.people = [options.bot, ...options.people];
    this.now = options.now;
    this.channels = options.channels.map((name, index) => ({
      id: `C0SANDBOX${index + 1}`,
      name: name.replace(/^#/, ''),
      with: null,
    }));
  }

  /** Unique in this workspace. */
  nextId(prefix: string): string {
    this.#sequence += 1;
    return `${prefix}${this.#sequence.toString(36).toUpperCase().padStart(8, '0')}`;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }

  person(id: string): Person | undefined {
    return this.people.find((person) => person.id === id);
  }

  /** By id, or by name with or without `#`. */
  channel(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, '');
    return this.channels.find((channel) => channel.id === idOrName || channel.name === name);
  }

  /** The direct message between the bot and a person. */
  direct(person: Person): Channel {
    const known = this.channels.find((channel) => channel.with === person.id);
    if (known) return known;
    const channel = { id: this.nextId('D'), name: person.name, with: person.id };
    this.channels.push(channel);
    return channel;
  }

  message(channel: string, ts: string): StoredMessage | undefined {
    return this.messages.find((message) => message.ts === ts && message.channel === channel);
  }

  post(message: Omit<StoredMessage, 'ts' | 'edited' | 'versions'>): StoredMessage {
    const stored = { ...message, ts: this.#nextTs(), edited: false, versions: [] };
    this.messages.push(stored);
    this.changed();
    return stored;
  }

  edit(message: StoredMessage, next: Pick<StoredMessage, 'text' | 'blocks' | 'metadata'>): void {
    message.versions = [...message.versions, { text: message.text, blocks: message.blocks }].slice(
      -VERSIONS_KEPT,
    );
    Object.assign(message, next, { edited: true });
    this.changed();
  }

  remove(message: StoredMessage): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.changed();
  }

  trigger(person: string): string {
    const id = this.nextId('trigger.');
    this.#triggers.set(id, { person, at: this.now() });
    return id;
  }

  /** Works once, within three seconds; answers whose it was, or Slack's error. */
  useTrigger(id: string): { person: string } | { error: 'invalid_trigger' | 'expired_trigger_id' } {
    const trigger = this.#triggers.get(id);
    if (!trigger) return { error: 'invalid_trigger' };
    this.#triggers.delete(id);
    return this.now() - trigger.at > TRIGGER_MS
      ? { error: 'expired_trigger_id' }
      : { person: trigger.person };
  }

  openView(person: string, view: Record<string, unknown>): OpenView | null {
    if (this.views.filter((open) => open.person === person).length >= STACK) return null;
    const open = { id: this.nextId('V'), hash: this.nextId('h'), person, view };
    this.views.push(open);
    this.changed();
    return open;
  }

  updateView(open: OpenView, view: Record<string, unknown>): void {
    open.view = view;
    open.hash = this.nextId('h');
    this.changed();
  }

  closeViews(ids: readonly string[]): void {
    this.views = this.views.filter(({ id }) => !ids.includes(id));
    this.changed();
  }

  /** Slack's timestamps are unique in a channel and grow. */
  #nextTs(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, Math.floor(this.now() * 1000));
    return `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`;
  }
}

import type { Fields } from './json.ts';

export interface Person {
  id: string;
  name: string;
  realName: string;
  deleted: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  isBot: boolean;
  isWorkflowBot: boolean;
  isInvited: boolean;
  /** The person's workspace. People of another workspace are here through a shared channel. */
  team: string;
  /** Workspaces of our Enterprise Grid that the person is in. null: there is no grid, or the person is not in it. */
  gridTeams: readonly string[] | null;
  /** null: Slack does not send it, as for apps without `users:read.email`. */
  email: string | null;
  /** IANA name of a time zone. */
  timezone: string;
}

export interface UserGroup {
  /** `S…` */
  id: string;
  /** Without `@`. */
  handle: string;
  name: string;
  /** Ids of people. May change while the workspace runs. */
  members: string[];
  /** Somebody switched it off. It is listed only to who asks for such groups. Absent: false. */
  disabled?: boolean;
}

export interface Channel {
  id: string;
  /** Without `#`. For a direct message, the person's name. */
  name: string;
  /** The person of a direct message with the bot. null: a channel. */
  directWith: string | null;
  isPrivate: boolean;
  archived: boolean;
  /** Whether the bot is in it. */
  joined: boolean;
  /** Ids of the people in it. null: everybody. */
  members: readonly string[] | null;
}

/** A channel to create. Default: public, with everybody and the bot in it. */
export interface NewChannel {
  /** With or without `#`. */
  name: string;
  isPrivate?: boolean;
  joined?: boolean;
  members?: readonly string[] | null;
}

/** An entry in the menu of a message, which the app's manifest names. */
export interface Shortcut {
  callbackId: string;
  name: string;
  description: string;
}

/** The content of a message. */
export interface Content {
  text: string;
  blocks: Fields[];
  metadata: Fields | null;
}

/** A message as stored. `ts` identifies it within its channel. */
export interface StoredMessage extends Content {
  ts: string;
  channel: string;
  /** Id of the author. */
  user: string;
  /** Timestamp of the thread's first message. null: not a reply. */
  threadTs: string | null;
  broadcast: boolean;
  /** Timestamp of the last edit. null: never edited. */
  edited: string | null;
  /** The only person who sees it. null: everybody sees it. */
  onlyFor: string | null;
  /** All versions, the current one last. A late click may refer to an earlier one. */
  versions: Content[];
}

/** What a manifest gives an app. */
export interface AppInstallation {
  /** Granted scopes. null: all. */
  scopes: readonly string[] | null;
  /** Events that the app is sent, such as `app_mention`. null: all. */
  events: readonly string[] | null;
  shortcuts: readonly Shortcut[];
  /** Whether the app has a Home tab. */
  homeTab: boolean;
  /** Whether people and the app can write each other direct messages. */
  messagesTab: boolean;
}

export interface WorkspaceOptions {
  team: string;
  botName: string;
  people: {
    id: string;
    name: string;
    realName?: string;
    deleted?: boolean;
    isRestricted?: boolean;
    isUltraRestricted?: boolean;
    isBot?: boolean;
    isWorkflowBot?: boolean;
    isInvited?: boolean;
    email?: string;
    /** Default: this workspace. */
    team?: string;
    /** Only used with an Enterprise Grid. Default: this workspace, for people who belong to it. */
    gridTeams?: readonly string[];
    timezone?: string;
  }[];
  /** Id of the Enterprise Grid that the workspace belongs to. Default none. */
  enterprise?: string | null;
  /** User groups. Default none. */
  groups?: UserGroup[];
  /** Channels, or only their names. */
  channels: (string | NewChannel)[];
  /** What the app may do and hears of. Default: everything. */
  app?: Partial<AppInstallation>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

import type { AppInstallation, Channel, NewChannel, Person, WorkspaceOptions } from './types.ts';

/** `ownTeam` and `enterprise`: those of the workspace. */
export function newPerson(
  given: WorkspaceOptions['people'][number],
  ownTeam: string,
  enterprise: string | null,
): Person {
  const team = given.team ?? ownTeam;
  return {
    realName: given.name,
    deleted: false,
    isRestricted: false,
    isUltraRestricted: false,
    isBot: false,
    isWorkflowBot: false,
    isInvited: false,
    email: null,
    timezone: 'Etc/UTC',
    gridTeams: enterprise === null || team !== ownTeam ? null : [team],
    ...given,
    team,
  };
}

export function newChannel(id: string, given: string | NewChannel): Channel {
  const { name, ...rest } = typeof given === 'string' ? { name: given } : given;
  const standard = { directWith: null, isPrivate: false, archived: false, joined: true, members: null };
  return { ...standard, ...rest, id, name: name.replace(/^#/, '') };
}

export function newApp(given: Partial<AppInstallation> = {}): AppInstallation {
  return { scopes: null, events: null, shortcuts: [], homeTab: true, messagesTab: true, ...given };
}

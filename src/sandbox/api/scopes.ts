import { type Fields, textOf } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What a method needs: one scope, or the scope for the kind of conversation that it is about. */
type Need = string | { of: 'read' | 'history' };

/** Methods that are not named need no scope. */
const NEEDS: Record<string, Need> = {
  'bots.info': 'users:read',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': { of: 'history' },
  'conversations.info': { of: 'read' },
  'conversations.list': { of: 'read' },
  'conversations.members': { of: 'read' },
  'conversations.open': 'im:write',
  'conversations.replies': { of: 'history' },
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'users.conversations': { of: 'read' },
  'users.info': 'users:read',
  'users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
};

const BY_TYPE: Record<string, string> = {
  public_channel: 'channels',
  private_channel: 'groups',
  im: 'im',
  mpim: 'mpim',
};

/** All scopes that this call needs. */
export function scopesFor(workspace: Workspace, method: string, args: Fields): string[] {
  const need = NEEDS[method];
  if (need === undefined) return [];
  if (typeof need === 'string') return [need];
  return kindsOf(workspace, method, args).map((kind) => `${kind}:${need.of}`);
}

/** Kinds of conversations that the call is about. A list is about the types that it asks for. */
function kindsOf(workspace: Workspace, method: string, args: Fields): string[] {
  if (method === 'conversations.list' || method === 'users.conversations') {
    const types = (textOf(args.types) || 'public_channel').split(',');
    return types.flatMap((type) => BY_TYPE[type.trim()] ?? []);
  }
  const channel = workspace.channels().find(({ id }) => id === args.channel);
  if (!channel) return [];
  return [channel.directWith === null ? (channel.isPrivate ? 'groups' : 'channels') : 'im'];
}

/** Whether the app has this scope. */
export function isGranted({ app }: Workspace, scope: string): boolean {
  return app.scopes === null || app.scopes.includes(scope);
}

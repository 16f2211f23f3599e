import type { Authorship } from '../domain/approvals.ts';
import { rolesToCancel } from '../domain/cancelling.ts';
import type { EnvironmentCommand, ProductCommand } from '../domain/commands.ts';
import type { Context } from '../domain/decide/context.ts';
import type { Environment } from '../domain/environment.ts';
import { type GroupMembers, isAmong, isGroup, peopleOf } from '../domain/groups.ts';
import type { Person } from '../domain/people.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { isRunning, isWaiting, type Release } from '../domain/release.ts';
import type { Roles } from '../domain/roles.ts';
import { ChatError } from '../ports/chat.ts';
import { GroupUnknown, type Parts } from './parts.ts';

/** What is asked here: Slack, and git. */
type Asking = Pick<Parts, 'people' | 'mirror' | 'log'>;

/** Of so many people the e-mail address is asked to warn a requester; more would take too long. */
const AUTHORS_ASKED = 40;

/**
 * What a command of a person needs to know of people: who is in the groups that decide it, and who wrote the commits.
 * Throws `GroupUnknown`, `ChatError` and `GitError`: a lookup that fails is no "no" and no "yes". Warnings need no answer.
 */
export async function peopleFacts(
  parts: Asking,
  environment: Environment,
  policy: EnvironmentPolicy,
  command: EnvironmentCommand,
  about: { sha: string | null; release: Release | null },
): Promise<Pick<Context, 'groups' | 'authors'>> {
  const { actor } = command;
  if (actor.kind !== 'person' || !actor.member) return { groups: [], authors: [] };
  const lists = listsThatDecide(policy, command, about.release);
  const decisive = await members(parts, groupsThatDecide(lists, actor.id));
  const { sha } = about;
  if (sha !== null && makesCandidate(command.type, policy)) {
    const groups = [...decisive, ...(await membersAsFarAsKnown(parts, policy))];
    return { groups, authors: await authorsAmong(parts, environment, policy, sha, groups) };
  }
  const asksAuthor = command.type === 'approve' || command.type === 'reject';
  if (!asksAuthor || policy.approvals.authors || sha === null) return { groups: decisive, authors: [] };
  const emails = await parts.mirror(environment.product).authors(environment.deployed?.sha ?? null, sha);
  return { groups: decisive, authors: [await authorship(parts, actor.id, emails)] };
}

/** Its requester is warned of what keeps the candidate from being approved. */
function makesCandidate(type: EnvironmentCommand['type'], { mode }: EnvironmentPolicy): boolean {
  return type === 'prepare' || type === 'hotfix' || (type === 'redeploy' && mode === 'approval');
}

/** True: the sender may lock all of these environments, or asks for nothing of the kind. Throws as `peopleFacts`. */
export async function mayLockAll(
  parts: Asking,
  policies: readonly EnvironmentPolicy[],
  { type, actor }: ProductCommand,
): Promise<boolean> {
  if ((type !== 'lock' && type !== 'takeOver') || actor.kind !== 'person' || !actor.member) return true;
  const lists = policies.map(({ roles }) => roles.lock);
  const groups = await members(parts, groupsThatDecide(lists, actor.id));
  return lists.every((from) => isAmong(from, actor.id, groups));
}

/** Where the sender is named, a group changes nothing. */
function groupsThatDecide(lists: readonly (string[] | null)[], id: string): string[] {
  const open = lists.map((from) => from ?? []).filter((from) => !from.includes(id));
  return [...new Set(open.flatMap((from) => from.filter(isGroup)))];
}

/** The lists of people by which a command is decided. */
function listsThatDecide(
  { approvals, acceptFrom, mode, roles }: EnvironmentPolicy,
  { type, actor }: EnvironmentCommand,
  release: Release | null,
): (string[] | null)[] {
  switch (type) {
    case 'approve':
    case 'reject':
      return approvals.rules.map(({ from }) => from);
    case 'accept':
    case 'fail':
      return [acceptFrom];
    case 'prepare':
    case 'hotfix':
      return [roles.prepare];
    case 'redeploy':
      return [mode === 'approval' ? roles.prepare : roles.deploy];
    case 'deploy':
    case 'rollback':
    case 'override':
    case 'adopt':
      return [roles[type]];
    case 'lock':
    case 'takeOver':
    case 'pause':
    case 'resume':
      return [roles.lock];
    case 'cancel':
      return release !== null && actor.kind === 'person' ? listsToCancel(release, actor, roles) : [];
    case 'retry':
      return release?.kind === 'rollback' ? [roles.rollback] : isOfCheck(release) ? [] : [roles.deploy];
    default:
      return [];
  }
}

/** Where one role is everybody's, nobody has to be asked who has another. */
function listsToCancel(release: Release, by: Person, roles: Roles): (string[] | null)[] {
  const lists = rolesToCancel(release, by, roles);
  const named = lists.some((from) => from === null || from.includes(by.id));
  return named || (!isWaiting(release) && !isRunning(release)) ? [] : lists;
}

/** A check changes nothing: anybody may run it again. */
function isOfCheck(release: Release | null): boolean {
  return release?.status === 'unverified' || release?.erroredIn === 'check';
}

async function members(parts: Asking, groups: readonly string[]): Promise<GroupMembers[]> {
  return Promise.all(
    groups.map(async (group) => {
      try {
        return { group, members: await parts.people.groupMembers(group) };
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        throw new GroupUnknown(group, error);
      }
    }),
  );
}

/** The groups that approve: one that Slack says nothing of is left out, and the requester is told. */
async function membersAsFarAsKnown(parts: Asking, { approvals }: EnvironmentPolicy): Promise<GroupMembers[]> {
  const named = [...new Set(approvals.rules.flatMap(({ from }) => (from ?? []).filter(isGroup)))];
  const asked = await Promise.allSettled(named.map((group) => members(parts, [group])));
  return asked.flatMap((answer) => {
    if (answer.status === 'fulfilled') return answer.value;
    parts.log.warn({ err: answer.reason }, 'a group could not be looked up; the requester is told');
    return [];
  });
}

/** Who of those who could approve wrote some of the commits, as far as Slack tells. */
async function authorsAmong(
  parts: Asking,
  environment: Environment,
  { approvals }: EnvironmentPolicy,
  sha: string,
  groups: readonly GroupMembers[],
): Promise<Authorship[]> {
  if (approvals.authors) return [];
  const people = [...new Set(approvals.rules.flatMap(({ from }) => [...peopleOf(from ?? [], groups)]))];
  if (people.length === 0 || people.length > AUTHORS_ASKED) return [];
  const emails = await parts.mirror(environment.product).authors(environment.deployed?.sha ?? null, sha);
  const asked = await Promise.allSettled(people.map((id) => authorship(parts, id, emails)));
  return asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

async function authorship(parts: Asking, id: string, emails: ReadonlySet<string>): Promise<Authorship> {
  const { email } = await parts.people.member(id);
  return { person: id, wrote: email === null ? null : emails.has(email.toLowerCase()) };
}

import type { Authorship } from '../../../domain/approvals/approvals.ts';
import { rolesToCancel, startingRole } from '../../../domain/approvals/cancelling.ts';
import type { EnvironmentPolicy } from '../../../domain/approvals/policy.ts';
import type { Context } from '../../../domain/decide/environment/draft/context.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { ProductCommand } from '../../../domain/documents/commands/product.ts';
import type { Environment } from '../../../domain/documents/environment.ts';
import type { Refusal } from '../../../domain/documents/refusal.ts';
import {
  isRunning,
  isWaiting,
  type Release,
  verificationEndedBadly,
} from '../../../domain/documents/values/release.ts';
import { roleRefusal } from '../../../domain/eligibility/facts.ts';
import { type GroupMembers, isAmong, isGroup, peopleOf } from '../../../domain/people/groups.ts';
import type { Person, Roles } from '../../../domain/people/people.ts';
import { ChatError } from '../../../ports/chat.ts';
import { AuthorUnknown, GroupUnknown } from '../../services/errors.ts';
import type { Services } from '../../services/services.ts';

/** What the lookups here use: Slack and git. */
type Asking = Pick<Services, 'people' | 'mirror' | 'log'>;

/** At most this many approvers' e-mail addresses are looked up to warn a requester; more would take too long. */
const AUTHORS_ASKED = 40;

/** At most this many authors' addresses are looked up in Slack; the rest of a longer list counts as unknown. */
const ADDRESSES_ASKED = 40;
/** How many unknown addresses are kept with a release, for display. */
const UNKNOWN_KEPT = 5;
const ADDRESS_MAX = 100;
/** Shown for an author without an address. */
const NO_ADDRESS = '(no address)';

/**
 * Looks up the people that a person's command depends on: the members of the groups that decide it, and the authors of
 * the commits. Throws `GroupUnknown`, `AuthorUnknown`, `ChatError` and `GitError`: a failed lookup is an error, never a
 * decision. Lookups that serve only warnings do not throw.
 */
export async function peopleContext(
  services: Asking,
  environment: Environment,
  policy: EnvironmentPolicy,
  command: EnvironmentCommand,
  about: { sha: string | null; release: Release | null },
): Promise<Pick<Context, 'groups' | 'authors' | 'unknownAuthors'>> {
  const { actor } = command;
  const nobody = { groups: [], authors: [], unknownAuthors: null };
  if (actor.kind !== 'person' || !actor.member) return nobody;
  const lists = listsThatDecide(policy, command, about.release);
  const decisive = await members(services, groupsThatDecide(lists, actor.id));
  const { sha } = about;
  const preparing = sha !== null && needsApprovers(command.type, policy);
  const groups = preparing ? [...decisive, ...(await membersAsFarAsKnown(services, policy))] : decisive;
  const asksAuthor = preparing || command.type === 'approve' || command.type === 'reject';
  const { rules, authors: mayBeAuthor } = policy.approvals;
  if (!asksAuthor || mayBeAuthor || sha === null) return { ...nobody, groups };
  const written = await services.mirror(environment.product).authors(environment.deployed?.sha ?? null, sha);
  const asksUnknown = command.type !== 'reject' && rules.length > 0;
  return {
    groups,
    authors: preparing
      ? await authorsAmong(services, policy, groups, written.addresses)
      : [await authorship(services, actor.id, written.addresses)],
    unknownAuthors: asksUnknown ? await unknownAmong(services, [...written.counted]) : null,
  };
}

/** The addresses that belong to no member, a few of them. Throws `AuthorUnknown`. */
async function unknownAmong(services: Asking, addresses: readonly string[]): Promise<string[]> {
  const known = await Promise.all(
    addresses.slice(0, ADDRESSES_ASKED).map((address) => isOfMember(services, address)),
  );
  return addresses
    .filter((_, index) => known[index] !== true)
    .slice(0, UNKNOWN_KEPT)
    .map((address) => (address === '' ? NO_ADDRESS : address.slice(0, ADDRESS_MAX)));
}

/** Placeholders that a forge writes instead of an address; they reach nobody. */
const FORGE = /^noreply@|@(?:[a-z0-9-]+\.)*noreply\./;

async function isOfMember(services: Asking, address: string): Promise<boolean> {
  if (!/^[^\s@]+@[^\s@]+$/.test(address) || FORGE.test(address)) return false;
  try {
    return await services.people.isAddressOfMember(address);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw new AuthorUnknown(address, error);
  }
}

/**
 * The refusal for somebody without the role for this command, decided before the commit is looked for, so that nothing is
 * fetched or kept for them. null: they may, or another rule will refuse. Throws as `peopleContext`.
 */
export async function barredBefore(
  services: Asking,
  policy: EnvironmentPolicy,
  type: 'prepare' | 'hotfix' | 'rollback' | 'adopt',
  by: Person,
): Promise<Refusal | null> {
  if (!by.member) return { rule: 'notMember' };
  const role = type === 'hotfix' ? 'prepare' : type;
  if (role === 'prepare' && policy.mode === 'continuous') return null;
  const groups = await members(services, groupsThatDecide([policy.roles[role]], by.id));
  return roleRefusal(policy, role, { person: by, groups, authors: null });
}

/**
 * True: the command makes a release that people approve, whose requester is warned about what keeps it from being
 * approved.
 */
export function needsApprovers(type: EnvironmentCommand['type'], { mode }: EnvironmentPolicy): boolean {
  return type === 'prepare' || type === 'hotfix' || (type === 'redeploy' && mode === 'approval');
}

/** True: the sender may lock all of these environments, or the command needs no such right. Throws as `peopleContext`. */
export async function mayLockAll(
  services: Asking,
  policies: readonly EnvironmentPolicy[],
  { type, actor }: ProductCommand,
): Promise<boolean> {
  if ((type !== 'lock' && type !== 'takeOver') || actor.kind !== 'person' || !actor.member) return true;
  const lists = policies.map(({ roles }) => roles.lock);
  const groups = await members(services, groupsThatDecide(lists, actor.id));
  return lists.every((from) => isAmong(from, actor.id, groups));
}

/** The groups to look up. A list that names the sender needs none. */
function groupsThatDecide(lists: readonly (string[] | null)[], id: string): string[] {
  const open = lists.map((from) => from ?? []).filter((from) => !from.includes(id));
  return [...new Set(open.flatMap((from) => from.filter(isGroup)))];
}

/** The lists of people that decide a command; null in a list's place: any member. */
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
    case 'deploy':
    case 'retry':
      if (release !== null && verificationEndedBadly(release)) return [];
      return [roles[release === null ? 'deploy' : startingRole(release)]];
    // Decided without a list: by who holds the lock, or not by people at all.
    case 'unlock':
    case 'extendLock':
    case 'editLock':
    case 'askToUnlock':
    case 'handOver':
    case 'keepLock':
    case 'makeRelease':
    case 'buildEnded':
    case 'revokedBelow':
    case 'redraw':
    case 'productLock':
    case 'retire':
    case 'begin':
    case 'renew':
    case 'sawRemote':
    case 'sawCurrent':
    case 'askedToEnd':
    case 'ringRemote':
    case 'report':
    case 'tick':
    case 'workersGone':
    case 'carried':
      return [];
    default:
      return type satisfies never;
  }
}

/** No lookup is needed when one of the roles belongs to everybody or names the sender. */
function listsToCancel(release: Release, by: Person, roles: Roles): (string[] | null)[] {
  const lists = rolesToCancel(release, by, roles);
  const named = lists.some((from) => from === null || from.includes(by.id));
  return named || (!isWaiting(release) && !isRunning(release)) ? [] : lists;
}

async function members(services: Asking, groups: readonly string[]): Promise<GroupMembers[]> {
  return Promise.all(
    groups.map(async (group) => {
      try {
        return { group, members: await services.people.groupMembers(group) };
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        throw new GroupUnknown(group, error);
      }
    }),
  );
}

/** The members of the approving groups. A group that Slack does not describe is left out, and the requester is warned. */
async function membersAsFarAsKnown(
  services: Asking,
  { approvals }: EnvironmentPolicy,
): Promise<GroupMembers[]> {
  const named = [...new Set(approvals.rules.flatMap(({ from }) => (from ?? []).filter(isGroup)))];
  const asked = await Promise.allSettled(named.map((group) => members(services, [group])));
  return asked.flatMap((answer) => {
    if (answer.status === 'fulfilled') return answer.value;
    services.log.warn({ err: answer.reason }, 'a group could not be looked up; the requester is informed');
    return [];
  });
}

/** Which possible approvers wrote some of the commits, as far as Slack shows e-mail addresses. */
async function authorsAmong(
  services: Asking,
  { approvals }: EnvironmentPolicy,
  groups: readonly GroupMembers[],
  emails: ReadonlySet<string>,
): Promise<Authorship[]> {
  const people = [...new Set(approvals.rules.flatMap(({ from }) => [...peopleOf(from ?? [], groups)]))];
  if (people.length === 0 || people.length > AUTHORS_ASKED) return [];
  const asked = await Promise.allSettled(people.map((id) => authorship(services, id, emails)));
  return asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

async function authorship(services: Asking, id: string, emails: ReadonlySet<string>): Promise<Authorship> {
  const { email } = await services.people.member(id);
  return { person: id, wrote: email === null ? null : emails.has(email.toLowerCase()) };
}

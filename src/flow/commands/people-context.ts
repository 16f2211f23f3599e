import type { Authorship } from '../../domain/approvals/approvals.ts';
import { rolesToCancel } from '../../domain/approvals/cancelling.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { Context } from '../../domain/decide/environment/draft/context.ts';
import type { EnvironmentCommand, ProductCommand } from '../../domain/documents/commands.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { isRunning, isWaiting, type Release } from '../../domain/documents/release.ts';
import { type GroupMembers, isAmong, isGroup, peopleOf } from '../../domain/people/groups.ts';
import type { Person } from '../../domain/people/people.ts';
import type { Roles } from '../../domain/people/roles.ts';
import { ChatError } from '../../ports/chat.ts';
import { AuthorUnknown, GroupUnknown } from '../services/errors.ts';
import type { Services } from '../services/services.ts';

/** What is asked here: Slack, and git. */
type Asking = Pick<Services, 'people' | 'mirror' | 'log'>;

/** Of so many people the e-mail address is asked to warn a requester; more would take too long. */
const AUTHORS_ASKED = 40;

/** Of so many addresses Slack is asked whose they are: of a longer list the rest counts as nobody's. */
const ADDRESSES_ASKED = 40;
/** So many of nobody's are kept with a release, to be shown. */
const UNKNOWN_KEPT = 5;
const ADDRESS_MAX = 100;
/** Of an author who gave none. */
const NO_ADDRESS = '(no address)';

/**
 * What a command of a person needs to know of people: who is in the groups that decide it, and who wrote the commits.
 * Throws `GroupUnknown`, `AuthorUnknown`, `ChatError` and `GitError`: a lookup that fails is no "no" and no "yes". Warnings
 * need no answer.
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
  const preparing = sha !== null && makesCandidate(command.type, policy);
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

/** Addresses that are no member's, a few of them. Throws `AuthorUnknown`. */
async function unknownAmong(services: Asking, addresses: readonly string[]): Promise<string[]> {
  const known = await Promise.all(
    addresses.slice(0, ADDRESSES_ASKED).map((address) => isOfMember(services, address)),
  );
  return addresses
    .filter((_, index) => known[index] !== true)
    .slice(0, UNKNOWN_KEPT)
    .map((address) => (address === '' ? NO_ADDRESS : address.slice(0, ADDRESS_MAX)));
}

/** What a forge writes in place of an address; it reaches nobody. */
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
 * The "no" to somebody who has not the role for this, decided before the commit is looked for: nothing is fetched or kept
 * for them. null: they may, or another rule says no. Throws as `peopleFacts`.
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
  const from = policy.roles[role];
  const groups = await members(services, groupsThatDecide([from], by.id));
  return from === null || isAmong(from, by.id, groups) ? null : { rule: 'notRole', role, from };
}

/** Its requester is warned of what keeps the candidate from being approved. */
function makesCandidate(type: EnvironmentCommand['type'], { mode }: EnvironmentPolicy): boolean {
  return type === 'prepare' || type === 'hotfix' || (type === 'redeploy' && mode === 'approval');
}

/** True: the sender may lock all of these environments, or asks for nothing of the kind. Throws as `peopleFacts`. */
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

/** The groups that approve: one that Slack says nothing of is left out, and the requester is told. */
async function membersAsFarAsKnown(
  services: Asking,
  { approvals }: EnvironmentPolicy,
): Promise<GroupMembers[]> {
  const named = [...new Set(approvals.rules.flatMap(({ from }) => (from ?? []).filter(isGroup)))];
  const asked = await Promise.allSettled(named.map((group) => members(services, [group])));
  return asked.flatMap((answer) => {
    if (answer.status === 'fulfilled') return answer.value;
    services.log.warn({ err: answer.reason }, 'a group could not be looked up; the requester is told');
    return [];
  });
}

/** Who of those who could approve wrote some of the commits, as far as Slack tells. */
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

import { namedIn } from '../../chat/text/people.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import type { Authorship } from '../../domain/approvals/approvals.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import type { Asker } from '../../domain/eligibility/facts.ts';
import { type GroupMembers, isGroup } from '../../domain/people/groups.ts';
import type { Person } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/**
 * The members of the groups that the product's configuration names. A group that Slack does not describe is left out.
 * `strict`: throws `ChatError` where Slack may describe it later.
 */
export async function groupsOf(
  services: Pick<ChatServices, 'chat' | 'log'>,
  { environments }: ProductSettings,
  strict = false,
): Promise<GroupMembers[]> {
  const named = environments.flatMap(({ policy }) => namedIn({ policy }, true)).filter(isGroup);
  const found = await Promise.all(
    [...new Set(named)].map(async (group) => {
      try {
        return [{ group, members: await services.chat.groupMembers(group) }];
      } catch (error) {
        if (!(error instanceof ChatError) || (strict && error.kind !== 'final')) throw error;
        services.log.info({ err: error, group }, 'a group could not be looked up; it counts as empty');
        return [];
      }
    }),
  );
  return found.flat();
}

/** A person and their address, if it is at hand. null: Slack does not show it. */
export type Addressed = Person & { email?: string | null };

/**
 * The person, with what decides what they may do with this release: the same facts that decide their command. Where it is
 * unknown whether they wrote a part of it, they count as unknown, so that nothing is offered that would be refused.
 * Slack is asked for an address that is not at hand.
 */
export async function askerFor(
  services: Pick<ChatServices, 'chat' | 'mirror' | 'log'>,
  person: Addressed,
  groups: readonly GroupMembers[],
  { environment, policy }: EnvironmentView,
  release: Release,
): Promise<Asker> {
  if (policy.approvals.authors || release.status !== 'prepared') return { person, groups, authors: null };
  const authors = await authorship(services, person, environment.product, [
    environment.deployed?.sha ?? null,
    release.sha,
  ]);
  return { person, groups, authors: [authors] };
}

async function authorship(
  services: Pick<ChatServices, 'chat' | 'mirror' | 'log'>,
  person: Addressed,
  product: string,
  [from, to]: [string | null, string],
): Promise<Authorship> {
  try {
    const { addresses } = await services.mirror(product).authors(from, to);
    const email = person.email === undefined ? (await services.chat.member(person.id)).email : person.email;
    return { person: person.id, wrote: email === null ? null : addresses.has(email.toLowerCase()) };
  } catch (error) {
    if (!(error instanceof ChatError || error instanceof GitError)) throw error;
    services.log.info(
      { err: error, person: person.id },
      'could not look up who wrote what; nothing is offered',
    );
    return { person: person.id, wrote: null };
  }
}

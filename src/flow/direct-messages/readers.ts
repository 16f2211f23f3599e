import { namedApprovers } from '../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { Asked } from '../../domain/documents/values/approval.ts';
import { type GroupMembers, isGroup, peopleOf } from '../../domain/people/groups.ts';
import { ChatError } from '../../ports/chat.ts';
import type { Services } from '../services/services.ts';
import { isTold } from './unwanted.ts';

/** At most this many people are looked at; of more, the card alone asks. */
const READERS_MOST = 50;

/**
 * Who wants to be told that an approval is awaited: of those whom the rules name, all who have not switched it off; of their
 * groups, only those who have switched it on. Somebody whom Slack does not describe is left out: the card asks them too.
 */
export async function readersOf(
  services: Pick<Services, 'people' | 'store' | 'log'>,
  { approvals }: EnvironmentPolicy,
  groups: readonly GroupMembers[],
): Promise<Asked[]> {
  const from = namedApprovers(approvals.rules) ?? [];
  const named = new Set(from.filter((id) => !isGroup(id)));
  const all = [...new Set([...named, ...peopleOf(from.filter(isGroup), groups)])].slice(0, READERS_MOST);
  const readers = await Promise.all(
    all.map(async (id) => {
      const isNamed = named.has(id);
      if (!(await isTold(services, id, isNamed ? 'awaited' : 'group'))) return [];
      const to = await personOf(services, id);
      return to === null ? [] : [{ to, named: isNamed }];
    }),
  );
  return readers.flat();
}

async function personOf(
  { people, log }: Pick<Services, 'people' | 'log'>,
  id: string,
): Promise<Asked['to'] | null> {
  try {
    const { name, member } = await people.member(id);
    return member ? { kind: 'person', id, name, member } : null;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    log.info({ err: error, person: id }, 'somebody could not be looked up; they get no message');
    return null;
  }
}

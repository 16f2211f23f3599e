import type { Card } from '../../domain/documents/card.ts';
import { type EnvironmentId, isEnvironmentId } from '../../domain/ids.ts';
import type { Person } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { recordCard } from '../cards/record-card.ts';
import type { ChatServices } from '../services/services.ts';
import { releaseOf } from '../views/render-context.ts';
import { environmentView } from '../views/views.ts';
import { memberOf } from './member-of.ts';
import { readersOfCommits } from './unwanted.ts';

/** After this long it is no news any more that a commit was deployed. */
const NEWS_MS = 24 * 3_600_000;

/**
 * Makes a message to each author whose commits a deploy brought into an environment and who wants to know. Each has an id of
 * its own, so doing this twice sends nothing twice. Throws `ChatError` when Slack does not say who somebody is.
 */
export async function tellAuthors(services: ChatServices, { id, product, subject }: Card): Promise<void> {
  if (subject.kind !== 'notice' || subject.notice.kind !== 'commitsDeployed') return;
  const { place, notice } = subject;
  if (!isEnvironmentId(place) || services.now() - notice.at > NEWS_MS) return;
  for (const to of await authors(services, product, place, notice.release)) {
    await recordCard(services, `${id}-${to.id}`, {
      type: 'show',
      product,
      subject: {
        kind: 'notice',
        place,
        notice: { kind: 'commitReached', to, release: notice.release, at: notice.at },
      },
      progress: false,
    });
  }
}

/** Those who want to know and wrote commits that this release brought, as far as git and their addresses tell. */
async function authors(
  services: ChatServices,
  product: string,
  place: EnvironmentId,
  number: number,
): Promise<Person[]> {
  const readers = await readersOfCommits(services);
  if (readers.length === 0) return [];
  const { environment } = await environmentView(services, place);
  const release = await releaseOf(services, environment, number);
  if (release === null || release.replaces === null) return [];
  try {
    const { addresses } = await services.mirror(product).authors(release.replaces, release.sha);
    const people = await Promise.all(readers.map((id) => memberOf(services, id)));
    return people.flatMap((one) => {
      if (one?.member !== true || one.email === null || !addresses.has(one.email.toLowerCase())) return [];
      return [{ kind: 'person' as const, id: one.id, name: one.name, member: true }];
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.info({ err: error, product }, 'git did not say who wrote what was deployed; nobody is told');
    return [];
  }
}

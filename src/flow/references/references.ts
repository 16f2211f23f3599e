import { Tickets } from '../../chat/text/tickets.ts';
import type { References } from '../../chat/view-model.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** What these commits refer to, as far as it is known in time. `commits`: those that are shown, the most important first. */
export async function referencesOf(
  services: Pick<Services, 'pullRequests'>,
  { forge, pullLinks = null, tickets }: ProductSettings,
  commits: readonly { sha: string }[],
  waitMs?: number,
): Promise<References> {
  const shas = commits.map(({ sha }) => sha);
  return {
    pulls: await services.pullRequests.of(forge, shas, waitMs),
    pullLinks,
    tickets: tickets === undefined ? null : new Tickets(tickets),
  };
}

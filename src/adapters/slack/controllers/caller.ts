import type { RenderContext } from '../../../chat/view-model.ts';
import type { Person } from '../../../domain/people/people.ts';
import { channelOf } from '../../../flow/cards/channels.ts';
import type { Requester } from '../../../flow/requests/change.ts';
import type { ChatServices } from '../../../flow/services/services.ts';
import { ChatError } from '../../../ports/chat.ts';

/** Somebody at the other end of Slack. `id`: of this one request, the same when Slack sends it again. */
export interface Caller {
  id: string;
  user: string;
  channel: string;
  /** Workspaces that the request says it comes from. */
  teams: readonly string[];
  /** Revision of the environment on the card that was clicked; absent: nothing was clicked. */
  shown?: number | undefined;
}

/** Who asks, as Slack knows them at this moment. Throws `ChatError`: a lookup that fails means no. */
export async function askerOf(services: ChatServices, caller: Caller): Promise<Requester> {
  const { id, name, member } = await services.chat.member(caller.user, caller.teams);
  const actor: Person = { kind: 'person', id, name, member };
  return { id: caller.id, actor, shown: caller.shown };
}

/** Those that the request names: Slack leaves some out, and says null of others. */
export function teamsOf(...ids: (string | null | undefined)[]): string[] {
  return ids.filter((id) => id !== null && id !== undefined);
}

/** For answers that name nobody and link nothing. */
export function emptyContext(services: ChatServices): RenderContext {
  return { now: services.now(), names: {}, commitUrl: null, cards: {} };
}

/** Products whose channel this is. A channel that Slack does not name is nobody's. */
export async function productsOf(services: ChatServices, channel: string): Promise<string[]> {
  const names: string[] = [];
  for (const product of services.settings.products) {
    try {
      if ((await channelOf(services, product)) === channel) names.push(product.name);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      services.log.info({ err: error, channel: product.channel }, 'a channel could not be looked up');
    }
  }
  return names;
}

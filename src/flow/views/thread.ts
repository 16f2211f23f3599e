import type { ThreadSubject } from '../../chat/mention/in-thread.ts';
import type { CardSubject } from '../../domain/documents/values/card-subject.ts';
import { parseEnvironmentId } from '../../domain/ids.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment, findProduct } from '../settings/settings.ts';
import { releaseOf } from './render-context.ts';
import { environmentView } from './views.ts';

/**
 * What the thread below this post is about. null: the post is not ours, or what it is about is no longer configured.
 * `channel`, `ts`: as Slack names the post.
 */
export async function threadSubject(
  services: Pick<Services, 'settings' | 'store'>,
  channel: string,
  ts: string,
): Promise<ThreadSubject | null> {
  const card = await services.store.cardAt(channel, ts);
  if (!card || !findProduct(services.settings, card.product)) return null;
  const { product, subject } = card;
  switch (subject.kind) {
    case 'push':
      return { kind: 'push', product, sha: subject.sha };
    case 'release':
      return ofRelease(services, product, subject);
    case 'notice': {
      const environment = parseEnvironmentId(subject.place)?.environment ?? null;
      return { kind: 'place', product, environment };
    }
    default:
      return subject satisfies never;
  }
}

async function ofRelease(
  services: Pick<Services, 'settings' | 'store'>,
  product: string,
  { environment: id, number }: Extract<CardSubject, { kind: 'release' }>,
): Promise<ThreadSubject | null> {
  if (!findEnvironment(services.settings, id)) return null;
  const { environment } = await environmentView(services, id);
  const sha = (await releaseOf(services, environment, number))?.sha;
  if (sha === undefined) return null;
  return { kind: 'release', product, environment: parseEnvironmentId(id).environment, number, sha };
}

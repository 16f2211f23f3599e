import { isAnswered } from '../../chat/cards/direct-release.ts';
import type { Card } from '../../domain/documents/card.ts';
import { type Notice, recipientOf, switchOf } from '../../domain/documents/values/notice.ts';
import { type DirectKind, wants } from '../../domain/documents/values/switches.ts';
import type { View } from '../cards/draw-card.ts';
import type { Services } from '../services/services.ts';

/** Whether the person gets such messages now. */
export async function isTold(
  { store }: Pick<Services, 'store'>,
  person: string,
  kind: DirectKind,
): Promise<boolean> {
  const profile = await store.load('people', person);
  return wants(profile?.switches ?? {}, kind);
}

/**
 * True: a message to one person is not posted, because they have switched such messages off, or because it asks for what is
 * settled by now. One that was posted, or may have been, is kept right all the same.
 */
export async function isUnwanted(
  services: Pick<Services, 'store'>,
  card: Card,
  view: View,
): Promise<boolean> {
  if (!('notice' in view) || card.ts !== null || card.claims > 1) return false;
  const { notice, about } = view;
  if (notice.kind === 'approvalAsked' && about && isAnswered(notice, about)) return true;
  return isSwitchedOff(services, notice);
}

async function isSwitchedOff(services: Pick<Services, 'store'>, notice: Notice): Promise<boolean> {
  const [kind, to] = [switchOf(notice), recipientOf(notice)];
  if (kind === null || to?.kind !== 'person') return false;
  return !(await isTold(services, to.id, kind));
}

import { isAnswered } from '../../chat/cards/direct-release.ts';
import type { NoticeView } from '../../chat/view-model.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Effect } from '../../domain/documents/document.ts';
import { type Notice, recipientOf, switchOf } from '../../domain/documents/values/notice.ts';
import { type DirectKind, type Switches, wants } from '../../domain/documents/values/switches.ts';
import { DamagedDocument } from '../../ports/store.ts';
import type { View } from '../cards/draw-card.ts';
import type { Services } from '../services/services.ts';

/** Whether the person gets such messages now. */
export async function isTold(
  services: Pick<Services, 'store'>,
  person: string,
  kind: DirectKind,
): Promise<boolean> {
  return wants(await switchesOf(services, person), kind);
}

/** What the person has chosen. Nothing else waits for a profile that cannot be read: they get what is usual. */
async function switchesOf({ store }: Pick<Services, 'store'>, person: string): Promise<Switches> {
  try {
    return (await store.load('people', person))?.switches ?? {};
  } catch (error) {
    if (error instanceof DamagedDocument) return {};
    throw error;
  }
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
  return isOver(view) || isSwitchedOff(services, view.notice);
}

/** Whether it asks its reader for nothing any more. */
function isOver({ notice, about }: NoticeView): boolean {
  switch (notice.kind) {
    case 'approvalAsked':
      return about != null && isAnswered(notice, about);
    case 'unlockAsked':
      return notice.answer !== null;
    case 'lockReminder':
      return notice.over;
    default:
      return false;
  }
}

/**
 * True: the effect would only make a document of a message that nobody wants, which would be kept for ever. What exists is
 * kept right all the same.
 */
export async function isForNobody(
  services: Pick<Services, 'store'>,
  { to, command }: Pick<Effect, 'to' | 'command'>,
): Promise<boolean> {
  if (to.kind !== 'cards' || command.type !== 'show' || command.subject?.kind !== 'notice') return false;
  const { notice } = command.subject;
  try {
    const isWanted =
      notice.kind === 'commitsDeployed'
        ? (await readersOfCommits(services)).length > 0
        : !(await isSwitchedOff(services, notice));
    return !isWanted && (await services.store.load('cards', to.id)) === null;
  } catch (error) {
    // The card itself cannot be read: that holds up nothing but the card.
    if (error instanceof DamagedDocument) return false;
    throw error;
  }
}

async function isSwitchedOff(services: Pick<Services, 'store'>, notice: Notice): Promise<boolean> {
  const [kind, to] = [switchOf(notice), recipientOf(notice)];
  if (kind === null || to?.kind !== 'person') return false;
  return !(await isTold(services, to.id, kind));
}

/** How many people one page of the store's list names. */
const PAGE = 200;

/** User ids of all who want to know where their commits are. Few do: nobody does unless they have chosen it. */
export async function readersOfCommits(services: Pick<Services, 'store'>): Promise<string[]> {
  const readers: string[] = [];
  for (let after: string | null = null; ; ) {
    const ids: string[] = await services.store.ids('people', after, PAGE);
    const told = await Promise.all(ids.map((id) => isTold(services, id, 'reached')));
    readers.push(...ids.filter((_id, index) => told[index]));
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return readers;
    after = last;
  }
}

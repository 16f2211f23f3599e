import { whyMessage } from '../../../chat/answers/why.ts';
import { refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { Said } from '../../../chat/view-model.ts';
import { environmentId } from '../../../domain/names.ts';
import type { Actor } from '../../../domain/people/people.ts';
import type { ChatParts } from '../../../flow/services/services.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { whyView } from '../../../flow/views/why.ts';

export interface WhyAsked {
  product: string;
  environment: string;
  /** null: the release that is first in line. */
  release: number | null;
}

/** Reads and tells every gate. Throws what reading throws. */
export async function why(parts: ChatParts, user: string, asked: WhyAsked): Promise<Said> {
  // Nothing is decided about who asks: that it is the one who prepared it, or who locked, is told by the id alone.
  const asker: Actor = { kind: 'person', id: user, name: user, member: false };
  const view = await whyView(parts, asker, asked);
  if (view) return whyMessage(view);
  const here = await environmentView(parts, environmentId(asked.product, asked.environment));
  const surroundings = { now: parts.now(), names: {}, commitUrl: null, cards: {} };
  return refusalMessage({ rule: 'noRelease', release: asked.release ?? 0 }, { here, surroundings });
}

import { whyMessage } from '../../../../chat/answers/why.ts';
import { refusalMessage } from '../../../../chat/refusals/refusals.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { environmentId } from '../../../../domain/ids.ts';
import type { Actor } from '../../../../domain/people/people.ts';
import type { ViewServices } from '../../../../flow/services/services.ts';
import { emptyContext } from '../../../../flow/views/render-context.ts';
import { environmentView } from '../../../../flow/views/views.ts';
import { whyView } from '../../../../flow/views/why.ts';

/** A request for why a release waits. */
interface WhyAsked {
  product: string;
  environment: string;
  /** null: the release that is first in line. */
  release: number | null;
}

/** Explains every gate of a release. Throws what reading throws. */
export async function why(services: ViewServices, user: string, asked: WhyAsked): Promise<Message> {
  // Nothing is decided about the person: their id alone shows whether they prepared the release or own the lock.
  const asker: Actor = { kind: 'person', id: user, name: user, member: false };
  const view = await whyView(services, asker, asked);
  if (view) return whyMessage(view);
  const here = await environmentView(services, environmentId(asked.product, asked.environment));
  const context = emptyContext(services);
  return refusalMessage({ rule: 'noRelease', release: asked.release ?? 0 }, { here, context });
}

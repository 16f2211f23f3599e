import type { ModalView } from '@slack/types';
import { whereModal } from '../../../../chat/dialogs/where.ts';
import { commitsIn } from '../../../../chat/mention/commits-in.ts';
import { erroredMessage } from '../../../../chat/refusals/refusals.ts';
import type { Message } from '../../../../chat/view-model.ts';
import { membershipOf } from '../../../../flow/home/membership.ts';
import { commitsNamed } from '../../../../flow/requests/commits-named.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import { whereView } from '../../../../flow/views/where.ts';
import { type Caller, NOT_OPENED, type NotOpened } from '../caller.ts';
import { orError } from '../errors.ts';

/** The answer where Slack did not open the dialog. */
function notOpened(why: NotOpened): Message {
  return erroredMessage(NOT_OPENED[why], 'none', 'Choose it once more.');
}

/** Shows how far the commits of a message have come. null: the dialog is open. Never throws. */
export async function answerWhereIs(
  services: ChatServices,
  { dialogs, user }: Caller,
  message: unknown,
): Promise<Message | null> {
  const read = () => orError(services, () => found(services, user, message));
  return dialogs ? dialogs.open('where', read, notOpened) : notOpened('refused');
}

/** The shortcut works in every channel, so only those products are searched of which the person is a member. */
async function found(services: ChatServices, user: string, message: unknown): Promise<ModalView> {
  const { products, complete: isAll } = await membershipOf(services, user);
  const { found, unknown, complete } = await commitsNamed(services, products, commitsIn(message));
  const views = await Promise.all(found.map(({ product, sha }) => whereView(services, product, sha)));
  const names = products.map(({ name }) => name);
  return whereModal({ views, unknown, products: names, complete: isAll && complete });
}

import { ChatError, type MemberInfo } from '../../ports/chat.ts';
import type { ChatServices } from '../services/services.ts';

/** null: Slack knows no such person any more. Throws `ChatError`. */
export async function memberOf({ chat }: Pick<ChatServices, 'chat'>, id: string): Promise<MemberInfo | null> {
  try {
    return await chat.member(id);
  } catch (error) {
    if (error instanceof ChatError && error.fault.at === 'person') return null;
    throw error;
  }
}

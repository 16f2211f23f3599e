import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { ChatError } from '../../ports/chat.ts';

/** Errors that no later try will mend (SLACK.md). */
const FINAL = new Set([
  'channel_not_found',
  'is_archived',
  'message_not_found',
  'edit_window_closed',
  'cant_update_message',
  'not_in_channel',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'missing_scope',
  'restricted_action',
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
]);

/** Turns the errors of the client into those of the port. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw chatError(error);
  }
}

function chatError(error: unknown): ChatError {
  const options = { cause: error };
  if (error instanceof WebAPIRateLimitedError) {
    return new ChatError('later', 'Slack asked to wait', error.retryAfter * 1000, options);
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    return new ChatError(FINAL.has(code) ? 'final' : 'unknown', `Slack said ${code}`, 0, options);
  }
  if (error instanceof WebAPIHTTPError) {
    return new ChatError('unknown', `Slack answered with HTTP ${error.statusCode}`, 0, options);
  }
  return new ChatError('unknown', 'Slack did not answer', 0, options);
}

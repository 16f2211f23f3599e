import type { Troubles } from '../../../flow/services/troubles.ts';
import { TOKEN_TROUBLE } from '../../../flow/upkeep/slack-watch.ts';
import type { ChatError, ChatFault } from '../../../ports/chat.ts';
import { isOfPerson } from './slack-chat.ts';
import type { CallWatch } from './watched-client.ts';

type ProcessFault = Extract<ChatFault, { at: 'process' }>;

/** Records what Slack refuses to this process as standing problems, from the results of its calls. */
export class SlackHealth implements CallWatch {
  readonly #troubles: Troubles;
  /** The method that was refused because of the token; null: none. */
  #refused: string | null = null;

  constructor(troubles: Troubles) {
    this.#troubles = troubles;
  }

  succeeded(method: string): void {
    this.#troubles.clear(methodKey(method));
    if (this.#refused !== method) return;
    this.#refused = null;
    this.#troubles.clear(TOKEN_TROUBLE);
  }

  failed(method: string, to: unknown, { fault, code }: ChatError): void {
    if (fault.at !== 'process') return;
    // In a call about a person this may mean their account: the caller then calls `auth.test`, whose result decides.
    if (code === 'account_inactive' && isOfPerson(to)) return;
    const key = fault.how === 'token' ? TOKEN_TROUBLE : methodKey(method);
    if (fault.how === 'token') this.#refused = method;
    this.#troubles.set(key, refusalWords(fault, method, code ?? ''));
  }
}

function methodKey(method: string): string {
  return `Slack ${method}`;
}

/** What Slack refuses to this process, and what to do about it. `code`: as Slack said it. */
export function refusalWords(
  fault: ProcessFault,
  method: string,
  code: string,
): { says: string; todo: string } {
  switch (fault.how) {
    case 'token':
      return { says: `Slack refuses the bot token: ${code}`, todo: tokenTodo(code) };
    case 'scope':
      return {
        says: `the Slack app lacks the scope ${fault.scope ?? 'it needs'} (missing_scope, from ${method})`,
        todo: 'add it under OAuth & Permissions at api.slack.com/apps, as in manifest.yml, and install the app again',
      };
    case 'workspace':
      return { says: `Slack refuses ${method} in this workspace: ${code}`, todo: workspaceTodo(code) };
    default:
      return fault satisfies never;
  }
}

function tokenTodo(code: string): string {
  if (code === 'account_inactive' || code === 'token_revoked' || code === 'token_expired') {
    return 'install the app in the workspace again at api.slack.com/apps, set SLACK_BOT_TOKEN to its new bot token, and restart Slipway; if the same token works again, so does Slipway';
  }
  return 'set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) under OAuth & Permissions at api.slack.com/apps, and restart Slipway; if the same token works again, so does Slipway';
}

function workspaceTodo(code: string): string {
  switch (code) {
    case 'messages_tab_disabled':
      return 'turn on the Messages tab under App Home at api.slack.com/apps, as in manifest.yml';
    case 'no_permission':
      return 'invite @slipway to the channel; if it is there, install the app again with the scopes of manifest.yml';
    case 'org_login_required':
    case 'team_added_to_org':
      return 'wait until the workspace has moved to its Enterprise organization; Slipway tries again by itself';
    default:
      return 'ask the administrators of the workspace to let the app do this; Slipway tries again by itself';
  }
}

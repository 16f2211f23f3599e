import { ChatError } from '../../../ports/chat.ts';
import { ConnectionRefused } from './connection.ts';

/** Why a connection could not be opened, and what to do about it. */
export interface OpeningTrouble {
  says: string;
  todo: string;
  /** Whether it lasts until somebody acts. */
  standing: boolean;
  /** How long Slack asks to wait, in milliseconds; 0: not said. */
  waitMs: number;
}

const NEW_TOKEN =
  'set SLACK_APP_TOKEN to an app-level token (xapp-…) with the scope connections:write, from Basic Information at api.slack.com/apps, and restart Slipway';

/** Puts a failed opening into words. `error`: a `ChatError` of `apps.connections.open`, or a `ConnectionRefused`. */
export function openingTrouble(error: unknown): OpeningTrouble {
  if (error instanceof ConnectionRefused) return troubleOf(error.reason);
  if (!(error instanceof ChatError)) return transient('Slack could not be asked for a connection', 0);
  const { fault, code, retryAfterMs } = error;
  if (fault.at === 'process' && fault.how === 'scope') {
    return standing('the app token lacks the scope connections:write (missing_scope)', NEW_TOKEN);
  }
  if (fault.at === 'process' && fault.how === 'token') {
    return standing(`Slack refuses the app token: ${code}`, NEW_TOKEN);
  }
  if (code !== undefined && error.kind === 'final') {
    return standing(
      `Slack gives this app no connection: ${code}`,
      'check Socket Mode and the app-level token at api.slack.com/apps; Slipway tries again by itself',
    );
  }
  return transient(error.message, retryAfterMs);
}

/** What a `disconnect` with this reason means for the next opening. null: Slack said nothing. */
export function troubleOf(reason: string | null): OpeningTrouble {
  switch (reason) {
    case 'link_disabled':
      return standing(
        'Socket Mode is off for the Slack app (link_disabled)',
        'turn it on under Socket Mode at api.slack.com/apps, or unset SLACK_APP_TOKEN to be called over HTTP; Slipway tries again by itself',
      );
    case 'too_many_websockets':
      return standing(
        'the Slack app has too many connections open (too_many_websockets)',
        'run fewer bots with this app: Slack allows it ten connections, and each bot keeps two; Slipway tries again by itself',
      );
    default:
      return transient(
        reason === null ? 'Slack did not make the connection ready' : `Slack said ${reason}`,
        0,
      );
  }
}

/** No connection is left, and none has been tried since. */
export function lostTrouble(): Pick<OpeningTrouble, 'says' | 'todo'> {
  const { says, todo } = transient('the last one was lost', 0);
  return { says, todo };
}

function standing(says: string, todo: string): OpeningTrouble {
  return { says, todo, standing: true, waitMs: 0 };
}

function transient(why: string, waitMs: number): OpeningTrouble {
  return {
    says: `no connection to Slack is open (${why})`,
    todo: 'Slipway tries again by itself; if this lasts, let this machine reach slack.com and its subdomains on port 443, WebSockets included',
    standing: false,
    waitMs,
  };
}

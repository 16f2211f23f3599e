import type { AppFacts } from '../../../adapters/slack/inspect/inspector.ts';
import { ChatError } from '../../../ports/chat.ts';
import { EVENTS, SCOPES } from '../../manifest.ts';
import { type Finding, fine, wrong } from '../../online/finding.ts';

const INSTALL =
  'under OAuth & Permissions at api.slack.com/apps, as in manifest.yml, and install the app in the workspace again';

export function appFinding({ name, team, isBot }: AppFacts): Finding {
  if (isBot) return fine('Slack', `accepts the bot token, of @${name} in ${team}`);
  return wrong(
    'Slack',
    `accepts the token, but it is no bot's: it belongs to ${name}`,
    'set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) under OAuth & Permissions at api.slack.com/apps',
  );
}

/** One finding for each scope that is missing, with what it is for. */
export function scopeFindings(scopes: readonly string[] | null): Finding[] {
  const what = 'Slack: scopes';
  if (scopes === null)
    return [
      wrong(
        what,
        'Slack did not say what the token may do',
        'see whether something between here and Slack takes the header x-oauth-scopes away',
      ),
    ];
  const missing = SCOPES.filter(([name]) => !scopes.includes(name));
  if (missing.length === 0) return [fine(what, `the token has all ${SCOPES.length} that Slipway needs`)];
  return missing.map(([name, purpose]) =>
    wrong(`${what}: ${name}`, `is missing (${purpose})`, `add ${name} ${INSTALL}`),
  );
}

/** Slack shows the events of an app to nobody but its owners. */
export function eventsFinding(): Finding {
  const names = EVENTS.map(([name]) => name).join(', ');
  return fine(
    'Slack: events',
    `cannot be verified from outside; under Event Subscriptions the app must have ${names}`,
  );
}

export function signingSecretFinding(): Finding {
  return fine(
    'Slack: signing secret',
    'is set; whether it is the right one cannot be verified from outside: /release help is answered if so',
  );
}

const SOCKET_MODE = 'Slack: Socket Mode';

export function socketModeFinding(): Finding {
  return fine(SOCKET_MODE, 'accepts the app-level token (no connection was opened)');
}

/** A refusal is about the app-level token, not the bot's. Anything else is thrown again. */
export function socketModeFailure(error: unknown): Finding {
  if (!(error instanceof ChatError) || error.fault.at !== 'process') throw error;
  const said =
    error.fault.how === 'scope'
      ? 'the app-level token lacks the scope connections:write'
      : `Slack refuses the app-level token: ${error.code}`;
  return wrong(
    SOCKET_MODE,
    said,
    'make one with connections:write under Basic Information, App-Level Tokens, at api.slack.com/apps, and set SLACK_APP_TOKEN to it',
  );
}

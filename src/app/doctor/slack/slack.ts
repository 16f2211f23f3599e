import { createWebClient } from '../../../adapters/slack/client/slack-chat.ts';
import { boundedFetch } from '../../../adapters/slack/inspect/bounded-fetch.ts';
import { type AppFacts, SlackInspector } from '../../../adapters/slack/inspect/inspector.ts';
import type { Settings } from '../../../flow/settings/settings.ts';
import type { SlackAccess } from '../../configuration/environment.ts';
import type { Finding } from '../../online/finding.ts';
import { answersTo, type Bounds, type Question } from '../../online/question.ts';
import { type Clocks, readDate } from '../clock.ts';
import {
  appFinding,
  eventsFinding,
  scopeFindings,
  signingSecretFinding,
  socketModeFailure,
  socketModeFinding,
} from './app.ts';
import { slackQuestion } from './failure.ts';
import { namedQuestions } from './named.ts';

export interface SlackOptions {
  settings: Settings;
  access: SlackAccess;
  clocks: Clocks;
  now: () => number;
  /** How long one call may take. */
  timeoutMs: number;
  bounds: Bounds;
}

const USUAL_API = 'https://slack.com/api/';

/** What Slack says of the app and of all that the configuration names there. If it refuses the token, it is asked no more. */
export async function slackFindings(options: SlackOptions): Promise<Finding[]> {
  const { settings, access, bounds } = options;
  const slack = inspector(options, access.botToken);
  let app: AppFacts | null = null;
  const first = slackQuestion('Slack', 'auth.test', async () => {
    app = await slack.app();
    return [appFinding(app), ...scopeFindings(app.scopes), eventsFinding()];
  });
  const [ofApp, reached] = await Promise.all([
    answersTo([first], bounds),
    answersTo([reachedBy(options)], bounds),
  ]);
  const more = app === null ? [] : await answersTo(namedQuestions(settings, slack, app), bounds);
  return [...ofApp, ...reached, ...more];
}

/** How Slack's requests reach the bot. */
function reachedBy(options: SlackOptions): Question {
  const { appToken } = options.access;
  if (appToken === undefined)
    return { what: 'Slack: signing secret', ask: async () => [signingSecretFinding()] };
  return slackQuestion('Slack: Socket Mode', 'apps.connections.open', async () => {
    try {
      await inspector(options, appToken).socketMode();
    } catch (error) {
      return [socketModeFailure(error)];
    }
    return [socketModeFinding()];
  });
}

function inspector({ access, clocks, now, timeoutMs }: SlackOptions, token: string): SlackInspector {
  const { hostname } = new URL(access.apiUrl ?? USUAL_API);
  const fetching = boundedFetch(
    (headers, sentAt, heardAt) => clocks.saw(hostname, readDate(headers, sentAt, heardAt)),
    now,
  );
  return new SlackInspector(createWebClient(token, access.apiUrl, timeoutMs, { fetching }));
}

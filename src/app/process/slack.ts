import type { Express } from 'express';
import type { Logger } from 'pino';
import type { Bodies } from '../../adapters/http/bodies.ts';
import { connectSlack, mountSlack, type SlackApp } from '../../adapters/slack/app.ts';
import type { ChatServices } from '../../flow/services/services.ts';
import type { Troubles } from '../../flow/services/troubles.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { SlackAccess } from '../configuration/environment.ts';

/** What requests of Slack need of the process. */
interface Options {
  http: Express;
  bodies: Bodies;
  /** Time limit of a call to Slack made for a listener, in milliseconds. */
  timeoutMs: number;
  /** Milliseconds since the epoch, by a clock that is corrected where that is known. */
  now: () => number;
  metrics: Metrics;
  troubles: Troubles;
  /** null: the store is not open yet. */
  services: () => ChatServices | null;
  log: Logger;
}

/** Opens the way in for Slack: a route of the HTTP server, or with Socket Mode connections of its own. */
export function openSlack(slack: SlackAccess, options: Options): SlackApp {
  const { http, bodies, timeoutMs, now, metrics, troubles, services, log } = options;
  const { botToken: token, apiUrl: slackApiUrl } = slack;
  const common = { token, slackApiUrl, timeoutMs, metrics };
  const context = { services, log };
  return slack.appToken === undefined
    ? mountSlack({ ...common, http, bodies, signingSecret: slack.signingSecret, now }, context)
    : connectSlack({ ...common, appToken: slack.appToken, troubles }, context);
}

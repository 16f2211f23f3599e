import type { ConfigurationError, Problem } from './problem.ts';
import type { Variables } from './values.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the bot itself is told by environment variables (DESIGN §7). */
export interface BotEnvironment {
  slackBotToken: string;
  slackSigningSecret: string;
  /** Ends with a slash. null: Slack's own. */
  slackApiUrl: string | null;
  /** As given: relative to the working directory, if it is relative. */
  dataDirectory: string;
  /** 0: any that is free. */
  port: number;
  logLevel: LogLevel;
}

export type LoadedEnvironment =
  | { kind: 'ok'; environment: BotEnvironment }
  /** Every error at once. */
  | { kind: 'wrong'; errors: ConfigurationError[] };

const SHORTEST_SIGNING_SECRET = 8;

/** An empty variable counts as one that is not set. */
export function loadEnvironment(variables: Variables): LoadedEnvironment {
  const errors: ConfigurationError[] = [];
  function read<T>(name: string, parse: (given: string | null) => T | Problem): T | null {
    const result = parse(variables[name] || null);
    if (!isProblem(result)) return result;
    errors.push({ path: name, what: result.what, todo: result.todo });
    return null;
  }
  const slackBotToken = read('SLACK_BOT_TOKEN', botToken);
  const slackSigningSecret = read('SLACK_SIGNING_SECRET', signingSecret);
  const slackApiUrl = read('SLACK_API_URL', apiUrl);
  const dataDirectory = variables.DATA_DIR || '.slipway';
  const port = read('PORT', portNumber);
  const logLevel = read('LOG_LEVEL', level);
  errors.push(...notBuiltYet(variables));
  if (
    errors.length > 0 ||
    slackBotToken === null ||
    slackSigningSecret === null ||
    port === null ||
    logLevel === null
  ) {
    return { kind: 'wrong', errors };
  }
  return {
    kind: 'ok',
    environment: { slackBotToken, slackSigningSecret, slackApiUrl, dataDirectory, port, logLevel },
  };
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'what' in result;
}

function botToken(given: string | null): string | Problem {
  const todo = 'set it to the Bot User OAuth Token of your Slack app (xoxb-…, under OAuth & Permissions)';
  if (given === null) return { what: 'is not set', todo };
  // The value itself is never shown.
  if (/\s/.test(given)) return { what: 'holds a space or a line break', todo };
  return given.startsWith('xoxb-') ? given : { what: 'is not the token of a bot', todo };
}

function signingSecret(given: string | null): string | Problem {
  const todo = 'set it to the Signing Secret of your Slack app (under Basic Information)';
  if (given === null) return { what: 'is not set', todo };
  if (/\s/.test(given)) return { what: 'holds a space or a line break', todo };
  if (given.length >= SHORTEST_SIGNING_SECRET) return given;
  return { what: `has fewer than ${SHORTEST_SIGNING_SECRET} characters`, todo };
}

function apiUrl(given: string | null): string | null | Problem {
  if (given === null) return null;
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    return {
      what: 'is not an http or https address',
      todo: 'unset it for Slack itself, or give the address of the sandbox: http://localhost:4000/api/',
    };
  }
  return given.endsWith('/') ? given : `${given}/`;
}

function portNumber(given: string | null): number | Problem {
  if (given === null) return 3000;
  const port = /^[0-9]{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (port <= 65_535) return port;
  return {
    what: `"${given}" is not a port`,
    todo: 'set it to a number from 1 to 65535, or 0 for any free one',
  };
}

function level(given: string | null): LogLevel | Problem {
  if (given === null) return 'info';
  const known = LOG_LEVELS.find((name) => name === given.toLowerCase());
  return known ?? { what: `"${given}" is not a level`, todo: `set it to one of ${LOG_LEVELS.join(', ')}` };
}

function notBuiltYet(variables: Variables): ConfigurationError[] {
  const errors: ConfigurationError[] = [];
  if (variables.SLACK_APP_TOKEN) {
    errors.push({
      path: 'SLACK_APP_TOKEN',
      what: 'Socket Mode is not built yet',
      todo: 'unset it, and let Slack call this bot over HTTP (slipway manifest --url URL)',
    });
  }
  const services = ['MONGODB_URL', 'REDIS_URL'] as const;
  const given = services.filter((name) => variables[name]);
  for (const name of given) {
    const other = services.find((service) => service !== name);
    const alone = given.length === 1 ? `; it is also given without ${other}: both or neither` : '';
    errors.push({
      path: name,
      what: `running on MongoDB and Redis is not built yet${alone}`,
      todo: 'unset it: everything is kept in DATA_DIR',
    });
  }
  return errors;
}

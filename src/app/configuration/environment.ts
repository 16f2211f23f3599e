import type { Timing } from '../../flow/services/timing.ts';
import type { TracesTarget } from '../../ports/traces.ts';
import type { ConfigurationError, Problem } from './problems/problem.ts';
import { fileFor, isGiven, readGiven, type Variables } from './values/given.ts';
import { parseTiming } from './values/timing.ts';
import { tracesAddress, tracesHeaders } from './values/traces.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a process of Slipway does (DESIGN §6). All roles except `all` need the services tier. */
export const ROLES = ['all', 'bot', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** How many builds, and how many deploys and verifications, one process runs at a time. */
export interface AtATime {
  builds: number;
  deploys: number;
}

/** A build keeps a core busy; deploys mostly wait for other systems. */
export const AT_A_TIME: AtATime = { builds: 2, deploys: 8 };

/** Access to Slack. */
export type SlackAccess = {
  botToken: string;
  /** Ends with a slash. null: Slack's own API. */
  apiUrl: string | null;
} & (
  | { signingSecret: string; appToken?: never }
  /** Socket Mode. */
  | { appToken: string; signingSecret?: never }
);

/** Addresses of the services tier, which stores documents and jobs. */
export interface ServiceUrls {
  mongodb: string;
  redis: string;
}

/** Settings of the bot itself, from environment variables (DESIGN §7). */
export interface BotEnvironment {
  /** null: a worker, which does not use Slack. */
  slack: SlackAccess | null;
  /** null: the embedded tier. */
  services: ServiceUrls | null;
  /** As given. A relative path is relative to the working directory. */
  dataDirectory: string;
  /** 0: any free port. */
  port: number;
  /** Where `/metrics` is served, and nothing else; 0: any free port. Absent: on `port`, to this machine only. */
  metricsPort?: number;
  /** Absent: nobody receives traces. */
  traces?: TracesTarget;
  logLevel: LogLevel;
  /** Replaces waits of production. Absent: none are replaced. */
  timing?: Partial<Timing>;
  /** The files that `NAME_FILE` names for these settings. They are hidden from commands. Absent: none. */
  secretFiles?: string[];
}

/** The variables that the settings of the bot are read from. Each may be given as `NAME_FILE`. */
const NAMES = [
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'SLACK_API_URL',
  'MONGODB_URL',
  'REDIS_URL',
  'DATA_DIR',
  'PORT',
  'METRICS_PORT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_SERVICE_NAME',
  'LOG_LEVEL',
  'SLIPWAY_TIMING',
] as const;
type Name = (typeof NAMES)[number];

/** The result of reading the environment variables. */
export type LoadedEnvironment =
  | { kind: 'ok'; environment: BotEnvironment }
  /** All errors at once. */
  | { kind: 'wrong'; errors: ConfigurationError[] };

const SHORTEST_SIGNING_SECRET = 8;

/** Variables whose files cannot be read, or contain nothing that can be used. */
export function unreadableVariables(variables: Variables): ConfigurationError[] {
  return NAMES.flatMap((name) => unreadable(name, variables) ?? []);
}

function unreadable(name: Name, variables: Variables): ConfigurationError | null {
  const given = readGiven(name, variables);
  if (given === null || !('what' in given)) return null;
  return { path: `${name}_FILE`, what: given.what, todo: given.todo };
}

/**
 * Reads one variable for a command that needs no others. null: it is not set. Throws `UnreadableVariable` when its file
 * cannot be read.
 */
export function readOne(name: Name, variables: Variables): string | null {
  const given = readGiven(name, variables);
  if (given === null || !('what' in given)) return given?.text ?? null;
  throw new UnreadableVariable({ path: `${name}_FILE`, what: given.what, todo: given.todo });
}

/** The file of a variable cannot be read. */
export class UnreadableVariable extends Error {
  constructor(readonly error: ConfigurationError) {
    super(`${error.path}: ${error.what}`);
    this.name = 'UnreadableVariable';
  }
}

/**
 * An empty variable counts as not set, and then the file that `NAME_FILE` names is read. Variables that the role does not
 * need are not required.
 */
export function loadEnvironment(variables: Variables, role: Role): LoadedEnvironment {
  const errors: ConfigurationError[] = [];
  const unread = new Set<Name>();
  const read: Read = (name, parse) => {
    if (unread.has(name)) return null;
    const problem = unreadable(name, variables);
    if (problem !== null) {
      unread.add(name);
      errors.push(problem);
      return null;
    }
    const result = parse(readOne(name, variables));
    if (!isProblem(result)) return result;
    errors.push({ path: name, what: result.what, todo: result.todo });
    return null;
  };
  const isSet = (name: Name) => isGiven(name, variables);
  const slack = role === 'worker' ? null : slackAccess(read, isSet);
  const services = serviceUrls(read, isSet, role);
  const dataDirectory = read('DATA_DIR', (given) => given ?? '.slipway');
  const port = read('PORT', (given) => (given === null ? 3000 : portNumber(given)));
  const metricsPort = read('METRICS_PORT', (given) => (given === null ? null : otherPort(given, port)));
  const traces = tracesSettings(read);
  const logLevel = read('LOG_LEVEL', level);
  const timing = read('SLIPWAY_TIMING', (given) => (given === null ? {} : parseTiming(given)));
  const secretFiles = NAMES.flatMap((name) => fileFor(name, variables) ?? []);
  if (errors.length > 0 || dataDirectory === null || port === null || logLevel === null || timing === null)
    return { kind: 'wrong', errors };
  const files = secretFiles.length === 0 ? {} : { secretFiles };
  const watched = { ...(metricsPort !== null && { metricsPort }), ...(traces !== null && { traces }) };
  return {
    kind: 'ok',
    environment: { slack, services, dataDirectory, port, ...watched, logLevel, timing, ...files },
  };
}

/** Only what says whether, and how, traces are sent; OpenTelemetry's library reads its other variables itself. */
function tracesSettings(read: Read): TracesTarget | null {
  const url = read('OTEL_EXPORTER_OTLP_ENDPOINT', (given) => given && tracesAddress(given));
  const headers = read('OTEL_EXPORTER_OTLP_HEADERS', (given) => tracesHeaders(given ?? ''));
  const service = read('OTEL_SERVICE_NAME', (given) => given ?? 'slipway');
  return url === null || headers === null || service === null ? null : { url, headers, service };
}

type IsSet = (name: Name) => boolean;
type Read = <T>(name: Name, parse: (given: string | null) => T | Problem) => T | null;

/** null: something is missing or wrong; the error was recorded. */
function slackAccess(read: Read, isSet: IsSet): SlackAccess | null {
  const token = read('SLACK_BOT_TOKEN', botToken);
  const isSocketMode = isSet('SLACK_APP_TOKEN');
  const app = isSocketMode ? read('SLACK_APP_TOKEN', appToken) : null;
  const secret = isSocketMode ? null : read('SLACK_SIGNING_SECRET', signingSecret);
  const url = read('SLACK_API_URL', apiUrl);
  if (token === null) return null;
  if (app !== null) return { botToken: token, appToken: app, apiUrl: url };
  return secret === null ? null : { botToken: token, signingSecret: secret, apiUrl: url };
}

/**
 * Either both or neither; the roles `bot` and `worker` need them. null: the embedded tier, or an error that was
 * recorded.
 */
function serviceUrls(read: Read, isSet: IsSet, role: Role): ServiceUrls | null {
  const both = { mongodb: isSet('MONGODB_URL'), redis: isSet('REDIS_URL') };
  const needed = (alone: boolean, other: string) => (given: string | null) => {
    if (given !== null) return null;
    const todo = `set it, or unset ${other} to keep everything in DATA_DIR`;
    if (alone) return { what: `is not set, but ${other} is: set both or neither`, todo };
    return {
      what: `is not set, but --role ${role} needs it`,
      todo: 'set it, or leave --role out: then one process does everything',
    };
  };
  if (role === 'all' && !both.mongodb && !both.redis) return null;
  read('MONGODB_URL', needed(both.redis, 'REDIS_URL'));
  read('REDIS_URL', needed(both.mongodb, 'MONGODB_URL'));
  const mongodb = read('MONGODB_URL', address(['mongodb', 'mongodb+srv'], 'mongodb://host:27017/slipway'));
  const redis = read('REDIS_URL', address(['redis', 'rediss'], 'redis://host:6379'));
  return mongodb === null || redis === null ? null : { mongodb, redis };
}

/** Errors never show the value, because it may contain a password. */
function address(
  protocols: readonly string[],
  example: string,
): (given: string | null) => string | null | Problem {
  return (given) => {
    if (given === null) return null;
    if (protocols.some((protocol) => given.startsWith(`${protocol}://`)) && !/\s/.test(given)) return given;
    return {
      what: `is not an address that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
      todo: `set it to something like ${example}`,
    };
  };
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'what' in result;
}

function botToken(given: string | null): string | Problem {
  const todo = 'set it to the Bot User OAuth Token of your Slack app (xoxb-…, under OAuth & Permissions)';
  if (given === null) return { what: 'is not set', todo };
  // Errors never show the value.
  if (/\s/.test(given)) return { what: 'contains a space or a line break', todo };
  return given.startsWith('xoxb-') ? given : { what: 'is not a bot token', todo };
}

/** Asked only when something is given. */
function appToken(given: string | null): string | Problem {
  const todo =
    'set it to an app-level token of your Slack app (xapp-…, under Basic Information), or unset it to be called over HTTP';
  const token = given ?? '';
  if (/\s/.test(token)) return { what: 'contains a space or a line break', todo };
  return token.startsWith('xapp-') ? token : { what: 'is not an app-level token', todo };
}

function signingSecret(given: string | null): string | Problem {
  const todo = 'set it to the Signing Secret of your Slack app (under Basic Information)';
  if (given === null) return { what: 'is not set', todo: `${todo}, or set SLACK_APP_TOKEN for Socket Mode` };
  if (/\s/.test(given)) return { what: 'contains a space or a line break', todo };
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

/** `taken`: 0 or null, when nothing is known to be taken. */
function otherPort(given: string, taken: number | null): number | Problem {
  const port = portNumber(given);
  if (isProblem(port) || port === 0 || port !== taken) return port;
  return {
    what: `is ${given}, as PORT is`,
    todo: 'set it to another port, or unset it to have /metrics on PORT',
  };
}

function portNumber(given: string): number | Problem {
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

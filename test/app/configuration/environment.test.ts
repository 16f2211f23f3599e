import { loadEnvironment } from '../../../src/app/configuration/environment.ts';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1-2-abc', SLACK_SIGNING_SECRET: '0123456789abcdef' };

test('what is not set has its default; an empty variable counts as not set', () => {
  const environment = {
    slackBotToken: 'xoxb-1-2-abc',
    slackSigningSecret: '0123456789abcdef',
    slackApiUrl: null,
    dataDirectory: '.slipway',
    port: 3000,
    logLevel: 'info',
  };
  expect(loadEnvironment(SLACK)).toEqual({ kind: 'ok', environment });
  const empty = {
    SLACK_API_URL: '',
    DATA_DIR: '',
    PORT: '',
    LOG_LEVEL: '',
    MONGODB_URL: '',
    SLACK_APP_TOKEN: '',
  };
  expect(loadEnvironment({ ...SLACK, ...empty })).toEqual({ kind: 'ok', environment });
});

test('everything set', () => {
  const given = {
    SLACK_API_URL: 'http://localhost:4000/api',
    DATA_DIR: '/data',
    PORT: '0',
    LOG_LEVEL: 'DEBUG',
  };
  expect(loadEnvironment({ ...SLACK, ...given })).toMatchObject({
    environment: {
      slackApiUrl: 'http://localhost:4000/api/',
      dataDirectory: '/data',
      port: 0,
      logLevel: 'debug',
    },
  });
});

const TOKEN = 'set it to the Bot User OAuth Token of your Slack app (xoxb-…, under OAuth & Permissions)';
const SECRET = 'set it to the Signing Secret of your Slack app (under Basic Information)';
const HERE = 'unset it: everything is kept in DATA_DIR';

test.each<[string, Record<string, string>, string[]]>([
  [
    'nothing',
    {},
    [`SLACK_BOT_TOKEN: is not set -> ${TOKEN}`, `SLACK_SIGNING_SECRET: is not set -> ${SECRET}`],
  ],
  [
    'all wrong at once',
    {
      SLACK_BOT_TOKEN: 'xoxp-1',
      SLACK_SIGNING_SECRET: 'short',
      SLACK_API_URL: 'localhost:4000',
      PORT: '65536',
      LOG_LEVEL: 'loud',
    },
    [
      `SLACK_BOT_TOKEN: is not the token of a bot -> ${TOKEN}`,
      `SLACK_SIGNING_SECRET: has fewer than 8 characters -> ${SECRET}`,
      'SLACK_API_URL: is not an http or https address -> unset it for Slack itself, or give the address of the sandbox: http://localhost:4000/api/',
      'PORT: "65536" is not a port -> set it to a number from 1 to 65535, or 0 for any free one',
      'LOG_LEVEL: "loud" is not a level -> set it to one of fatal, error, warn, info, debug, trace, silent',
    ],
  ],
  [
    'values with a line break from a file',
    { SLACK_BOT_TOKEN: 'xoxb-1\n', SLACK_SIGNING_SECRET: '0123456789abcdef\n' },
    [
      `SLACK_BOT_TOKEN: holds a space or a line break -> ${TOKEN}`,
      `SLACK_SIGNING_SECRET: holds a space or a line break -> ${SECRET}`,
    ],
  ],
  [
    'Socket Mode and MongoDB alone',
    { ...SLACK, SLACK_APP_TOKEN: 'xapp-1', MONGODB_URL: 'mongodb://x' },
    [
      'SLACK_APP_TOKEN: Socket Mode is not built yet -> unset it, and let Slack call this bot over HTTP (slipway manifest --url URL)',
      `MONGODB_URL: running on MongoDB and Redis is not built yet; it is also given without REDIS_URL: both or neither -> ${HERE}`,
    ],
  ],
  [
    'both services',
    { ...SLACK, MONGODB_URL: 'mongodb://x', REDIS_URL: 'redis://x' },
    [
      `MONGODB_URL: running on MongoDB and Redis is not built yet -> ${HERE}`,
      `REDIS_URL: running on MongoDB and Redis is not built yet -> ${HERE}`,
    ],
  ],
])('%s', (_name, variables, errors) => {
  const loaded = loadEnvironment(variables);
  if (loaded.kind === 'ok') throw new Error('it was taken');
  expect(loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`)).toEqual(errors);
});

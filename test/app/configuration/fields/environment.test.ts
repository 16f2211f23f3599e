import { loadEnvironment } from '../../../../src/app/configuration/environment.ts';

const SLACK_VARIABLES = { SLACK_BOT_TOKEN: 'xoxb-1-2-abc', SLACK_SIGNING_SECRET: '0123456789abcdef' };

test('an unset variable has its default, and an empty one counts as unset', () => {
  const environment = {
    slack: { botToken: 'xoxb-1-2-abc', signingSecret: '0123456789abcdef', apiUrl: null },
    services: null,
    dataDirectory: '.slipway',
    port: 3000,
    logLevel: 'info',
    timing: {},
  };
  expect(loadEnvironment(SLACK_VARIABLES, 'all')).toEqual({ kind: 'ok', environment });
  const empty = {
    SLACK_API_URL: '',
    DATA_DIR: '',
    PORT: '',
    METRICS_PORT: '',
    LOG_LEVEL: '',
    MONGODB_URL: '',
    SLACK_APP_TOKEN: '',
  };
  expect(loadEnvironment({ ...SLACK_VARIABLES, ...empty }, 'all')).toEqual({ kind: 'ok', environment });
});

test('both ports may be any free one', () => {
  const given = { ...SLACK_VARIABLES, PORT: '0', METRICS_PORT: '0' };
  expect(loadEnvironment(given, 'all')).toMatchObject({ environment: { port: 0, metricsPort: 0 } });
});

test('everything set', () => {
  const given = {
    SLACK_API_URL: 'http://localhost:4000/api',
    DATA_DIR: '/data',
    PORT: '0',
    METRICS_PORT: '9464',
    LOG_LEVEL: 'DEBUG',
  };
  expect(loadEnvironment({ ...SLACK_VARIABLES, ...given }, 'all')).toMatchObject({
    environment: {
      slack: { apiUrl: 'http://localhost:4000/api/' },
      dataDirectory: '/data',
      port: 0,
      metricsPort: 9464,
      logLevel: 'debug',
    },
  });
});

test.each<[string, Record<string, string>, object | undefined]>([
  ['nothing', {}, undefined],
  ['only headers', { OTEL_EXPORTER_OTLP_HEADERS: 'a=1' }, undefined],
  [
    'an address',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
    { url: 'http://collector:4318/v1/traces', headers: {}, service: 'slipway' },
  ],
  [
    'an address with a path, headers and a name',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.acme.dev/otlp/',
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20a=b, x-scope=7,',
      OTEL_SERVICE_NAME: 'releases',
    },
    {
      url: 'https://traces.acme.dev/otlp/v1/traces',
      headers: { authorization: 'Bearer a=b', 'x-scope': '7' },
      service: 'releases',
    },
  ],
])('where traces go: %s', (_, given, traces) => {
  const loaded = loadEnvironment({ ...SLACK_VARIABLES, ...given }, 'all');
  expect(loaded.kind === 'ok' && loaded.environment.traces).toEqual(traces);
});

const TOKEN = 'set it to the Bot User OAuth Token of your Slack app (xoxb-…, under OAuth & Permissions)';
const SECRET = 'set it to the Signing Secret of your Slack app (under Basic Information)';
const APP =
  'set it to an app-level token of your Slack app (xapp-…, under Basic Information), or unset it to be called over HTTP';

test.each<[string, Record<string, string>, string[]]>([
  [
    'nothing',
    {},
    [
      `SLACK_BOT_TOKEN: is not set -> ${TOKEN}`,
      `SLACK_SIGNING_SECRET: is not set -> ${SECRET}, or set SLACK_APP_TOKEN for Socket Mode`,
    ],
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
      `SLACK_BOT_TOKEN: is not a bot token -> ${TOKEN}`,
      `SLACK_SIGNING_SECRET: has fewer than 8 characters -> ${SECRET}`,
      'SLACK_API_URL: is not an http or https address -> unset it for Slack itself, or give the address of the sandbox: http://localhost:4000/api/',
      'PORT: "65536" is not a port -> set it to a number from 1 to 65535, or 0 for any free one',
      'LOG_LEVEL: "loud" is not a level -> set it to one of fatal, error, warn, info, debug, trace, silent',
    ],
  ],
  [
    'a port for metrics that is none',
    { ...SLACK_VARIABLES, METRICS_PORT: 'x' },
    ['METRICS_PORT: "x" is not a port -> set it to a number from 1 to 65535, or 0 for any free one'],
  ],
  [
    'a port for metrics that PORT has by default',
    { ...SLACK_VARIABLES, METRICS_PORT: '3000' },
    ['METRICS_PORT: is 3000, as PORT is -> set it to another port, or unset it to have /metrics on PORT'],
  ],
  [
    'an address for traces that is none, and a header without a name, of which nothing is shown',
    {
      ...SLACK_VARIABLES,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,S3CRET',
    },
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT: is not an http or https address -> set it to the base address of a receiver of OTLP over HTTP, such as http://collector:4318, or unset it',
      'OTEL_EXPORTER_OTLP_HEADERS: entry 2 is not a header -> write name=value, separated by commas, with a space in a value as %20',
    ],
  ],
  [
    'values with a line break from a file',
    { SLACK_BOT_TOKEN: 'xoxb-1\n', SLACK_SIGNING_SECRET: '0123456789abcdef\n' },
    [
      `SLACK_BOT_TOKEN: contains a space or a line break -> ${TOKEN}`,
      `SLACK_SIGNING_SECRET: contains a space or a line break -> ${SECRET}`,
    ],
  ],
  [
    'MongoDB alone',
    { ...SLACK_VARIABLES, MONGODB_URL: 'mongodb://x' },
    [
      'REDIS_URL: is not set, but MONGODB_URL is: set both or neither -> set it, or unset MONGODB_URL to keep everything in DATA_DIR',
    ],
  ],
  [
    'a bot token instead of an app token',
    { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-1' },
    [`SLACK_APP_TOKEN: is not an app-level token -> ${APP}`],
  ],
  [
    'an app token with a line break, and no bot token',
    { SLACK_APP_TOKEN: 'xapp-1\n' },
    [
      `SLACK_BOT_TOKEN: is not set -> ${TOKEN}`,
      `SLACK_APP_TOKEN: contains a space or a line break -> ${APP}`,
    ],
  ],
  [
    'Redis alone',
    { ...SLACK_VARIABLES, REDIS_URL: 'redis://x' },
    [
      'MONGODB_URL: is not set, but REDIS_URL is: set both or neither -> set it, or unset REDIS_URL to keep everything in DATA_DIR',
    ],
  ],
  [
    'addresses of other services',
    { ...SLACK_VARIABLES, MONGODB_URL: 'postgres://u:secret@x', REDIS_URL: 'x:6379' },
    [
      'MONGODB_URL: is not an address that begins with mongodb:// or mongodb+srv:// -> set it to something like mongodb://host:27017/slipway',
      'REDIS_URL: is not an address that begins with redis:// or rediss:// -> set it to something like redis://host:6379',
    ],
  ],
])('%s', (_name, variables, errors) => {
  const loaded = loadEnvironment(variables, 'all');
  if (loaded.kind === 'ok') throw new Error('it was taken');
  expect(loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`)).toEqual(errors);
});

test('with an app token, Socket Mode is used, and the signing secret is neither needed nor kept', () => {
  const slack = { botToken: 'xoxb-1', appToken: 'xapp-1', apiUrl: null };
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
  for (const secret of [
    {},
    { SLACK_SIGNING_SECRET: '0123456789abcdef' },
    { SLACK_SIGNING_SECRET: 'short' },
  ]) {
    expect(loadEnvironment({ ...tokens, ...secret }, 'all')).toMatchObject({ environment: { slack } });
  }
});

const SERVICES = { MONGODB_URL: 'mongodb://db/slipway', REDIS_URL: 'rediss://queue' };

test('a worker needs the services and no Slack variables, and a bot needs both', () => {
  const services = { mongodb: 'mongodb://db/slipway', redis: 'rediss://queue' };
  expect(loadEnvironment(SERVICES, 'worker')).toMatchObject({ environment: { slack: null, services } });
  expect(loadEnvironment({ ...SLACK_VARIABLES, ...SERVICES }, 'bot')).toMatchObject({
    environment: { services },
  });
  expect(loadEnvironment(SERVICES, 'bot')).toMatchObject({
    errors: [{ path: 'SLACK_BOT_TOKEN' }, { path: 'SLACK_SIGNING_SECRET' }],
  });
});

test.each(['bot', 'worker'] as const)('the role %s is refused without the services', (role) => {
  const loaded = loadEnvironment(SLACK_VARIABLES, role);
  if (loaded.kind === 'ok') throw new Error('it was taken');
  expect(loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`)).toEqual(
    ['MONGODB_URL', 'REDIS_URL'].map(
      (name) =>
        `${name}: is not set, but --role ${role} needs it -> set it, or leave --role out: then one process does everything`,
    ),
  );
});

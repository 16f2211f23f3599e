import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  loadEnvironment,
  readOne,
  unreadableVariables,
} from '../../../../src/app/configuration/environment.ts';
import type { Variables } from '../../../../src/app/configuration/values/given.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-named-'));
  mkdirSync(join(directory, 'folder'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a file and returns its path. */
function file(content: string | Buffer): string {
  const path = join(directory, 'value');
  writeFileSync(path, content);
  return path;
}

const HTTP_ACCESS = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '12345678' };
const TRACES = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const SERVICES = { MONGODB_URL: 'mongodb://db/slipway', REDIS_URL: 'redis://queue' };

/** Each variable, a value and another one that it takes, and what it needs beside it. */
const OURS = [
  ['SLACK_BOT_TOKEN', 'xoxb-2', 'xoxb-3', HTTP_ACCESS],
  ['SLACK_SIGNING_SECRET', 'abcdefgh', 'ijklmnop', HTTP_ACCESS],
  ['SLACK_APP_TOKEN', 'xapp-1', 'xapp-2', HTTP_ACCESS],
  ['SLACK_API_URL', 'http://a/', 'http://b/', HTTP_ACCESS],
  ['MONGODB_URL', 'mongodb://a/x', 'mongodb://b/x', { ...HTTP_ACCESS, ...SERVICES }],
  ['REDIS_URL', 'redis://a', 'redis://b', { ...HTTP_ACCESS, ...SERVICES }],
  ['DATA_DIR', '/data', '/other', HTTP_ACCESS],
  ['PORT', '8080', '8081', HTTP_ACCESS],
  ['METRICS_PORT', '9090', '9091', HTTP_ACCESS],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a:4318', 'http://b:4318', HTTP_ACCESS],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=1', 'a=2', { ...HTTP_ACCESS, ...TRACES }],
  ['OTEL_SERVICE_NAME', 'one', 'two', { ...HTTP_ACCESS, ...TRACES }],
  ['LOG_LEVEL', 'debug', 'warn', HTTP_ACCESS],
  ['SLIPWAY_TIMING', '{"sweepMs":500}', '{"sweepMs":600}', HTTP_ACCESS],
] as const;

/** Without the names of the files. */
function load(variables: Variables) {
  const loaded = loadEnvironment(variables, 'all');
  if (loaded.kind === 'wrong') return loaded.errors.map(({ path, what }) => `${path}: ${what}`);
  const { secretFiles, ...settings } = loaded.environment;
  return settings;
}

describe.each(OURS)('%s', (name, value, other, beside) => {
  const { [name as keyof typeof beside]: _left, ...rest } = beside as Record<string, string>;
  const given = (variables: Record<string, string>) => load({ ...rest, ...variables });
  const asVariable = (text: string) => given({ [name]: text });
  const asFile = (path: string) => given({ [`${name}_FILE`]: path });

  test('may be given as a file, which loses one line end', () => {
    expect(asVariable(value)).toMatchObject({ port: expect.any(Number) });
    for (const end of ['', '\n', '\r\n']) expect(asFile(file(value + end))).toEqual(asVariable(value));
  });

  test('wins over its file if it is not empty, whatever the file is', () => {
    for (const path of [file(other), join(directory, 'nowhere')])
      expect(given({ [name]: value, [`${name}_FILE`]: path })).toEqual(asVariable(value));
    expect(given({ [name]: '', [`${name}_FILE`]: file(value) })).toEqual(asVariable(value));
    expect(given({ [name]: value, [`${name}_FILE`]: '' })).toEqual(asVariable(value));
  });

  test('counts as not set where both are empty', () => {
    expect(given({ [name]: '', [`${name}_FILE`]: '' })).toEqual(given({}));
  });

  test.each([
    ['nowhere', 'cannot be read'],
    ['folder', 'cannot be read'],
  ])('is one error if the file is %s', (path, what) => {
    const at = join(directory, path);
    expect(asFile(at)).toEqual([`${name}_FILE: the file ${at} ${what}`]);
  });

  test.each<[string, string | Buffer, string]>([
    ['empty', '', 'is empty'],
    ['one line end', '\n', 'is empty'],
    ['with a byte order mark', `\uFEFF${value}`, 'begins with a byte order mark'],
    ['UTF-16', Buffer.from(`\uFEFF${value}`, 'utf16le'), 'is not UTF-8 text'],
  ])('is one error, without its content, if the file is %s', (_what, content, what) => {
    const at = file(content);
    expect(asFile(at)).toEqual([`${name}_FILE: the file ${at} ${what}`]);
  });

  test('keeps a second line end', () => {
    expect(asFile(file(`${value}\n\n`))).toEqual(asVariable(`${value}\n`));
    expect(asFile(file(`${value}\r\n\r\n`))).toEqual(asVariable(`${value}\r\n`));
  });
});

test('what a role does not need is not read', () => {
  const variables = { ...SERVICES, SLACK_BOT_TOKEN_FILE: join(directory, 'nowhere') };
  expect(loadEnvironment(variables, 'worker').kind).toBe('ok');
  expect(unreadableVariables(variables)).toMatchObject([{ path: 'SLACK_BOT_TOKEN_FILE' }]);
});

test('files of all variables are hidden from commands, by their absolute paths', () => {
  const path = file('xoxb-1');
  const variables = {
    ...SERVICES,
    SLACK_BOT_TOKEN_FILE: relative(process.cwd(), path),
    SLACK_APP_TOKEN_FILE: join(directory, 'nowhere'),
  };
  expect(loadEnvironment(variables, 'worker')).toMatchObject({
    environment: { secretFiles: [path, join(directory, 'nowhere')] },
  });
});

test('a command that needs one variable says which file it cannot read', () => {
  expect(readOne('MONGODB_URL', { MONGODB_URL_FILE: file('mongodb://a\n') })).toBe('mongodb://a');
  expect(readOne('MONGODB_URL', {})).toBeNull();
  expect(() => readOne('MONGODB_URL', { MONGODB_URL_FILE: join(directory, 'nowhere') })).toThrow(
    expect.objectContaining({ error: expect.objectContaining({ path: 'MONGODB_URL_FILE' }) }),
  );
});

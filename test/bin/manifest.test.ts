import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { type ManifestTransport, manifest, PLACEHOLDER_URL, readPublicUrl } from '../../src/app/manifest.ts';

const HTTP: ManifestTransport = { kind: 'http', url: 'https://bot.acme.com' };
const SOCKET: ManifestTransport = { kind: 'socket' };
const overHttp = parse(manifest(HTTP));
const overSockets = parse(manifest(SOCKET));

function fileAt(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

test('the checked-in manifest.yml is what slipway manifest prints', () => {
  const file = fileAt('../../manifest.yml');
  expect(file).toBe(manifest({ kind: 'http', url: null }));
  expect(parse(file)).toEqual(parse(manifest({ kind: 'http', url: PLACEHOLDER_URL })));
});

describe.each([
  ['HTTP', HTTP],
  ['Socket Mode', SOCKET],
])('for %s', (_name, transport) => {
  test("it keeps to Slack's schema", () => {
    const schema = JSON.parse(fileAt('../support/slack/manifest.schema.1.0.0.json'));
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    validate(parse(manifest(transport)));
    expect(validate.errors).toBeNull();
    const { display_information: _, ...without } = parse(manifest(transport));
    expect(validate(without)).toBe(false);
  });

  test('both tabs of its Home are on, and people can write to it', () => {
    expect(parse(manifest(transport)).features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });
});

test('over HTTP, all requests of Slack go to one address', () => {
  const url = 'https://bot.acme.com/slack/events';
  expect(overHttp.features.slash_commands).toMatchObject([{ command: '/release', url }]);
  expect(overHttp.settings).toMatchObject({
    interactivity: { is_enabled: true, request_url: url, message_menu_options_url: url },
    event_subscriptions: { request_url: url },
    socket_mode_enabled: false,
  });
});

test('in Socket Mode there is no address, and the missing token is explained', () => {
  expect(overSockets.settings).toMatchObject({
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  });
  expect(manifest(SOCKET)).not.toMatch(/https?:|url/);
  expect(manifest(SOCKET)).toMatch(/^#.*connections:write.*SLACK_APP_TOKEN/m);
});

test('the two differ only in addresses and the transport', () => {
  const without = JSON.stringify(overHttp, (name, value: unknown) => (/url$/.test(name) ? undefined : value));
  const settings = { ...JSON.parse(without).settings, socket_mode_enabled: true };
  expect(overSockets).toEqual({ ...JSON.parse(without), settings });
});

test("it keeps to Slack's limits", () => {
  const { display_information: shown, features } = overHttp;
  expect(shown.name.length).toBeLessThanOrEqual(35);
  expect(shown.description.length).toBeLessThanOrEqual(140);
  expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
  for (const { command, usage_hint } of features.slash_commands) {
    expect(command.length).toBeLessThanOrEqual(32);
    expect(usage_hint.length).toBeLessThanOrEqual(1_000);
  }
  for (const { name, description } of features.shortcuts) {
    expect(name.length).toBeLessThanOrEqual(24);
    expect(description.length).toBeLessThanOrEqual(150);
  }
});

test.each([
  ['https://bot.acme.com', 'https://bot.acme.com'],
  ['https://bot.acme.com/', 'https://bot.acme.com'],
  ['https://bot.acme.com:8443', 'https://bot.acme.com:8443'],
])('--url %s is %s', (text, url) => {
  expect(readPublicUrl(text)).toEqual({ url });
});

test.each([
  ['bot', '"bot" is not an address'],
  ['http://bot.acme.com', 'Slack calls only https addresses'],
  ['https://me:pw@bot.acme.com', 'it contains a user or password'],
  ['https://bot.acme.com/slack', 'it has a path, query or fragment'],
])('--url %s is refused', (text, what) => {
  expect(readPublicUrl(text)).toMatchObject({ what });
});

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { manifest, PLACEHOLDER_URL, readPublicUrl } from '../../src/app/manifest.ts';

const written = parse(manifest('https://bot.acme.com'));

test('the checked-in manifest.yml is what slipway manifest prints', () => {
  const file = readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');
  expect(file).toBe(manifest(null));
  expect(parse(file)).toEqual(parse(manifest(PLACEHOLDER_URL)));
});

test('all requests of Slack go to one address', () => {
  const url = 'https://bot.acme.com/slack/events';
  expect(written.features.slash_commands).toMatchObject([{ command: '/release', url }]);
  expect(written.settings.interactivity).toEqual({ is_enabled: true, request_url: url });
  expect(written.settings.socket_mode_enabled).toBe(false);
});

test('it requests exactly the scopes that the bot uses', () => {
  expect(written.oauth_config.scopes).toEqual({
    bot: [
      'commands',
      'chat:write',
      'channels:read',
      'groups:read',
      'channels:history',
      'groups:history',
      'im:write',
      'im:history',
      'users:read',
      'users:read.email',
      'usergroups:read',
    ],
  });
});

test("it keeps to Slack's limits", () => {
  const { display_information: shown, features } = written;
  expect(shown.name.length).toBeLessThanOrEqual(35);
  expect(shown.description.length).toBeLessThanOrEqual(140);
  expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
  for (const { command, usage_hint } of features.slash_commands) {
    expect(command.length).toBeLessThanOrEqual(32);
    expect(usage_hint.length).toBeLessThanOrEqual(1_000);
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

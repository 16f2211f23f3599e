import { expect, test } from '@jest/globals';
import { appOf } from '../../src/sandbox/manifest.ts';

test('an app has what its manifest names, and nothing else', () => {
  expect(appOf('features: {}\noauth_config: { scopes: { bot: [commands] } }\nsettings: {}')).toEqual({
    scopes: ['commands'],
    events: [],
    homeTab: false,
    messagesTab: false,
    shortcuts: [],
  });
  const full = `
features:
  app_home: { home_tab_enabled: true, messages_tab_enabled: true }
  shortcuts:
    - { name: Where, type: message, callback_id: where, description: Finds commits }
    - { name: Prepare, type: global, callback_id: prepare, description: Prepares }
oauth_config: { scopes: { bot: [commands, "chat:write"] } }
settings: { event_subscriptions: { bot_events: [app_mention] } }`;
  expect(appOf(full)).toEqual({
    scopes: ['commands', 'chat:write'],
    events: ['app_mention'],
    homeTab: true,
    messagesTab: true,
    shortcuts: [{ callbackId: 'where', name: 'Where', description: 'Finds commits' }],
  });
});

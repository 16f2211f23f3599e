import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ADA, clientOf, HandClock, openSandbox, refused } from '../support.ts';

let clock: HandClock;
let sandbox: Sandbox;
let slack: WebClient;

beforeEach(async () => {
  clock = new HandClock();
  sandbox = await openSandbox({ now: clock.now });
  slack = clientOf(sandbox);
});

afterEach(() => sandbox.close());

const view = (title: string) => ({
  type: 'modal' as const,
  callback_id: 'reject',
  title: { type: 'plain_text' as const, text: title },
  blocks: [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'Loading' } }],
});
const trigger = () => sandbox.workspace.modals.trigger(ADA);

test('a trigger opens one modal, within three seconds', async () => {
  const trigger_id = trigger();
  await slack.views.open({ trigger_id, view: view('Reject') });
  expect(await refused(slack.views.open({ trigger_id, view: view('Again') }))).toBe('exchanged_trigger_id');
  const late = trigger();
  clock.forward(3001);
  expect(await refused(slack.views.open({ trigger_id: late, view: view('Late') }))).toBe(
    'expired_trigger_id',
  );
  expect(await refused(slack.views.open({ trigger_id: '1.2', view: view('?') }))).toBe('invalid_trigger_id');
  expect(sandbox.views(ADA)).toHaveLength(1);
});

test('an update with the hash of an older view is refused', async () => {
  const opened = await slack.views.open({ trigger_id: trigger(), view: view('Loading') });
  const { id: view_id = '', hash = '' } = opened.view ?? {};
  await slack.views.update({ view_id, hash, view: view('Show Log') });
  expect(sandbox.views(ADA)[0]?.view).toMatchObject({ title: { text: 'Show Log' } });
  expect(await refused(slack.views.update({ view_id, hash, view: view('Old') }))).toBe('hash_conflict');
  expect(await refused(slack.views.update({ view_id: 'V0', view: view('?') }))).toBe('not_found');
});

test('three modals can be stacked, not four', async () => {
  await slack.views.open({ trigger_id: trigger(), view: view('One') });
  await slack.views.push({ trigger_id: trigger(), view: view('Two') });
  await slack.views.push({ trigger_id: trigger(), view: view('Three') });
  const fourth = slack.views.push({ trigger_id: trigger(), view: view('Four') });
  expect(await refused(fourth)).toBe('push_limit_reached');
});

test('modals keep to the limits', async () => {
  const long = { trigger_id: trigger(), view: view('A title of twenty-five c.') };
  expect(await refused(slack.views.open(long))).toBe('invalid_arguments');
});

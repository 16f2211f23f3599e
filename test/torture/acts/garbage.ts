import { createHmac } from 'node:crypto';
import { SIGNING_SECRET, WEBHOOK_SECRET } from '../../support/world.ts';
import type { Balancer, Raw } from '../fleet/balancer.ts';
import { PEOPLE, type Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

const FORM = 'application/x-www-form-urlencoded';

/** A request as Slack signs it; `secret` another one: as somebody signs it who is not Slack. */
function toSlack(body: string, { secret = SIGNING_SECRET, type = FORM, agoSeconds = 0 } = {}): Raw {
  const timestamp = String(Math.floor(Date.now() / 1000) - agoSeconds);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    path: '/slack/events',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body: new Uint8Array(Buffer.from(body)),
  };
}

function toHook(body: string, { secret = WEBHOOK_SECRET, delivery = 'garbage', event = 'push' } = {}): Raw {
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  return {
    path: '/hooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${digest}`,
    },
    body: new Uint8Array(Buffer.from(body)),
  };
}

/** A click on something that we never drew. */
function click(person: string, action: string, value: string): Raw {
  const payload = {
    type: 'block_actions',
    trigger_id: `garbage.${Math.trunc(performance.now() * 1_000)}`,
    response_url: 'http://127.0.0.1:9/',
    user: { id: person },
    team: { id: 'T0SANDBOX' },
    channel: { id: 'C0SANDBOX1' },
    actions: [{ type: 'button', action_id: action, block_id: 'b', value }],
  };
  return toSlack(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
}

const VALUES = [
  '{{{',
  'null',
  '{"id":7}',
  '{"e":"shop/prod","r":-1}',
  '{"e":"../../etc","r":1,"s":"--upload-pack=x"}',
];
const COMMAND =
  'command=%2Frelease&text=deploy+shop/prod&user_id=U0ADA&channel_id=C0SANDBOX1&trigger_id=forged';

/** What is sent, and which answers are right; none of it may change anything. */
const GARBAGE: readonly { what: string; make(choices: Choices): Raw; right: readonly number[] }[] = [
  { what: 'a forged command', make: () => toSlack(COMMAND, { secret: 'another' }), right: [401] },
  { what: 'an old command', make: () => toSlack(COMMAND, { agoSeconds: 400 }), right: [401] },
  { what: 'a command from the future', make: () => toSlack(COMMAND, { agoSeconds: -400 }), right: [401] },
  { what: 'a signed null', make: () => toSlack('null', { type: 'application/json' }), right: [400] },
  {
    what: 'signed noise',
    make: (choices) => toSlack(noise(choices), { type: 'application/json' }),
    right: [400],
  },
  { what: 'a payload of noise', make: (choices) => toSlack(`payload=%7B${noise(choices)}`), right: [400] },
  {
    what: 'a click on what we never drew',
    make: (choices) =>
      click(
        choices.pick(PEOPLE) ?? '',
        choices.pick(['approve', 'rollback', 'x']) ?? '',
        choices.pick(VALUES) ?? '',
      ),
    // 503: neither the store nor Slack answers, so it is not kept and nobody can be told.
    right: [200, 503],
  },
  {
    what: 'a forged push',
    make: () => toHook('{"ref":"refs/heads/main"}', { secret: 'another' }),
    right: [401, 503],
  },
  { what: 'a push of noise', make: (choices) => toHook(noise(choices)), right: [400, 503] },
  { what: 'a ping', make: () => toHook('{"zen":"x"}', { event: 'ping' }), right: [200, 503] },
];

/** Never JSON. */
function noise(choices: Choices): string {
  return `]${Array.from({ length: choices.between(1, 60) }, () => choices.pick([...'{}[]":,\\x0 '])).join('')}`;
}

/** Sends garbage, and what Slack has sent before once more, until it is stopped. */
export async function garbage(stage: Stage, balancer: Balancer, choices: Choices, stop: AbortSignal) {
  while (!stop.aborted) {
    const act = choices.act();
    if (act.chance(0.5)) await again(stage, balancer, act);
    else await one(stage, balancer, act);
    await pause(act.between(100, 900), stop);
  }
}

async function one(stage: Stage, balancer: Balancer, choices: Choices): Promise<void> {
  const chosen = choices.pick(GARBAGE);
  if (!chosen) return;
  const answer = await balancer.send(chosen.make(choices));
  stage.timeline.did('garbage', `${chosen.what}: ${answer?.status ?? 'no answer'}`);
  if (answer && !chosen.right.includes(answer.status)) {
    const found = `${chosen.what} was answered with ${answer.status}: ${answer.text.slice(0, 100)}`;
    stage.timeline.find('garbage taken', found, Date.now());
  }
}

/** The same signed request: it settles under the same id. */
async function again(stage: Stage, balancer: Balancer, choices: Choices): Promise<void> {
  const raw = choices.pick(balancer.recorded);
  if (!raw) return;
  const answer = await balancer.send(raw);
  const ago = Math.round((Date.now() - raw.at) / 1_000);
  stage.timeline.did(
    'requests of Slack sent again later',
    `after ${ago} s: ${answer?.status ?? 'no answer'}`,
  );
}

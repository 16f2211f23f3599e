import type { Fault } from '../../../src/sandbox/workspace/faults.ts';
import type { Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

/** What the bot asks of Slack. */
const METHODS = [
  'chat.postMessage',
  'chat.update',
  'chat.delete',
  'chat.getPermalink',
  'chat.postEphemeral',
  'conversations.list',
  'conversations.history',
  'conversations.replies',
  'conversations.info',
  'auth.test',
  'users.info',
  'views.open',
  'views.update',
  'response_url',
] as const;

/** Mostly where a mistake would show: posts and their search. */
const OFTEN = [
  'chat.postMessage',
  'chat.postMessage',
  'chat.update',
  'conversations.history',
  'conversations.replies',
];

function faultOf(choices: Choices): { fault: Fault; times: number } {
  const kind = choices.weighted({
    unanswered: 30,
    limited: 25,
    broken: 20,
    slow: 15,
    stuck: 3,
    error: 5,
    final: 2,
  });
  switch (kind) {
    case 'unanswered':
      return { fault: { kind: 'unanswered' }, times: choices.between(1, 3) };
    case 'limited': {
      const retryAfterSeconds = choices.between(1, 3);
      return { fault: { kind: 'rate_limited', retryAfterSeconds }, times: choices.between(1, 5) };
    }
    case 'broken':
      return { fault: { kind: 'server_error' }, times: choices.between(1, 4) };
    case 'slow':
      return { fault: { kind: 'hang', ms: choices.between(200, 3_000) }, times: choices.between(1, 5) };
    case 'stuck':
      // Longer than the bot waits: it happens after the bot has given up.
      return { fault: { kind: 'hang', ms: 11_000 }, times: 1 };
    case 'error':
      return { fault: { kind: 'error', error: 'fatal_error' }, times: choices.between(1, 3) };
    case 'final':
      return { fault: { kind: 'error', error: 'is_archived' }, times: 1 };
    default:
      return kind satisfies never;
  }
}

/** Makes Slack fail, slow and answer 429, now this and now that, until it is stopped; then Slack is well again. */
export async function slackFaults(stage: Stage, choices: Choices, stop: AbortSignal): Promise<void> {
  const { faults } = stage.sandbox;
  while (!stop.aborted) {
    const act = choices.act();
    if (act.chance(0.06)) {
      const ms = act.between(1_000, 5_000);
      stage.timeline.did('outages of Slack', `${ms} ms`);
      for (const method of METHODS) faults.plan(method, { kind: 'server_error' });
      await pause(ms, stop);
      faults.clear();
    } else {
      const method = act.chance(0.6) ? act.pick(OFTEN) : act.pick(METHODS);
      const { fault, times } = faultOf(act);
      const kind = fault.kind === 'error' ? fault.error : fault.kind;
      stage.timeline.did(`faults of Slack: ${kind}`, `${method}, ${times} times`);
      if (method !== undefined) faults.plan(method, fault, times);
    }
    await pause(act.between(200, 2_500), stop);
  }
  faults.clear();
}

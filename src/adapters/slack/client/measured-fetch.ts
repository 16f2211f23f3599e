import * as z from 'zod';
import { type Metrics, SLACK_CLASSES, type SlackClass, type SlackOutcome } from '../../../ports/metrics.ts';

/** `fetch` for Slack's client, with each call measured. Its answer is read a second time beside the client, which does not wait. */
export function measuredFetch(metrics: Metrics, fetching: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const began = performance.now();
    const methods = classOf(input);
    const tell = (outcome: SlackOutcome) =>
      metrics.slackCalled(methods, outcome, (performance.now() - began) / 1_000);
    let response: Response;
    try {
      response = await fetching(input, init);
    } catch (error) {
      tell('failed');
      throw error;
    }
    if (response.status === 429) tell('rate_limited');
    else if (response.ok) void outcomeOf(response.clone()).then(tell);
    else tell('failed');
    return response;
  };
}

const answer = z.object({ ok: z.boolean(), error: z.string().optional().catch(undefined) });

async function outcomeOf(response: Response): Promise<SlackOutcome> {
  try {
    const { ok, error } = answer.parse(await response.json());
    if (ok) return 'ok';
    return error === 'ratelimited' ? 'rate_limited' : 'refused';
  } catch {
    return 'failed';
  }
}

/** Of `https://slack.com/api/chat.postMessage`: `chat`. */
function classOf(input: string | URL | Request): SlackClass {
  const url = input instanceof Request ? input.url : String(input);
  const before = /\/([a-z]+)\.[A-Za-z.]+(?:\?.*)?$/.exec(url)?.[1];
  return SLACK_CLASSES.find((name) => name === before) ?? 'other';
}

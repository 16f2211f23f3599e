import { createHmac, randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, request } from 'node:http';
import { delay, nowMs } from '../figures/clock.ts';
import { BENCH_USER, SIGNING_SECRET, WEBHOOK_SECRET } from '../names.ts';

/** One keep-alive connection pool, as Slack and forges have. */
export function connections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 128 });
}

/** Where commands go, and who would see the answers. */
export interface Endpoint {
  agent: Agent;
  /** Of the bot, or of the bare app. */
  url: string;
  channel: string;
  /** Where `response_url` points: the id of the command is added. */
  answersUrl: string;
}

/** A signed slash command as Slack sends it. */
export interface SentCommand {
  id: string;
  sentAt: number;
  /** Until its 200 was read to the end. */
  acknowledgedMs: number;
}

/** `text`: what stands after `/release`. Rejects when it is not acknowledged with 200. */
export async function sendCommand(to: Endpoint, text: string, user = BENCH_USER): Promise<SentCommand> {
  const id = randomUUID();
  const body = new URLSearchParams({
    token: 'bench',
    team_id: 'T0BENCH',
    team_domain: 'bench',
    channel_id: to.channel,
    channel_name: 'bench',
    user_id: user,
    user_name: 'bench',
    command: '/release',
    text,
    api_app_id: 'A0BENCH',
    is_enterprise_install: 'false',
    response_url: `${to.answersUrl}/${id}`,
    trigger_id: id,
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const sentAt = nowMs();
  await post(to.agent, `${to.url}/slack/events`, body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  });
  return { id, sentAt, acknowledgedMs: nowMs() - sentAt };
}

/** A push as GitHub tells it. Resolves when the bot has taken it. */
export async function sendPush(
  agent: Agent,
  botUrl: string,
  push: { repository: string; sha: string },
): Promise<void> {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after: push.sha,
    deleted: false,
    repository: { clone_url: push.repository },
    pusher: { name: 'bench' },
  });
  await post(agent, `${botUrl}/hooks/github`, body, {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
  });
}

/**
 * Sends `count` requests at `perSecond`, at random moments, whether or not earlier ones were answered: people do not
 * take turns. The same seed gives the same moments. Resolves with all answers, in the order sent.
 */
export async function paced<T>(
  load: { count: number; perSecond: number; seed: number },
  send: (index: number) => Promise<T>,
): Promise<T[]> {
  const random = generator(load.seed);
  const answers: Promise<T>[] = [];
  let due = nowMs();
  for (let index = 0; index < load.count; index += 1) {
    due += (-Math.log(1 - random()) * 1_000) / load.perSecond;
    const early = due - nowMs();
    if (early > 0) await delay(early);
    const answer = send(index);
    // Heard at the end, with the others.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return Promise.all(answers);
}

/** Sends `count` requests, always `atOnce` of them under way. */
export async function saturating(
  load: { count: number; atOnce: number },
  send: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < load.count) {
      const index = next;
      next += 1;
      await send(index);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, lane));
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function post(agent: Agent, url: string, body: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent: ClientRequest = request(
      url,
      { agent, method: 'POST', headers: { ...headers, 'content-length': length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('error', reject).once('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new Error(`${url} answered ${statusCode}: ${text}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

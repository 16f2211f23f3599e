// The sandbox's Slack, and beside it a sink for answers to commands: it takes what a `response_url` is sent and counts
// it, and does none of the work that is Slack's own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { nowMs } from '../figures/clock.ts';
import { answerQuestions, tellParent } from '../program.ts';

export interface SlackOptions {
  botToken: string;
  signingSecret: string;
  people: string[];
  channels: string[];
}

export type SlackQuestions = {
  open: {
    argument: SlackOptions;
    answer: { apiUrl: string; answersUrl: string; channels: Record<string, string> };
  };
};

/** What the program tells unasked. `at`: `nowMs`. */
export type SlackSaid =
  /** A command was answered: the last part of its `response_url`, and what was said. */
  | { kind: 'answered'; id: string; text: string; at: number }
  /** A card was posted or changed. */
  | { kind: 'card'; text: string; at: number };

const CARD_METHODS = new Set(['chat.postMessage', 'chat.update']);

answerQuestions<SlackQuestions>({
  async open({ botToken, signingSecret, people, channels }) {
    const sandbox = await startSandbox({
      botToken,
      signingSecret,
      channels,
      people: people.map((id) => ({ id, name: id })),
    });
    let seen = 0;
    sandbox.onChange(() => {
      const { calls } = sandbox.faults;
      for (; seen < calls.length; seen += 1) {
        const call = calls[seen];
        if (!call || !CARD_METHODS.has(call.method) || call.args.thread_ts !== undefined) continue;
        tellParent({ kind: 'card', text: String(call.args.text), at: nowMs() } satisfies SlackSaid);
      }
    });
    const ids = channels.map((name) => [name, sandbox.workspace.channel(name)?.id ?? '']);
    return {
      apiUrl: sandbox.apiUrl,
      answersUrl: await openSink(),
      channels: Object.fromEntries(ids) as Record<string, string>,
    };
  },
});

async function openSink(): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const at = nowMs();
      response.end('ok');
      const id = request.url?.slice(1) ?? '';
      const { text } = JSON.parse(body) as { text: string };
      tellParent({ kind: 'answered', id, text, at } satisfies SlackSaid);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

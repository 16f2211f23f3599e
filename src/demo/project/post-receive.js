// The demo's forge: git runs this hook in the bare repository after every push, and it calls the bot's webhook like
// GitHub. Plain JavaScript without packages, because it runs from src and from dist alike.
//
// node post-receive.js <file with the webhook>; stdin has one line per ref: old commit, new commit, ref

import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ name: string, email: string }} Author
 * @typedef {{ id: string, message: string, timestamp: string, author: Author }} Commit
 * @typedef {{ url: string, secret: string, repository: { full_name: string, clone_url: string, ssh_url: string,
 *   html_url: string, default_branch: string } }} Webhook
 */

const NOTHING = /^0+$/;
const TIMEOUT_MS = 10_000;

/** @param {string} sha @returns {Commit} */
function readCommit(sha) {
  const format = '%H%x00%B%x00%cI%x00%an%x00%ae';
  const text = execFileSync('git', ['show', '--no-patch', `--format=${format}`, sha], { encoding: 'utf8' });
  const [id = '', message = '', timestamp = '', name = '', email = ''] = text.trimEnd().split('\0');
  return { id, message: message.trim(), timestamp, author: { name, email } };
}

/** @param {Webhook} webhook @param {string} before @param {string} after @param {string} ref */
function payloadOf({ repository }, before, after, ref) {
  const deleted = NOTHING.test(after);
  const head = deleted ? null : readCommit(after);
  return {
    ref,
    before,
    after,
    created: NOTHING.test(before),
    deleted,
    forced: false,
    compare: '',
    repository,
    // The demo's forge has no logins, so the author of the newest commit counts as the person who pushed.
    pusher: { name: head?.author.name ?? 'someone', email: head?.author.email ?? null },
    commits: head === null ? [] : [head],
    head_commit: head,
  };
}

/** @param {Webhook} webhook @param {object} payload */
async function deliver({ url, secret }, payload) {
  const body = JSON.stringify(payload);
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await answer.arrayBuffer();
  return answer;
}

/** Delivers one pushed ref. Returns the line that git shows after "remote: ". @param {Webhook} webhook @param {string} line */
async function announce(webhook, line) {
  const [before = '', after = '', ref = ''] = line.split(' ');
  const answer = await deliver(webhook, payloadOf(webhook, before, after, ref));
  if (answer.ok) return `reported the push to ${ref} to Slipway`;
  return answer.status === 503
    ? 'Slipway is still starting; it looks at the branch when it is ready'
    : `Slipway did not take the webhook: HTTP ${answer.status}`;
}

const [file] = process.argv.slice(2);
// The webhook does not exist yet at the first push.
if (file !== undefined && existsSync(file)) {
  /** @type {Webhook} */
  const webhook = JSON.parse(readFileSync(file, 'utf8'));
  for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    const said = await announce(webhook, line).catch(
      (/** @type {Error} */ error) => `Slipway cannot be reached: ${error.message}`,
    );
    process.stdout.write(`${said}\n`);
  }
}

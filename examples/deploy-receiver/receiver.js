// Carries out deploys for Slipway (docs/deploys.md, "HTTP"): DEPLOY_SECRET=whsec_… node receiver.js ./deploy.sh
// What is known of an attempt is in files, so that a restart of this server neither ends nor repeats a deploy.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process, { argv, env, kill } from 'node:process';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(env.DEPLOY_SECRET);
const directory = env.ATTEMPTS ?? 'attempts';
mkdirSync(directory, { recursive: true });
const file = (attempt, what) => `${directory}/${attempt}.${what}`;

function start({ attempt, environment, commit, step }) {
  const output = openSync(file(attempt, 'log'), 'wx'); // Fails if the attempt is known.
  const command = [...argv.slice(2), environment, commit, step];
  const child = spawn('sh', ['-c', '"$@"; echo $? > "$EXIT"', 'sh', ...command], {
    env: { PATH: env.PATH, HOME: env.HOME, EXIT: file(attempt, 'exit') },
    stdio: ['ignore', output, output],
    detached: true,
  });
  writeFileSync(file(attempt, 'pid'), String(child.pid));
}

/** Sends a signal to all that an attempt started. Signal 0 only asks whether anything of it runs. */
function signal(attempt, name) {
  try {
    return kill(-readFileSync(file(attempt, 'pid'), 'utf8'), name);
  } catch {
    return false;
  }
}

function stateOf(attempt) {
  const log = readFileSync(file(attempt, 'log'), 'utf8').slice(-60_000);
  if (signal(attempt, 0)) return { state: 'running', log };
  const exit = existsSync(file(attempt, 'exit'))
    ? readFileSync(file(attempt, 'exit'), 'utf8').trim()
    : 'none';
  if (exit === '0') return { state: 'succeeded', log };
  return {
    state: existsSync(file(attempt, 'cancelled')) ? 'cancelled' : 'failed',
    reason: `exit code ${exit}`,
    log,
  };
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const reply = (status, said, headers = {}) => response.writeHead(status, headers).end(JSON.stringify(said));
  try {
    webhook.verify(body, request.headers);
  } catch {
    return reply(401, { reason: 'the signature is wrong' });
  }
  const attempt = request.method === 'POST' ? request.headers['webhook-id'] : request.url.split('/').at(-1);
  const isKnown = /^[\w-]{1,100}$/.test(attempt) && existsSync(file(attempt, 'log'));
  if (request.method === 'POST') {
    if (!isKnown) start(JSON.parse(body));
    return reply(isKnown ? 409 : 202, stateOf(attempt), { location: `/attempts/${attempt}` });
  }
  if (!isKnown) return reply(404, { reason: 'no such attempt' });
  if (request.method === 'DELETE') {
    writeFileSync(file(attempt, 'cancelled'), '');
    signal(attempt, 'SIGTERM');
  }
  reply(200, stateOf(attempt));
});
server.listen(env.PORT ?? 9_000, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`));

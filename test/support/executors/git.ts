import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openGitExecutor } from '../../../src/adapters/executors/git/git.ts';
import type { GitRun } from '../../../src/flow/settings/steps.ts';
import { openChanges } from '../../../src/git/changes/changes.ts';
import { type Call, type ForgeServer, heard } from '../forges/server.ts';
import { type TemporaryRepository, temporaryRepository } from '../repositories/git.ts';
import { gitServer } from '../repositories/git-server.ts';
import type { ExecutorWorld } from './world.ts';

const PASSWORD = 'S3CRET-of-the/repository';

/** A real repository, at a server over HTTP where a fault may happen to everything. */
export interface GitWorld extends ExecutorWorld {
  target: GitRun;
  repository: TemporaryRepository;
  /** Asks the repository there. */
  there(...args: string[]): string;
}

export const VALUES = 'apps/prod/values.yaml';

export async function gitWorld(): Promise<GitWorld> {
  const repository = temporaryRepository();
  repository.commit({ [VALUES]: '# The shop.\nimage:\n  tag: v1 # by Slipway\n' }, 'First');
  repository.push();
  const root = mkdtempSync(join(tmpdir(), 'slipway-git-world-'));
  const behind = await gitServer(dirname(repository.url), { user: 'bot', password: PASSWORD });
  const there = (...args: string[]) =>
    execFileSync('git', ['--git-dir', repository.url, ...args], { encoding: 'utf8' });
  there('config', 'http.receivepack', 'true');
  there('config', 'uploadpack.allowFilter', 'true');
  const server = await fronting(behind.origin);
  const address = `${server.origin}/origin.git`;
  const target: GitRun = {
    system: 'git',
    repository: address.replace('//', `//bot:${encodeURIComponent(PASSWORD)}@`),
    commitUrl: 'https://git.acme.dev/acme/config/commit/{sha}',
    branch: 'main',
    file: 'apps/{environment}/values.yaml',
    set: [
      { path: ['image', 'tag'], value: '{commit}' },
      // Each attempt is a commit of its own, as the contract wants it.
      { path: ['attempt'], value: '{attempt}' },
    ],
  };
  let opened = 0;
  return {
    server,
    target,
    repository,
    there,
    secrets: [PASSWORD, encodeURIComponent(PASSWORD)],
    async open({ timeoutMs }) {
      opened += 1;
      const directory = join(root, String(opened));
      const changes = openChanges({ directory, repository: target.repository });
      // A call makes several requests, by processes that have to be started.
      const callMs = timeoutMs < 1_000 ? 2_000 : 4 * timeoutMs;
      return openGitExecutor({ target, changes, secrets: [PASSWORD], callMs });
    },
    starts: (key) =>
      there('log', '--format=%(trailers:key=Slipway-Attempt,valueonly)', 'main')
        .split('\n')
        .filter((one) => one === key).length,
    become(_key, state) {
      if (state === 'failed' || state === 'cancelled') throw new Error('a push has no other end');
    },
    cancels: () => 0,
    print: () => {},
    async close() {
      await server.close();
      await behind.close();
      repository.cleanup();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function isPush({ method, path }: Pick<Call, 'method' | 'path'>): boolean {
  return method === 'POST' && path.endsWith('/git-receive-pack');
}

/** A server in front of another one. Only a push changes something there. */
async function fronting(origin: string): Promise<ForgeServer> {
  const front = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const url = new URL(incoming.url ?? '/', origin);
    const { method = '', headers } = incoming;
    const call: Call = {
      from: incoming.socket.remotePort ?? 0,
      at: Date.now(),
      answered: null,
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: {},
      text: body.toString('latin1'),
    };
    const fault = heard(forge, call, response);
    if (fault === 'over') return;
    if (fault?.kind === 'late') await fault.wait();
    const passed = request(url, { method, headers });
    passed.end(body);
    const [answered] = (await once(passed, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await answered.toArray());
    if (fault?.kind === 'slow') await fault.wait();
    if (fault?.kind === 'lost' && isPush(call)) response.destroy();
    else {
      const { 'transfer-encoding': _chunked, ...rest } = answered.headers;
      response.writeHead(answered.statusCode ?? 500, rest).end(text);
    }
  }

  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const forge: ForgeServer = {
    origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    calls: [],
    fault: null,
    headers: {},
    async close() {
      if (!front.listening) return;
      front.closeAllConnections();
      front.close();
      await once(front, 'close');
    },
  };
  return forge;
}

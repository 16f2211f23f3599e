import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepositories } from '../../../src/app/repositories.ts';
import { statusMessage } from '../../../src/chat/answers/status.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { fetchBranch, requestFetch } from '../../../src/flow/pipeline/fetch-branch.ts';
import { statusView } from '../../../src/flow/views/status.ts';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';
import { type Chat, ChatError } from '../../../src/ports/chat.ts';
import { gitServer } from '../../support/repositories/git-server.ts';
import { makeRelease, openStage, requestBuild } from '../support.ts';

const TOKEN = 'glpat-s3cr3t/+t0ken';
const WRITTEN = [TOKEN, encodeURIComponent(TOKEN), Buffer.from(`bot:${TOKEN}`).toString('base64')];

/** Every text in files below. */
function allOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('the token of a repository is nowhere: data directory, documents, logs, commands, processes, answers', async () => {
  const look =
    'env; cat /proc/[0-9]*/cmdline /proc/self/environ 2>/dev/null | tr "\\0" "\\n"; git config --list';
  const stage = await openStage({ build: look, deploy: `${look}; git remote -v` });
  const root = mkdtempSync(join(tmpdir(), 'slipway-private-'));
  const server = await gitServer(root, { user: 'bot', password: TOKEN });
  const { repository } = stage;
  try {
    const sha = repository.commit({ 'a.txt': 'one' }, 'One');
    repository.push();
    cpSync(repository.url, join(root, 'shop.git'), { recursive: true });
    const [shop] = stage.services.settings.products;
    Object.assign(shop!, {
      repository: `${server.origin}/shop.git`,
      git: { access: { ...NO_ACCESS, user: 'bot', token: TOKEN }, submodules: true, lfs: true },
      secrets: [],
    });
    const { settings, dataDirectory, log } = stage.services;
    const options = { now: Date.now, fetchRestMs: 1 };
    const services = { ...stage.services, ...openRepositories(settings, dataDirectory, log, options) };
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
    await build(services, await requestBuild(services, sha));
    await makeRelease(services, sha);
    await deploy(services, 'shop/integration');
    expect((await services.store.load('environments', 'shop/integration'))?.deployed?.sha).toBe(sha);
    expect(server.logins).toContain(`bot:${TOKEN}`);

    // A repository that is not there any more, so that git complains about the address.
    rmSync(join(root, 'shop.git'), { recursive: true });
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
    const away = new Proxy({} as Chat, {
      get: () => async () => {
        throw new ChatError('unknown', 'Slack is away');
      },
    });
    const said = statusMessage([await statusView({ ...services, chat: away }, 'shop')]);
    expect(JSON.stringify(said)).toContain('could not be read');

    const documents = await Promise.all([
      services.store.load('products', 'shop'),
      services.store.load('builds', `shop@${sha}`),
      services.store.load('environments', 'shop/integration'),
    ]);
    const texts = {
      files: allOf(dataDirectory),
      documents: JSON.stringify(documents),
      said: JSON.stringify(said),
    };
    expect(texts.files).toContain('SLIPWAY_COMMIT');
    for (const [where, text] of Object.entries(texts)) {
      for (const secret of WRITTEN) expect([where, text.includes(secret)]).toEqual([where, false]);
    }
    await services.trees('shop').idle();
  } finally {
    await server.close();
    rmSync(root, { recursive: true, force: true });
    await stage.close();
  }
}, 60_000);

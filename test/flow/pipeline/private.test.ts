import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepositories } from '../../../src/app/repositories.ts';
import { statusMessage } from '../../../src/chat/answers/status.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { fetchBranch, requestFetch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { statusView } from '../../../src/flow/views/status.ts';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';
import { type Chat, ChatError } from '../../../src/ports/chat.ts';
import { githubWorld } from '../../support/forges/github/world.ts';
import { PROJECT } from '../../support/forges/world.ts';
import { gitServer } from '../../support/repositories/git-server.ts';
import { makeRelease, openStage, requestBuild } from '../support.ts';

const TOKEN = 'glpat-s3cr3t/+t0ken';

const written = (user: string, token: string) => [
  token,
  encodeURIComponent(token),
  Buffer.from(`${user}:${token}`).toString('base64'),
];

/** Every text in files below. */
function allOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

type Stage = Awaited<ReturnType<typeof openStage>>;

/** How a product gets at its repository, which accepts what is in `tokens`. */
interface Way {
  user: string;
  tokens: ReadonlySet<string>;
  /** Has the product fetch from `origin`. */
  configure(stage: Stage, origin: string): void;
  close(): Promise<void>;
}

const ownToken = async (): Promise<Way> => ({
  user: 'bot',
  tokens: new Set([TOKEN]),
  configure({ services: { settings } }) {
    const git = { access: { ...NO_ACCESS, user: 'bot', token: TOKEN }, submodules: true, lfs: true };
    Object.assign(settings.products[0]!, { git });
  },
  close: async () => {},
});

async function appOfForge(): Promise<Way> {
  const world = await githubWorld('app');
  return {
    user: world.gitUser,
    tokens: world.state.believed,
    configure({ services: { settings } }, origin) {
      const { host } = new URL(origin);
      settings.forges?.push({ ...world.settings, name: host });
      Object.assign(settings.products[0]!, { forge: { name: host, kind: 'github', project: PROJECT } });
    },
    close: () => world.close(),
  };
}

test.each([
  ['of its own', ownToken],
  ['of an App of its forge', appOfForge],
])(
  'the token of a repository, %s, is nowhere: data directory, documents, logs, commands, processes, answers',
  async (_which, open) => {
    const look =
      'env; cat /proc/[0-9]*/cmdline /proc/self/environ 2>/dev/null | tr "\\0" "\\n"; git config --list';
    const stage = await openStage({ build: look, deploy: `${look}; git remote -v` });
    const root = mkdtempSync(join(tmpdir(), 'slipway-private-'));
    const way = await open();
    const server = await gitServer(root, { user: way.user, password: way.tokens });
    const { repository } = stage;
    try {
      const sha = repository.commit({ 'a.txt': 'one' }, 'One');
      repository.push();
      cpSync(repository.url, join(root, 'shop.git'), { recursive: true });
      const [shop] = stage.services.settings.products;
      Object.assign(shop!, { repository: `${server.origin}/shop.git`, secrets: [] });
      way.configure(stage, server.origin);
      const { settings, dataDirectory, log, forge } = stage.services;
      const options = { now: Date.now, fetchRestMs: 1, forge };
      const services = { ...stage.services, ...openRepositories(settings, dataDirectory, log, options) };
      await requestFetch(services, 'shop');
      await fetchBranch(services, 'shop');
      await build(services, await requestBuild(services, sha));
      await makeRelease(services, sha);
      await deploy(services, 'shop/integration');
      expect((await services.store.load('environments', 'shop/integration'))?.deployed?.sha).toBe(sha);
      const used = [...way.tokens];
      expect(used.map((token) => server.logins.includes(`${way.user}:${token}`))).toEqual([true]);

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
        for (const secret of used.flatMap((token) => written(way.user, token)))
          expect([where, text.includes(secret)]).toEqual([where, false]);
      }
      await services.trees('shop').idle();
    } finally {
      await way.close();
      await server.close();
      rmSync(root, { recursive: true, force: true });
      await stage.close();
    }
  },
  60_000,
);

import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepositories } from '../../../src/app/repositories.ts';
import { fetchBranch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { receivePush } from '../../../src/flow/pipeline/receive-push.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { TIMING } from '../../../src/flow/services/timing.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { type GitServer, gitServer } from '../../support/repositories/git-server.ts';
import { openStage, type Stage } from '../support.ts';

const LOGIN = { user: 'bot', password: 'very-secret-token' };
/** Five products of two repositories. */
const PRODUCTS = { web: 'app', api: 'app', mail: 'app', docs: 'site', blog: 'site' };
const PUSHES = 50;

describe('products of one repository', () => {
  let stage: Stage;
  let root: string;
  let server: GitServer;
  let services: Services;
  const work: Record<string, TemporaryRepository> = {};

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    root = mkdtempSync(join(tmpdir(), 'slipway-served-'));
    server = await gitServer(root, LOGIN);
    for (const name of ['app', 'site']) {
      const repository = temporaryRepository();
      repository.commit({ 'a.txt': name }, name);
      repository.push();
      cpSync(repository.url, join(root, `${name}.git`), { recursive: true });
      repository.git('remote', 'set-url', 'origin', join(root, `${name}.git`));
      work[name] = repository;
    }
    const [like] = stage.services.settings.products;
    const products = Object.entries(PRODUCTS).map(
      ([name, of]): ProductSettings => ({
        ...like!,
        name,
        repository: `${server.origin}/${of}.git`,
        git: {
          access: { ...NO_ACCESS, user: LOGIN.user, token: LOGIN.password },
          submodules: true,
          lfs: true,
        },
      }),
    );
    const settings = { products };
    const { dataDirectory, log, forge } = stage.services;
    const options = { now: Date.now, fetchRestMs: TIMING.fetchRestMs, forge };
    services = { ...stage.services, settings, ...openRepositories(settings, dataDirectory, log, options) };
  }, 60_000);
  afterAll(async () => {
    await server.close();
    for (const repository of Object.values(work)) repository.cleanup();
    rmSync(root, { recursive: true, force: true });
    await stage.close();
  });

  const hear = (product: string, after: string) =>
    receivePush(
      services,
      {
        delivery: randomUUID(),
        product,
        ref: { kind: 'branch', name: 'main' },
        deleted: false,
        after,
        pushedBy: 'lin',
        forced: false,
      },
      'main',
    );
  const fetching = new Map<string, Promise<void>>();

  /** As the queue does: for each product one fetch at a time, as long as there is something to fetch. */
  function fetchAll(product: string): Promise<void> {
    const begun = fetching.get(product) ?? Promise.resolve();
    const all = begun.then(async () => {
      const stored = await services.store.load('products', product);
      if (stored && stored.asked !== stored.looked) await fetchBranch(services, product);
    });
    fetching.set(product, all);
    return all;
  }

  test('share its fetches: fifty pushes for five products cost a handful for each of two repositories', async () => {
    const names = Object.entries(PRODUCTS);
    const fetched: Promise<void>[] = [];
    for (const half of [0, 1]) {
      const delivered: Promise<unknown>[] = [];
      for (let number = 0; number < PUSHES / 2; number += 1) {
        const of = number % 2 === 0 ? 'app' : 'site';
        const after = work[of]!.commit({ 'a.txt': `${half} ${number}` }, `Push ${number}`);
        work[of]!.push();
        for (const [product] of names.filter(([, repository]) => repository === of)) {
          delivered.push(hear(product, after));
        }
      }
      await Promise.all(delivered);
      // The other half comes while these are fetched.
      fetched.push(...names.map(([product]) => fetchAll(product)));
    }
    await Promise.all(fetched);
    for (const [product, of] of names) {
      const stored = await services.store.load('products', product);
      expect(stored).toMatchObject({ pending: [], awaits: null, fetchError: null });
      expect(stored?.heads.at(-1)?.sha).toBe(work[of]!.head());
    }
    expect([...server.visits.keys()].sort()).toEqual(['app.git', 'site.git']);
    // For each half one for the first product that asks, and one for those that ask meanwhile.
    expect(Math.max(...server.visits.values())).toBeLessThanOrEqual(4);
  }, 120_000);
});

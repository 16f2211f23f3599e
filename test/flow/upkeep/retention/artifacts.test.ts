import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isKept } from '../../../../src/domain/documents/build.ts';
import type { AggregateKind } from '../../../../src/domain/documents/document.ts';
import { newEnvironment } from '../../../../src/domain/documents/environment.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { apply } from '../../../../src/flow/commands/apply.ts';
import { build } from '../../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../../src/flow/pipeline/deploy.ts';
import { dispatchEffects } from '../../../../src/flow/pipeline/dispatch-effects.ts';
import { requestRebuild } from '../../../../src/flow/requests/rebuild.ts';
import type { ChatServices, Services } from '../../../../src/flow/services/services.ts';
import { cleanArtifacts } from '../../../../src/flow/upkeep/retention/artifacts.ts';
import { sizesOf } from '../../../../src/flow/upkeep/retention/sizes.ts';
import { DamagedDocument } from '../../../../src/ports/store.ts';
import { THOROUGH } from '../../../support/thorough.ts';
import { makeRelease, openStage, requestBuild, type Stage } from '../../support.ts';
import { around, ENVIRONMENT, haveBuilt, mortal, runOf, store, storedShas } from './world.ts';

const ADA = { kind: 'person', id: 'U0ADA', name: 'Ada', member: true } as const;

let stage: Stage;
let services: Services;
let head = 0;
let same: string[];

beforeAll(async () => {
  stage = await openStage({ build: 'echo built > made.txt', deploy: 'cat made.txt >> "$OUT/ran"' });
  services = stage.services;
  services.settings.products[0]!.env = { OUT: services.dataDirectory };
  same = commits(5);
  services.settings.keep = { logsMs: 3_600_000, artifacts: 2, trees: 2 };
}, 60_000);
afterAll(async () => await stage.close());
/** Each test begins with nothing stored. */
beforeEach(async () => {
  for (const run of await services.artifacts.list('shop')) await services.artifacts.remove(run);
});

const environment = async () => (await services.store.load('environments', ENVIRONMENT))!;
const buildOf = async (sha: string) => (await services.store.load('builds', `shop@${sha}`))!;

/** New commits of the branch, oldest first. */
function commits(count: number): string[] {
  const made = Array.from({ length: count }, (_, index) =>
    stage.repository.commit({ 'app.txt': `${head}-${index}` }, `Commit ${index}`),
  );
  stage.repository.push();
  return made;
}

async function chosen(sha: string): Promise<void> {
  head += 1;
  await makeRelease(services, sha, head);
}

/** Of five builds, the first runs, and of the others the newest two are kept: the same commits each time, as if nothing had happened. */
async function five(): Promise<string[]> {
  const all = same;
  for (const [index, sha] of all.entries()) await haveBuilt(services, sha, services.now() + index);
  const [runs] = all;
  const present =
    (await services.store.load('environments', ENVIRONMENT)) ?? newEnvironment('shop', 'integration');
  const reference = { sha: runs!, ref: 'main', release: 1, at: 1, by: ROBOT };
  await services.store.save('environments', {
    ...present,
    revision: present.revision + 1,
    open: [],
    deployed: reference,
    accepted: reference,
    desired: { sha: runs!, release: 1 },
  });
  return all;
}

describe('cleaning the artifacts of a product', () => {
  test('removes what nobody needs, marks its builds, and keeps the rest whole', async () => {
    const [runs, old, older, newer, newest] = await five();
    expect(await cleanArtifacts(services, 'shop')).toEqual({ count: 2, bytes: 2 });
    expect(await storedShas(services)).toEqual([runs, newer, newest].sort());
    for (const sha of [runs, newer, newest]) {
      expect(isKept(await buildOf(sha!))).toBe(true);
      expect(await services.artifacts.state(runOf(sha!))).toBe('whole');
    }
    for (const sha of [old, older])
      expect(await buildOf(sha!)).toMatchObject({ status: 'succeeded', discarded: true });
    expect(await cleanArtifacts(services, 'shop')).toEqual({ count: 0, bytes: 0 });
    expect((await sizesOf(services, ['shop'])).artifacts).toEqual([{ product: 'shop', count: 3, bytes: 3 }]);
  }, 60_000);

  test('by several processes at once comes to the same', async () => {
    const [runs, , , newer, newest] = await five();
    await Promise.all([1, 2, 3].map(() => cleanArtifacts({ ...services, worker: services.newId() }, 'shop')));
    expect(await storedShas(services)).toEqual([runs, newer, newest].sort());
  }, 60_000);

  test('removes what earlier attempts and failed ones left, but not what is being stored', async () => {
    const [, , , newer] = await five();
    store(services, newer!, 2);
    const running = await buildOf(newer!);
    await services.store.save('builds', {
      ...running,
      revision: running.revision + 1,
      status: 'building',
      attempts: 2,
      attempt: { ...running.attempt!, number: 2, outcome: null, endedAt: null },
    });
    await cleanArtifacts(services, 'shop');
    const left = (await services.artifacts.list('shop')).filter(({ sha }) => sha === newer);
    expect(left.map(({ attempt }) => attempt)).toEqual([2]);
  }, 60_000);

  test('keeps what a build made whose document is damaged, and everything if an environment is', async () => {
    const [, old] = await five();
    const damaged = (kind: AggregateKind) =>
      new Proxy(services.store, {
        get: (of, key) =>
          key === 'load'
            ? async (asked: AggregateKind, id: string) => {
                if (asked === kind && (kind === 'environments' || id === `shop@${old}`))
                  throw new DamagedDocument(kind, id, 'damaged');
                return await services.store.load(asked, id);
              }
            : Reflect.get(of, key).bind(of),
      });
    await expect(
      cleanArtifacts({ ...services, store: damaged('environments') }, 'shop'),
    ).rejects.toBeInstanceOf(DamagedDocument);
    expect(await storedShas(services)).toHaveLength(5);
    await cleanArtifacts({ ...services, store: damaged('builds') }, 'shop');
    expect(await storedShas(services)).toHaveLength(4);
    expect(await storedShas(services)).toContain(old);
  }, 60_000);

  test('of a process that is killed after each of its steps loses nothing, and the next one ends it', async () => {
    let died = true;
    let steps = 0;
    while (died) {
      steps += 1;
      const all = await five();
      const [runs, , , newer, newest] = all;
      died = await cleanArtifacts(mortal(services, steps), 'shop').then(
        () => false,
        () => true,
      );
      for (const sha of all) {
        // Whoever reads the build as kept finds it whole.
        if (isKept(await buildOf(sha))) expect(await services.artifacts.state(runOf(sha))).toBe('whole');
      }
      await cleanArtifacts(services, 'shop');
      expect(await storedShas(services)).toEqual([runs, newer, newest].sort());
      for (const run of await services.artifacts.list('shop')) await services.artifacts.remove(run);
    }
    expect(steps).toBeGreaterThan(4);
  }, 120_000);

  test('while somebody chooses an old commit, at each of its calls: it begins with what is whole, or is built again', async () => {
    const seen = { began: 0, builtAgain: 0 };
    let calls = 1;
    for (let at = 1; at <= calls; at += THOROUGH ? 1 : 3) {
      const [, old] = await five();
      let call = 0;
      let began = false;
      const before = async () => {
        call += 1;
        if (call !== at) return;
        await chosen(old!);
        const { open } = await environment();
        const release = open.find(({ sha }) => sha === old)!;
        // A worker begins at once, and reads the artifacts only later.
        const { answer } = await apply(services, 'environments', ENVIRONMENT, {
          id: services.newId(),
          actor: ROBOT,
          type: 'begin',
          release: release.number,
          step: 'deploy',
          worker: services.worker,
          leaseUntil: services.clock.leaseNow() + 60_000,
        });
        began = answer.kind === 'accepted';
      };
      await cleanArtifacts(around(services, { before }), 'shop');
      calls = Math.max(calls, call);
      const release = (await environment()).open.find(({ sha }) => sha === old)!;
      if (began) {
        seen.began += 1;
        expect(await services.artifacts.state(runOf(old!))).toBe('whole');
      } else {
        seen.builtAgain += 1;
        expect(release).toMatchObject({ status: 'queued', build: 'pending', builtAgain: true });
      }
      for (const run of await services.artifacts.list('shop')) await services.artifacts.remove(run);
    }
    expect(seen.began).toBeGreaterThan(2);
    expect(seen.builtAgain).toBeGreaterThan(2);
  }, 120_000);
});

describe('a commit whose artifacts were removed', () => {
  test('is built again when it is chosen, says so, and is deployed as it was built', async () => {
    const all = commits(4);
    for (const sha of all) await build(services, await requestBuild(services, sha));
    const present = await environment();
    await services.store.save('environments', {
      ...present,
      revision: present.revision + 1,
      open: [],
      deployed: null,
      accepted: null,
      desired: null,
    });
    await cleanArtifacts(services, 'shop');
    const [old] = all;
    expect(await buildOf(old!)).toMatchObject({ discarded: true });
    await chosen(old!);
    const release = async () => (await environment()).open.find(({ sha }) => sha === old);
    expect(await release()).toMatchObject({ build: 'pending', builtAgain: true, status: 'queued' });
    const replies = (await environment()).effects.flatMap(({ command }) =>
      command.type === 'reply' ? [command.reply.event.kind] : [],
    );
    expect(replies).toContain('builtAgain');
    await deploy(services, ENVIRONMENT);
    await dispatchEffects(services, { kind: 'environments', id: ENVIRONMENT });
    await build(services, `shop@${old}`);
    await dispatchEffects(services, { kind: 'builds', id: `shop@${old}` });
    await deploy(services, ENVIRONMENT);
    expect((await environment()).deployed?.sha).toBe(old);
    expect(await readFile(join(services.dataDirectory, 'ran'), 'utf8')).toBe('built\n');
    await cleanArtifacts(services, 'shop');
    expect((await services.artifacts.list('shop')).filter(({ sha }) => sha === old)).toMatchObject([
      { attempt: 2 },
    ]);
  }, 60_000);

  test('can be built again on request, also before they are removed', async () => {
    const [sha] = commits(1);
    await haveBuilt(services, sha!, services.now());
    const asked = (id: string) => requestRebuild(services as ChatServices, { id, actor: ADA }, 'shop', sha!);
    expect(await asked(services.newId())).toMatchObject({ kind: 'refused' });
    await apply(services, 'builds', `shop@${sha}`, {
      id: services.newId(),
      actor: ROBOT,
      type: 'discardBuild',
      attempt: 1,
    });
    expect(await asked(services.newId())).toEqual({ kind: 'accepted' });
  }, 60_000);
});

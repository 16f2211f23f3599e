import type { DocumentRef } from '../../../src/domain/documents/document.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { postCard } from '../../../src/flow/cards/post-card.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { fetchBranch, requestFetch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { NotConfigured } from '../../../src/flow/services/errors.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { start, sweep, takeOver } from '../../../src/flow/upkeep/sweep.ts';
import { makeRelease, openChat, openStage, requestBuild, type Stage } from '../support.ts';

const PRODUCT: DocumentRef = { kind: 'products', id: 'shop' };

describe('DESIGN §7: a process whose configuration does not have a product', () => {
  let stage: Stage;
  let services: Services;
  /** The same store, and another product. */
  let other: Services;
  let enqueued: string[];
  let sha: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    services = stage.services;
    const products = services.settings.products.map((product) => ({ ...product, name: 'other' }));
    enqueued = [];
    const note = async (_lane: string, { id }: DocumentRef) => void enqueued.push(id);
    const queue = { ...services.queue, enqueue: note, enqueueOnce: note };
    other = { ...services, settings: { products }, queue };
    sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
  }, 60_000);
  afterEach(() => stage.close());

  const pushed = async () => {
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
  };

  test('leaves the wake-up of a push to the others, and the push is built', async () => {
    await pushed();
    const before = await services.store.load('products', 'shop');
    expect(before?.effects.map(({ command }) => command.type)).toContain('requestBuild');
    await expect(dispatchEffects(other, PRODUCT)).rejects.toThrow(NotConfigured);
    expect(await services.store.load('products', 'shop')).toEqual(before);
    await dispatchEffects(services, PRODUCT);
    expect(await services.store.load('builds', `shop@${sha}`)).toMatchObject({ status: 'requested' });
    expect(await services.store.load('products', 'shop')).toMatchObject({ effects: [] });
  });

  test('leaves the effects of builds and environments to the others', async () => {
    await requestBuild(services, sha);
    await makeRelease(services, sha);
    const places: DocumentRef[] = [
      { kind: 'builds', id: `shop@${sha}` },
      { kind: 'environments', id: 'shop/integration' },
    ];
    for (const place of places) {
      const before = await services.store.load(place.kind, place.id);
      expect(before?.effects).not.toEqual([]);
      await expect(dispatchEffects(other, place)).rejects.toThrow(NotConfigured);
      expect(await services.store.load(place.kind, place.id)).toEqual(before);
    }
  });

  test('begins no build, deploy or fetch of it', async () => {
    await requestBuild(services, sha);
    await makeRelease(services, sha);
    await apply(services, 'environments', 'shop/integration', {
      id: services.newId(),
      actor: ROBOT,
      type: 'buildEnded',
      sha,
      succeeded: true,
    });
    const loaded = () =>
      Promise.all([
        services.store.load('builds', `shop@${sha}`),
        services.store.load('environments', 'shop/integration'),
      ]);
    const before = await loaded();
    await expect(build(other, `shop@${sha}`)).rejects.toThrow(NotConfigured);
    await expect(deploy(other, 'shop/integration')).rejects.toThrow(NotConfigured);
    await expect(fetchBranch(other, 'shop')).rejects.toThrow(NotConfigured);
    expect(await loaded()).toEqual(before);
  });

  test('decides nothing about it', async () => {
    await pushed();
    const before = await services.store.load('products', 'shop');
    const tick = { id: services.newId(), actor: ROBOT, type: 'tick' } as const;
    await expect(apply(other, 'products', 'shop', tick)).rejects.toThrow(NotConfigured);
    expect(await services.store.load('products', 'shop')).toEqual(before);
  });

  test('leaves its card to the others, and the card is posted', async () => {
    const { sandbox, chat } = await openChat();
    await makeRelease(services, sha);
    await dispatchEffects(services, { kind: 'environments', id: 'shop/integration' });
    const before = await services.store.load('cards', 'shop@head-1');
    await expect(postCard(chat(other), 'shop@head-1')).rejects.toThrow(NotConfigured);
    expect(await services.store.load('cards', 'shop@head-1')).toEqual(before);
    await postCard(chat(services), 'shop@head-1');
    expect(await services.store.load('cards', 'shop@head-1')).toMatchObject({ undeliverable: null });
    expect(sandbox.messages('#shop')).toHaveLength(1);
    await sandbox.close();
  });

  test('wakes none of its documents, however many are due, and still wakes its own', async () => {
    for (let number = 0; number < 201; number += 1)
      await requestBuild(services, number.toString(16).padStart(40, '0'));
    await requestFetch({ ...other, queue: services.queue }, 'other');
    enqueued = [];
    await sweep(other);
    expect(new Set(enqueued)).toEqual(new Set(['other']));
  });

  test('starts and takes over without touching them', async () => {
    await pushed();
    await requestBuild(services, sha);
    const before = await services.store.load('builds', `shop@${sha}`);
    await takeOver(other);
    await start(other);
    expect(await services.store.load('builds', `shop@${sha}`)).toEqual(before);
    expect(enqueued.filter((id) => id.startsWith('shop'))).toEqual([]);
  });
});

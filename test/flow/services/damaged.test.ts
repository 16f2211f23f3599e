import { skipDamaged } from '../../../src/flow/services/damaged.ts';
import { start, sweep, takeOver } from '../../../src/flow/upkeep/sweep.ts';
import { DamagedDocument, type Store } from '../../../src/ports/store.ts';
import { openStage, requestBuild, type Stage } from '../support.ts';

describe('a damaged document', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    stage.repository.commit({ 'a.txt': 'one' }, 'One');
    stage.repository.push();
  }, 60_000);
  afterEach(async () => await stage.close());

  /** The same store, with one document of it as it cannot be. */
  function damaged(store: Store, kind: string, id: string): Store {
    const load: Store['load'] = async (asked, askedId) => {
      if (asked === kind && askedId === id)
        throw new DamagedDocument(kind, id, `The document ${id} is damaged`);
      return store.load(asked, askedId);
    };
    return new Proxy(store, {
      get(target, key) {
        if (key === 'load') return load;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  it.each([
    ['environments', 'shop/integration'],
    ['products', 'shop'],
  ])('of the %s of one product does not keep others from starting, and is reported', async (kind, id) => {
    const [shop] = stage.services.settings.products;
    if (!shop) throw new TypeError('there is a product');
    const policies = shop.environments.map((each) => ({
      ...each,
      policy: { ...each.policy, product: 'blog' },
    }));
    const blog = { ...shop, name: 'blog', environments: policies as typeof shop.environments };
    await requestBuild(stage.services, stage.repository.head());
    const store = damaged(stage.services.store, kind, id);
    const services = { ...stage.services, store, settings: { products: [shop, blog] } };
    await takeOver(services);
    await start(services);
    await sweep(services);
    expect(await store.load('products', 'blog')).not.toBeNull();
    expect(services.troubles.has(`damaged ${kind} ${id}`)).toBe(true);
  });

  it.each([
    'shop',
    'shop/integration',
    `shop@${'a'.repeat(40)}`,
    'shop@head-1',
    'shop/integration#2',
    'shop:lock-1',
  ])('called %s is said where its product is shown', async (id) => {
    const { services } = stage;
    await skipDamaged(services, async () => {
      throw new DamagedDocument('cards', id, 'It is damaged');
    });
    expect(services.troubles.list('shop').map(({ says }) => says)).toEqual(['It is damaged']);
    expect(services.troubles.list('blog')).toEqual([]);
  });
});

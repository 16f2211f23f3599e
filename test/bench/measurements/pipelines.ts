import { join } from 'node:path';
import { inRounds, type Measurement } from '../bench.ts';
import { nowMs } from '../figures/clock.ts';
import { figure } from '../figures/report.ts';
import { startProgram } from '../program.ts';
import type { ChainQuestions } from '../programs/chain.ts';
import { openWorld } from '../world/world.ts';

const BARE = 'a bare chain of three jobs that starts the same processes';
const PRODUCTS = 50;
const QUICK_PRODUCTS = 3;

const SHAPE = {
  build: { run: 'true', test: 'true' },
  environments: [
    { name: 'integration', mode: 'continuous', deploy: { run: 'true' }, verify: { run: 'true' } },
    { name: 'prod', mode: 'approval', deploy: { run: 'true' } },
  ],
};

/** Fifty products are pushed to at once; a pipeline is over when its card says that the commit was accepted. */
export const pipelines: Measurement = async ({ tier, rounds, quick, note }) => {
  const count = quick ? QUICK_PRODUCTS : PRODUCTS;
  const products = Array.from({ length: count }, (_, index) => `product-${index + 1}`);
  const world = await openWorld(tier, Object.fromEntries(products.map((name) => [name, SHAPE])));
  const chain = startProgram<ChainQuestions>('chain.ts');
  try {
    const bot = await world.start();
    await chain.ask('open', { redisUrl: tier.redisUrl(), directory: join(world.directory, 'bare') });
    const repositories = products.map((product) => world.repository(product).url);
    // Mirrors are made, and heads of the start built, before anything is timed.
    await world.deliver(bot.url, products);
    await chain.ask('chains', { repositories });
    note(`${rounds} rounds of ${count} pushes at once`);
    const measured = await inRounds(rounds, {
      async slipway() {
        const shas = await Promise.all(products.map((product) => world.repository(product).push()));
        const before = world.slack.accepted.count;
        const begin = nowMs();
        await Promise.all(products.map((product, index) => world.tell(bot.url, product, shas[index] ?? '')));
        const end = await world.slack.accepted.reach(before + count, 300_000);
        return (count * 1_000) / (end - begin);
      },
      async baseline() {
        await Promise.all(products.map((product) => world.repository(product).push()));
        return (count * 1_000) / (await chain.ask('chains', { repositories }));
      },
    });
    await bot.stop();
    return [
      figure(
        {
          measurement: 'pipelines',
          tier: tier.name,
          what: `pipelines, ${count} products pushed to at once`,
          unit: 'a second',
        },
        measured.slipway,
        { what: BARE, rounds: measured.baseline },
        { of: 'ratio', bound: 'at least', limit: 0.5 },
      ),
    ];
  } finally {
    await chain.stop();
    await world.close();
  }
};

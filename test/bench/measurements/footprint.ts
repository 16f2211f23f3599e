import type { Bench, Measurement } from '../bench.ts';
import { delay, nowMs } from '../figures/clock.ts';
import { type Figure, figure } from '../figures/report.ts';
import { SIGNING_SECRET } from '../names.ts';
import { startProgram } from '../program.ts';
import { memoryOf, type Role } from '../world/bot.ts';
import { openWorld, type World } from '../world/world.ts';

const RELEASES = 1_000;
const QUICK_RELEASES = 4;
const PRODUCTS = 50;

/** What a process still has to do after it says that it is ready, and after the last release. */
const SETTLE_MS = 3_000;

/** MB of `all` after a thousand releases. */
const MEMORY_LIMIT = { services: 200, embedded: 300 };

const BARE = 'the bare Bolt app';

/** One command a stage: a thousand releases should not take all day. */
const SHAPE = {
  build: { run: 'true' },
  environments: [{ name: 'integration', mode: 'continuous', deploy: { run: 'true' } }],
};

type BoltQuestions = {
  open: { argument: { signingSecret: string }; answer: { url: string } };
};

/** How long each role takes to start, and what memory it needs, then and after a thousand releases. */
export const footprint: Measurement = async (bench) => {
  const { tier, quick } = bench;
  const count = quick ? 2 : PRODUCTS;
  const products = Array.from({ length: count }, (_, index) => `product-${index + 1}`);
  const world = await openWorld(tier, Object.fromEntries(products.map((name) => [name, SHAPE])));
  try {
    const roles: Role[] = tier.name === 'embedded' ? ['all'] : ['all', 'bot', 'worker'];
    const figures: Figure[] = [];
    // The first start looks at every branch and builds its head; the others start as they do every day.
    const first = await world.start();
    await world.deliver(first.url, products);
    await first.stop();
    for (const role of roles) figures.push(...(await starts(bench, world, role)));
    figures.push(...(await afterReleases(bench, world, products)));
    return figures;
  } finally {
    await world.close();
  }
};

async function starts({ tier, rounds, note }: Bench, world: World, role: Role): Promise<Figure[]> {
  note(`${rounds} starts of ${role}`);
  const slipway: { startMs: number; memory: number }[] = [];
  const bare: { startMs: number; memory: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await startBare());
    const bot = await world.start(role);
    await delay(SETTLE_MS);
    slipway.push({ startMs: bot.startMs, memory: (await bot.memory()).now });
    await bot.stop();
  }
  const about = { measurement: 'footprint', tier: tier.name };
  const baseline = (of: (start: { startMs: number; memory: number }) => number) => ({
    what: BARE,
    rounds: bare.map(of),
  });
  const startMs = (start: { startMs: number }) => start.startMs;
  const memory = (start: { memory: number }) => start.memory;
  return [
    figure(
      { ...about, what: `start of ${role}, until ready`, unit: 'ms' },
      slipway.map(startMs),
      baseline(startMs),
    ),
    figure(
      { ...about, what: `memory of ${role}, idle after its start`, unit: 'MB' },
      slipway.map(memory),
      baseline(memory),
    ),
  ];
}

async function startBare(): Promise<{ startMs: number; memory: number }> {
  const begin = nowMs();
  const bolt = startProgram<BoltQuestions>('bolt.js');
  await bolt.ask('open', { signingSecret: SIGNING_SECRET });
  const startMs = nowMs() - begin;
  await delay(SETTLE_MS);
  const memory = (await memoryOf(bolt.pid)).now;
  await bolt.stop();
  return { startMs, memory };
}

async function afterReleases(bench: Bench, world: World, products: string[]): Promise<Figure[]> {
  const { tier, quick, note } = bench;
  const releases = quick ? QUICK_RELEASES : RELEASES;
  const bot = await world.start();
  for (let done = 0; done < releases; done += products.length) {
    note(`${done} of ${releases} releases`);
    await world.deliver(bot.url, products);
  }
  await delay(SETTLE_MS);
  const { now, peak } = await bot.memory();
  await bot.stop();
  const about = { measurement: 'footprint', tier: tier.name, unit: 'MB' } as const;
  const limit = MEMORY_LIMIT[tier.name];
  return [
    figure({ ...about, what: `memory of all after ${releases} releases` }, [now], null, {
      of: 'value',
      bound: 'at most',
      limit,
    }),
    figure({ ...about, what: `the most memory of all during ${releases} releases` }, [peak]),
  ];
}

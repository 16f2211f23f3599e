import { inRounds, type Measurement } from '../bench.ts';
import { figure } from '../figures/report.ts';
import { median } from '../figures/statistics.ts';
import { OTHER_USER } from '../names.ts';
import type { BotProcess } from '../world/bot.ts';
import type { Endpoint } from '../world/load.ts';
import { addPast } from '../world/past.ts';
import { withStore } from '../world/store.ts';
import { openWorld, type World } from '../world/world.ts';

const FEW = 100;
const MANY = 100_000;
const QUICK_MANY = 200;

const ENVIRONMENT = 'shop/prod';

/** DESIGN §4: an environment's document stays below this whatever its history. */
const DOCUMENT_KB = 64;

const SHAPE = {
  build: { run: 'true' },
  environments: [
    { name: 'integration', mode: 'continuous', deploy: { run: 'true' } },
    { name: 'prod', mode: 'approval', deploy: { run: 'true' }, approvals: { required: 0 } },
  ],
};

interface Side {
  world: World;
  bot: BotProcess;
  endpoint: Endpoint;
}

/** The same question, and the same decision, in an environment with a short and with a long past. */
export const history: Measurement = async (bench) => {
  const many = bench.quick ? QUICK_MANY : MANY;
  const questions = bench.quick ? 2 : 30;
  const worlds: World[] = [];
  try {
    const sides: Side[] = [];
    for (const count of [FEW, many]) {
      bench.note(`an environment with ${count} ended releases`);
      const world = await openWorld(bench.tier, { shop: SHAPE });
      worlds.push(world);
      sides.push(await withPast(world, count));
    }
    const [few, long] = sides;
    if (!few || !long) throw new TypeError('there are two');
    bench.note(`${bench.rounds} rounds of ${questions} questions and decisions`);
    const asking = async ({ world, endpoint }: Side) => {
      const status: number[] = [];
      const decision: number[] = [];
      for (let index = 0; index < questions; index += 1) {
        status.push((await world.ask(endpoint, 'status')).answeredMs);
        const prepared = await expecting(world, endpoint, 'prepare prod', 'is prepared');
        const rejected = await expecting(
          world,
          endpoint,
          'reject prod not this one',
          'You rejected',
          OTHER_USER,
        );
        decision.push((prepared + rejected) / 2);
      }
      return { status: median(status), decision: median(decision) };
    };
    // Both once, so that no round measures the compiler.
    for (const side of sides) await asking(side);
    const measured = await inRounds(bench.rounds, {
      slipway: () => asking(long),
      baseline: () => asking(few),
    });
    for (const { bot } of sides) await bot.stop();
    const about = { measurement: 'history', tier: bench.tier.name, unit: 'ms' } as const;
    const baseline = (of: (round: { status: number; decision: number }) => number) => ({
      what: `with ${FEW}`,
      rounds: measured.baseline.map(of),
    });
    const target = { of: 'ratio', bound: 'at most', limit: 1.2 } as const;
    const past = `with ${many} ended releases`;
    return [
      figure(
        { ...about, what: `/release status, answered, ${past}` },
        measured.slipway.map(({ status }) => status),
        baseline(({ status }) => status),
        target,
      ),
      figure(
        { ...about, what: `a decision, answered, ${past}` },
        measured.slipway.map(({ decision }) => decision),
        baseline(({ decision }) => decision),
        target,
      ),
      figure(
        { ...about, what: `document of the environment, ${past}`, unit: 'KB' },
        [await documentKb(long.world)],
        { what: `with ${FEW}`, rounds: [await documentKb(few.world)] },
        { of: 'value', bound: 'at most', limit: DOCUMENT_KB },
      ),
    ];
  } finally {
    for (const world of worlds) await world.close();
  }
};

/** One commit is accepted in prod, many more are said to have been before, and another waits for a decision. */
async function withPast(world: World, count: number): Promise<Side> {
  const first = await world.start();
  const to = world.endpoint(first.url);
  await world.deliver(first.url, ['shop']);
  for (let release = 1; release <= 2; release += 1) {
    const accepted = world.slack.accepted.count;
    await expecting(world, to, 'promote integration', 'is prepared');
    // It has begun when it is answered, or will at once.
    await expecting(world, to, 'deploy prod', 'You ');
    const testing = `${ENVIRONMENT}#${release} Testing:`;
    await world.slack.cards.first(({ text }) => text.startsWith(testing), 60_000);
    await expecting(world, to, 'accept prod', 'You accepted', OTHER_USER);
    await world.slack.accepted.reach(accepted + 1, 60_000);
    await world.deliver(first.url, ['shop']);
  }
  await first.stop();
  await withStore(world.place, (store) => addPast(store, ENVIRONMENT, count));
  const bot = await world.start();
  return { world, bot, endpoint: world.endpoint(bot.url) };
}

/** Milliseconds until the answer; an answer that does not say `says` is a fault of the benchmark. */
async function expecting(
  world: World,
  to: Endpoint,
  text: string,
  says: string,
  user?: string,
): Promise<number> {
  const answer = await world.ask(to, text, user);
  if (!answer.text.includes(says)) throw new Error(`/release ${text} was answered: ${answer.text}`);
  return answer.answeredMs;
}

async function documentKb(world: World): Promise<number> {
  return withStore(world.place, async (store) => {
    const environment = await store.load('environments', ENVIRONMENT);
    return Buffer.byteLength(JSON.stringify(environment)) / 1_024;
  });
}

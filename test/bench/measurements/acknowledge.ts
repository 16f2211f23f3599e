import { rm, writeFile } from 'node:fs/promises';
import { type Bench, inRounds, type Measurement } from '../bench.ts';
import { nowMs } from '../figures/clock.ts';
import { type Figure, figure, type Target } from '../figures/report.ts';
import { percentile } from '../figures/statistics.ts';
import { SIGNING_SECRET } from '../names.ts';
import { startProgram } from '../program.ts';
import { type Endpoint, paced, saturating, sendCommand } from '../world/load.ts';
import { openWorld, type World } from '../world/world.ts';

const PER_SECOND = 50;
const AT_ONCE = 16;
const ANSWERED_MS = 120_000;

/** What people type: reads, help, and now and then a decision, which is settled even if it is refused. */
const COMMANDS = ['status', 'status prod', 'status', 'help', 'status integration', 'approve prod#1'];

const BARE = 'a Bolt app that only acknowledges';

/** Computes for as long as somebody wants it to; a build at any other time ends at once. */
const BUSY_BUILD = `if [ -e "$BUSY" ]; then echo "busy $SLIPWAY_PRODUCT" > "$MARKS"; fi
while [ -e "$BUSY" ]; do i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; done`;

const SHAPE = {
  build: { run: BUSY_BUILD },
  environments: [
    { name: 'integration', mode: 'continuous', deploy: { run: 'true' } },
    { name: 'prod', mode: 'approval', deploy: { run: 'true' } },
  ],
};

interface Ends {
  slipway: Endpoint;
  baseline: Endpoint;
}

type BoltQuestions = {
  open: { argument: { signingSecret: string }; answer: { url: string } };
};

/** How soon Slack is answered, and how much of it at once, beside a Bolt app that does nothing else. */
export const acknowledge: Measurement = async (bench) => {
  // Two products, for two builds at once.
  const world = await openWorld(bench.tier, { shop: SHAPE, till: SHAPE });
  const bolt = startProgram<BoltQuestions>('bolt.js');
  try {
    const bot = await world.start();
    const { url } = await bolt.ask('open', { signingSecret: SIGNING_SECRET });
    const ends = { slipway: world.endpoint(bot.url), baseline: world.endpoint(url) };
    await world.deliver(bot.url, ['shop', 'till']);
    await world.ask(ends.slipway, 'promote integration');
    await warmUp(bench, world, ends);
    const alone = await latency(bench, ends, 'alone', { of: 'ratio', bound: 'at most', limit: 1.5 });
    const most = await throughput(bench, ends, world);
    const building = await whileTwoBuild(bench, world, bot.url, ends);
    await bot.stop();
    return [...alone, ...most, ...building];
  } finally {
    await bolt.stop();
    await world.close();
  }
};

/** So that no round measures the compiler. */
async function warmUp(bench: Bench, world: World, ends: Ends): Promise<void> {
  const load = { count: bench.quick ? 20 : 400, atOnce: 4 };
  await saturating(load, (index) => sendCommand(ends.baseline, commandOf(index)));
  await saturating(load, (index) => world.ask(ends.slipway, commandOf(index)));
}

async function latency(bench: Bench, ends: Ends, when: string, p99: Target): Promise<Figure[]> {
  const count = bench.quick ? 20 : 500;
  bench.note(`${bench.rounds} rounds of ${count} commands at ${PER_SECOND} a second, ${when}`);
  const side = (to: Endpoint) => async (round: number) => {
    const load = { count, perSecond: PER_SECOND, seed: round };
    const sent = await paced(load, (index) => sendCommand(to, commandOf(index)));
    return sent.map(({ acknowledgedMs }) => acknowledgedMs);
  };
  const measured = await inRounds(bench.rounds, {
    slipway: side(ends.slipway),
    baseline: side(ends.baseline),
  });
  return [
    { name: 'p50', share: 0.5, target: null },
    { name: 'p99', share: 0.99, target: p99 },
  ].map(({ name, share, target }) => {
    const of = (rounds: number[][]) => rounds.map((latencies) => percentile(latencies, share));
    return figure(
      {
        measurement: 'acknowledge',
        tier: bench.tier.name,
        what: `acknowledgement ${name} at ${PER_SECOND} commands a second, ${when}`,
        unit: 'ms',
      },
      of(measured.slipway),
      { what: BARE, rounds: of(measured.baseline) },
      target,
    );
  });
}

async function throughput(bench: Bench, ends: Ends, world: World): Promise<Figure[]> {
  const count = bench.quick ? 30 : 500;
  bench.note(`${bench.rounds} rounds of ${count} commands, ${AT_ONCE} at once`);
  const load = { count, atOnce: AT_ONCE };
  const measured = await inRounds(bench.rounds, {
    async baseline() {
      const begin = nowMs();
      await saturating(load, (index) => sendCommand(ends.baseline, commandOf(index)));
      return (count * 1_000) / (nowMs() - begin);
    },
    // Acknowledged is not done: its commands count when they are answered.
    async slipway() {
      const before = world.slack.answers.count;
      const begin = nowMs();
      await saturating(load, (index) => sendCommand(ends.slipway, commandOf(index)));
      const end = await world.slack.answers.reach(before + count, ANSWERED_MS);
      return (count * 1_000) / (end - begin);
    },
  });
  return [
    figure(
      {
        measurement: 'acknowledge',
        tier: bench.tier.name,
        what: `commands answered, ${AT_ONCE} at once`,
        unit: 'a second',
      },
      measured.slipway,
      { what: BARE, rounds: measured.baseline },
    ),
  ];
}

async function whileTwoBuild(bench: Bench, world: World, botUrl: string, ends: Ends): Promise<Figure[]> {
  await writeFile(world.busyFile, '');
  const products = ['shop', 'till'];
  const ended = world.deliver(botUrl, products);
  try {
    await Promise.all(products.map((product) => world.marks.heard(`busy ${product}`)));
    return await latency(bench, ends, 'while two builds saturate both cores', {
      of: 'value',
      bound: 'at most',
      limit: 1_000,
    });
  } finally {
    await rm(world.busyFile);
    await ended;
  }
}

function commandOf(index: number): string {
  return COMMANDS[index % COMMANDS.length] ?? '';
}

import { join } from 'node:path';
import { inRounds, type Measurement } from '../bench.ts';
import { nowMs } from '../figures/clock.ts';
import { figure } from '../figures/report.ts';
import { median } from '../figures/statistics.ts';
import { startProgram } from '../program.ts';
import type { ChainQuestions } from '../programs/chain.ts';
import { openWorld } from '../world/world.ts';

const BARE = 'BullMQ alone, add to handler';
const BARE_COMMAND = 'BullMQ alone, add to the same command in the same tree';

const SHAPE = {
  build: { run: 'echo "build $SLIPWAY_COMMIT" > "$MARKS"' },
  environments: [{ name: 'integration', mode: 'continuous', deploy: { run: 'true' } }],
};

/** From a push's webhook to the first act of its build command, one push after the other. */
export const start: Measurement = async ({ tier, rounds, quick, note }) => {
  const pushes = quick ? 3 : 20;
  const world = await openWorld(tier, { shop: SHAPE });
  const chain = startProgram<ChainQuestions>('chain.ts');
  try {
    const bot = await world.start();
    await world.deliver(bot.url, ['shop']);
    await chain.ask('open', { redisUrl: tier.redisUrl(), directory: join(world.directory, 'bare') });
    const { url: repository, push } = world.repository('shop');
    note(`${rounds} rounds of ${pushes} pushes, one after the other`);

    // The fetch is not Slipway's to speed up, so it does not count: the same one was timed a moment before.
    const webhookToBuild = async (sha: string, fetchMs: number) => {
      const accepted = world.slack.accepted.count + 1;
      const sentAt = nowMs();
      await world.tell(bot.url, 'shop', sha);
      const builtAt = await world.marks.heard(`build ${sha}`);
      await world.slack.accepted.reach(accepted, 60_000);
      return builtAt - sentAt - fetchMs;
    };
    const addToCommand = async (sha: string) => {
      const command = `echo "bare ${sha}" > ${world.marks.path}`;
      const addedAt = await chain.ask('addToCommand', { repository, sha, command });
      return (await world.marks.heard(`bare ${sha}`)) - addedAt;
    };
    const measured = await inRounds(rounds, {
      async slipway() {
        const taken: { slipway: number; command: number }[] = [];
        for (let index = 0; index < pushes; index += 1) {
          const sha = await push();
          const begin = nowMs();
          await chain.ask('fetch', { repository });
          const fetchMs = nowMs() - begin;
          taken.push({ command: await addToCommand(sha), slipway: await webhookToBuild(sha, fetchMs) });
        }
        return {
          handler: 0,
          command: median(taken.map(({ command }) => command)),
          slipway: median(taken.map(({ slipway }) => slipway)),
        };
      },
      async baseline() {
        const taken = await chain.ask('addToStart', { count: pushes * 5 });
        return { handler: median(taken), command: 0, slipway: 0 };
      },
    });
    await bot.stop();
    const about = { measurement: 'start', tier: tier.name, unit: 'ms' } as const;
    const slipway = measured.slipway.map((round) => round.slipway);
    const what = 'webhook to build start, fetch not counted';
    return [
      figure(
        { ...about, what },
        slipway,
        { what: BARE, rounds: measured.baseline.map(({ handler }) => handler) },
        { of: 'ratio', bound: 'at most', limit: 3 },
      ),
      figure({ ...about, what: `${what}, processes counted on both sides` }, slipway, {
        what: BARE_COMMAND,
        rounds: measured.slipway.map(({ command }) => command),
      }),
    ];
  } finally {
    await chain.stop();
    await world.close();
  }
};

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { deployToProd } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import { card, MO, openWorld, productOf, push, typed, type World } from '../../support/world.ts';

describeStory('while the only build and the only deploy hang', (tier) => {
  let world: World;
  let bot: Running;
  const at = (name: string) => join(world.scratch, name);

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
    const ledger = `echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"`;
    const hang = (file: string) => `while [ -e ${at(file)} ]; do sleep 0.1; done`;
    const deploy = `echo "begin" >> "$LEDGER"; [ "$SLIPWAY_ENVIRONMENT" = prod ] || ${hang('hold')}; ${ledger}`;
    const product = productOf(
      world,
      [
        { name: 'integration', mode: 'continuous', deploy },
        { name: 'prod', mode: 'approval', deploy },
      ],
      { run: `${hang('hold-builds')}; echo built >> "$LEDGER"` },
    );
    bot = await startBot(world, product, { atATime: { builds: 1, deploys: 1 } });
  }, 60_000);

  afterAll(async () => {
    await rm(at('hold'), { force: true });
    await rm(at('hold-builds'), { force: true });
    await bot.stop();
    await world.close();
  });

  test('a rollback of prod still begins and ends', async () => {
    const good = world.repository.head();
    for (const text of ['good', 'bad']) {
      const { short } = text === 'good' ? { short: good.slice(0, 7) } : await push(world, bot.url, text);
      await deployToProd(world, short);
      await card(world, `Test ${short} in shop/prod`, 'Testing');
      await typed(world, MO, 'accept prod');
      await card(world, `${short} accepted in shop/prod`);
    }
    await writeFile(at('hold'), '');
    const { short: stuck } = await push(world, bot.url, 'stuck');
    await card(world, `Deploying ${stuck} to shop/integration`);
    await writeFile(at('hold-builds'), '');
    const { short: building } = await push(world, bot.url, 'builds for ever');
    await card(world, `Building ${building}`, 'step: build');
    await typed(world, MO, 'rollback prod bad checkout');
    await card(world, `shop/prod is back on ${good.slice(0, 7)}`);
    expect((await world.ledger()).at(-1)).toBe(`prod ${good}`);
    await rm(at('hold-builds'));
    await rm(at('hold'));
    await until('what hung goes on', async () =>
      (await world.ledger()).some((line) => line.startsWith('integration') && !line.endsWith(good)),
    );
  }, 120_000);
});

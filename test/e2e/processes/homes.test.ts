import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { deployToProd } from '../../support/story.ts';
import { card, openWorld, productOf, type World } from '../../support/world.ts';

/** A build of whatever is pushed writes what programs run; who deploys to production runs none of it. */
describe('what a build leaves in its home', () => {
  let world: World;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld();
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    const look = 'git deploy-it 2>/dev/null || echo clean';
    const noted = (environment: string) =>
      `echo "${environment} $HOME $(${look})" >> "$LEDGER"; echo kept >> "$HOME/kept"`;
    bot = await startBot(
      world,
      productOf(
        world,
        [
          { name: 'integration', mode: 'continuous', deploy: noted('integration') },
          {
            name: 'prod',
            mode: 'approval',
            deploy: noted('prod'),
            verify: 'test "$(cat "$HOME/kept")" = kept',
          },
        ],
        { run: `git config --global alias.deploy-it '!echo taken'` },
      ),
    );
    await deployToProd(world, world.repository.head().slice(0, 7));
    await card(world, 'in shop/prod', 'Testing');
  }, 90_000);
  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('is there for continuous environments, but not where people approve', async () => {
    const homes = join(world.dataDirectory, 'homes');
    expect((await readFile(world.ledgerFile, 'utf8')).trim().split('\n')).toEqual([
      `integration ${join(homes, 'shop')} taken`,
      `prod ${join(homes, 'shop@prod')} clean`,
    ]);
  });
});

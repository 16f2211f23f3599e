import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { PROJECT } from '../../support/forges/world.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { ADA, card, openWorld, productOf, sendPush, typed, type World } from '../../support/world.ts';

describeStory('a pull request that is merged', (tier) => {
  let world: World;
  let github: GitHubWorld;
  let bot: Running;

  beforeAll(async () => {
    world = await openWorld(tier);
    github = await githubWorld('classic');
    world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
    const { name, kind } = github.settings;
    const product = productOf(world, [{ name: 'integration', mode: 'continuous' }]);
    const tickets = { pattern: 'SHOP-[0-9]+', url: 'https://tickets.example/{key}' };
    bot = await startBot(
      world,
      { ...product, forge: { name, kind, project: PROJECT }, tickets },
      { forges: [github.settings] },
    );
    await card(world, 'Accepted');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await github.close();
    await world.close();
  });

  test('is shown by its title on the card, and by where', async () => {
    const sha = world.repository.commit({ 'app.txt': 'two' }, 'Merge pull request #14 from acme/voucher');
    github.state.came.set(sha, { number: 14, title: 'SHOP-7 Show *voucher* <field>' });
    world.repository.push();
    await sendPush(bot.url, world, sha);
    const shown = await card(world, 'Accepted', 'SHOP-7 Show *voucher* <field> (#14)');
    const drawn = JSON.stringify(shown.blocks);
    expect(drawn).toContain(`"url":"${github.server.origin}/${PROJECT}/pull/14"`);
    expect(drawn).toContain('"url":"https://tickets.example/SHOP-7"');
    expect(await typed(world, ADA, `where ${sha}`)).toContain('SHOP-7 Show *voucher* <field> (#14)');
  });
});

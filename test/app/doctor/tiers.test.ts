import { examine } from '../../../src/app/doctor/doctor.ts';
import { startBot } from '../../support/bot.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { BOT_TOKEN, OVER_HTTP, openWorld, productOf, SIGNING_SECRET } from '../../support/world.ts';
import { filledRepository, toldOf, wrongIn } from './support.ts';

describeTiers('a bot that runs', (tier) => {
  test('is well, and is asked itself where it has the store open', async () => {
    const repository = filledRepository();
    const world = await openWorld(tier, undefined, OVER_HTTP);
    const product = {
      ...productOf(world, [{ name: 'prod', mode: 'continuous' }]),
      repository: repository.url,
    };
    const bot = await startBot(world, product);
    const ask = () =>
      examine({
        settings: { products: [product], isolation: 'none' },
        environment: {
          slack: { botToken: BOT_TOKEN, signingSecret: SIGNING_SECRET, apiUrl: world.sandbox.apiUrl },
          services: world.services,
          dataDirectory: world.dataDirectory,
          port: Number(new URL(bot.url).port),
          logLevel: 'silent',
        },
        role: 'all',
        now: Date.now,
      });
    const findings = await ask();
    expect(wrongIn(findings)).toEqual([]);
    const whats = findings.map(({ what }) => what);
    if (tier === 'embedded') {
      expect(toldOf(findings, 'store in DATA_DIR')).toEqual([
        expect.stringContaining(`process ${process.pid} has it open`),
      ]);
      expect(toldOf(findings, 'bot')).toEqual([expect.stringMatching(/^ok: is ready/)]);
    } else {
      expect(whats.filter((what) => /^MongoDB|^Redis/.test(what))).toHaveLength(4);
      expect(whats).toContain('clock: MongoDB');
    }
    await bot.stop();
    await world.close();
    repository.cleanup();
  });
});

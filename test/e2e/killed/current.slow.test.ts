import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, card, openWorld, push, typed, wordsOf } from '../../support/world.ts';

/** An environment that says which commit it runs; held, it does not answer. */
async function sayingEnvironment() {
  const it = { says: '', isHeld: false, asked: 0 };
  const server = createServer((_, response) => {
    it.asked += 1;
    if (it.isHeld) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ commit: it.says }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(it, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}

describeTiers('kill -9 while an environment is asked what runs', (tier) => {
  test('a drift has one message, whatever is killed, which is ended once', async () => {
    const world = await openWorld(tier);
    const environment = await sayingEnvironment();
    const { url } = environment;
    const place = await describeBot(world, [
      {
        name: 'integration',
        mode: 'continuous',
        deploy: { run: 'true' },
        current: { http: { url, field: 'commit' }, every: '30s' },
      },
    ]);
    let bot: BotProcess = await startProcess(world, place);
    const kill = async () => {
      await bot.end('SIGKILL');
      bot = await startProcess(world, place);
    };
    const drifts = () =>
      world.sandbox.messages(CHANNEL).filter((message) => /drift|runs what/.test(wordsOf(message)));
    // Somebody wants to know until it is asked: what was heard just now is good enough.
    const askedAgain = async () => {
      const { asked } = environment;
      while (environment.asked === asked) await typed(world, ADA, 'status shop');
    };
    try {
      const first = await push(world, bot.url, 'first');
      environment.says = first.sha;
      await card(world, `${first.short} accepted in shop/integration`);
      environment.isHeld = true;
      const second = await push(world, bot.url, 'second');
      await card(world, `${second.short} accepted in shop/integration`);
      const { asked } = environment;
      await until('it is being asked', () => environment.asked > asked, world.patienceMs);
      await kill();
      environment.isHeld = false;
      const told = await card(world, 'shop/integration has drifted', first.short);
      await kill();
      await askedAgain();
      expect(drifts().map(({ ts }) => ts)).toEqual([told.ts]);
      expect(await typed(world, ADA, 'status shop')).toContain('drifted');

      environment.isHeld = true;
      await askedAgain();
      await kill();
      environment.says = second.sha;
      environment.isHeld = false;
      await askedAgain();
      await card(world, 'shop/integration again runs what Slipway deployed');
      await kill();
      await askedAgain();
      expect(drifts().map(({ ts }) => ts)).toEqual([told.ts]);
      expect(wordsOf(drifts()[0]!)).not.toContain('has drifted');
    } finally {
      await bot.end('SIGKILL');
      environment.close();
      await world.close();
    }
  }, 300_000);
});

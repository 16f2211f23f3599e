import { readFile, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { openPodman } from '../../support/services/podman.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { card, openWorld, push } from '../../support/world.ts';
import { descendants, kill } from '../../torture/fleet/processes.ts';

const podman = openPodman();
afterAll(() => podman?.remove());

/** What is killed while a command runs in a container, and whether whoever is left removes it before the next start. */
const KILLS: [what: string, all: boolean, needsImage: boolean][] = [
  ['the bot', false, true],
  ['the bot, the guard and its watcher', true, true],
  ['the bot, the guard and its watcher, and no command names an image any more', true, false],
];

describeTiers('kill -9 while a command runs in a container', (tier) => {
  (podman === null ? test.skip.each(KILLS) : test.each(KILLS))(
    'of %s: it is removed, at the latest by the next start',
    async (_what, all, needsImage) => {
      const { image, bin, containers } = podman!;
      const world = await openWorld(tier);
      const deploy = { run: 'test -e /workspace/quick || sleep 300', image };
      const place = await describeBot(world, [{ name: 'integration', mode: 'continuous', deploy }]);
      place.env.PATH = `${bin}${delimiter}${place.env.PATH}`;
      const attempt = (number: number) => containers(`slipway.attempt=shop/integration/${number}`);
      let bot: BotProcess = await startProcess(world, place);
      try {
        const first = await push(world, bot.url, 'first');
        await until('the first deploy runs', () => attempt(1).length === 1, world.patienceMs);
        // Whoever starts a container leaves it to the engine, which is not among them.
        const left = all ? descendants(bot.pid).filter(({ what }) => what !== 'conmon') : [];
        await bot.end('SIGKILL');
        for (const known of left) kill(known, 'SIGKILL');
        if (all) expect(attempt(1)).toHaveLength(1);
        else await until('its guard removes it', () => attempt(1).length === 0, world.patienceMs);
        if (!needsImage) {
          const written = await readFile(place.config, 'utf8');
          await writeFile(place.config, written.replace(`image: ${image}`, ''));
        }
        bot = await startProcess(world, place);
        expect(containers()).toEqual([]);
        await card(world, `${first.short} to shop/integration`, 'nterrupted');
        if (!needsImage) return;
        world.repository.commit({ quick: '' }, 'quick');
        const second = await push(world, bot.url, 'second');
        await card(world, `${second.short} accepted in shop/integration`);
        expect(containers()).toEqual([]);
      } finally {
        await bot.end('SIGKILL');
        await world.close();
      }
    },
    180_000,
  );
});

import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { type Native, PROJECT } from '../../support/forges/world.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  openWorld,
  productOf,
  sendPush,
  typed,
  WEBHOOK_SECRET,
  type World,
  wordsOf,
} from '../../support/world.ts';

const done = (conclusion: string): Native => ({ status: 'completed', conclusion });

describeStory('a commit that CI builds', (tier) => {
  let world: World;
  let github: GitHubWorld;
  let bot: Running;
  let sha: string;
  let short: string;

  beforeAll(async () => {
    world = await openWorld(tier);
    github = await githubWorld('classic');
    sha = world.repository.commit({ 'app.txt': 'one' }, 'First');
    short = sha.slice(0, 7);
    world.repository.push();
    const product = productOf(world, [{ name: 'integration', mode: 'continuous' }], {
      run: null,
      test: null,
      checks: { names: ['test', 'build'], withinMs: 3_600_000 },
    });
    const { name, kind } = github.settings;
    bot = await startBot(
      world,
      { ...product, forge: { name, kind, project: PROJECT } },
      { forges: [github.settings] },
    );
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await github.close();
    await world.close();
  });

  /** CI reports to GitHub, and GitHub tells Slipway. */
  async function report(name: string, native: Native): Promise<void> {
    const running = github.state.runs.find((run) => run.name === name && run.status === 'in_progress');
    if (running) Object.assign(running, native);
    else github.report({ name, native, sha });
    const body = JSON.stringify({ check_run: { head_sha: sha }, repository: { full_name: PROJECT } });
    const answer = await fetch(`${bot.url}/hooks/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'check_run',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
      },
      body,
    });
    expect(answer.status).toBe(202);
  }

  const replies = () => world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs !== null);
  const reply = (words: string) =>
    until(
      () => `a reply that says ${words}; there are:\n${replies().map(wordsOf).join('\n')}`,
      () => replies().find((message) => wordsOf(message).includes(words)),
    );

  test('is awaited, and its card tells of each check as it comes', async () => {
    await sendPush(bot.url, world, sha);
    const first = await card(world, `Checks of ${short} for shop/integration`, '0 of 2 checks passed');
    expect(wordsOf(first)).toContain('test and build are not reported yet');
    await report('unit', done('success'));
    await card(world, 'test and build are not reported; names that are: unit');
    await report('test', { status: 'in_progress' });
    const running = await card(world, '⏳ test runs', 'build is not reported');
    expect(JSON.stringify(running.blocks)).toContain('/said/');
    await report('build', done('success'));
    await card(world, '1 of 2 checks passed', '✅ build passed');
    expect(await typed(world, ADA, `where ${short}`)).toContain('awaits its checks: 1 of 2 checks passed');
    expect(await typed(world, ADA, `rebuild ${short}`)).toContain('are still awaited');
    expect(await world.ledger()).toEqual([]);
  });

  test('that fails names the check, and can be run again from its card', async () => {
    await report('test', done('failure'));
    const failed = await card(world, `Build of ${short} for shop failed`, '❌ test failed');
    expect(wordsOf(failed)).toContain('❌ Failed: test failed. Nothing runs in integration yet.');
    expect(buttonsOf(failed)).toEqual(['Retry']);
    const told = await reply('failed: test failed');
    expect(wordsOf(told)).toMatch(/^The build of .{7}(, pushed by Lin,)? failed: test failed\.$/m);
    expect(await typed(world, ADA, `where ${short}`)).toContain('its build failed: test failed');
    await world.sandbox.click(ADA, failed.ts, { text: 'Retry' });
    await card(world, `Checks of ${short} for shop/integration`, '⏳ test runs');
    expect(github.reruns()).toBe(1);
  });

  test('that passes at last is told, and deployed as usual', async () => {
    await report('test', done('success'));
    await reply(`The checks of ${short} pass now`);
    const accepted = await card(world, `${short} accepted in shop/integration`);
    expect(wordsOf(accepted)).toContain('checks passed, deployed in');
    expect(await world.ledger()).toEqual([`integration ${sha}`]);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import type { GitRun } from '../../../src/flow/settings/steps.ts';
import { startBot } from '../../support/bot.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { card, openWorld, productOf, push, type World, wordsOf } from '../../support/world.ts';

const FILE = 'apps/integration/values.yaml';

describe('deploys by a push', () => {
  let world: World;
  let config: TemporaryRepository;
  let bot: Running;
  let first: string;

  beforeAll(async () => {
    world = await openWorld('embedded');
    config = temporaryRepository();
    config.commit({ [FILE]: 'image:\n  tag: none # by Slipway\n' }, 'First');
    config.push();
    first = world.repository.commit({ 'app.txt': 'first' }, 'Say hello');
    world.repository.push();
    const remote: GitRun = {
      system: 'git',
      repository: config.url,
      commitUrl: 'https://git.acme.dev/acme/config/commit/{sha}',
      branch: 'main',
      file: 'apps/{environment}/values.yaml',
      set: [{ path: ['image', 'tag'], value: '{commit}' }],
    };
    const product = productOf(world, [{ name: 'integration', mode: 'continuous' }]);
    const [lowest, ...others] = product.environments;
    const deploy = { remote, timeoutMs: 60_000 };
    bot = await startBot(world, { ...product, environments: [{ ...lowest, deploy }, ...others] });
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    config.cleanup();
    await world.close();
  });

  const there = (...args: string[]) =>
    execFileSync('git', ['--git-dir', config.url, ...args], { encoding: 'utf8' });

  test('are commits of Slipway, and what the host refuses is told with what to do', async () => {
    const done = await card(world, `${first.slice(0, 7)} accepted in shop/integration`);
    const pushed = there('rev-parse', 'main').trim();
    expect(wordsOf(done)).toContain(`/commit/${pushed}|pushed as ${pushed.slice(0, 7)}>`);
    expect(there('show', `main:${FILE}`)).toMatch(new RegExp(`^image:\n  tag: "?${first}"? # by Slipway\n$`));
    expect(there('log', '-1', '--format=%an', 'main')).toBe('Slipway\n');

    const hook = join(config.url, 'hooks', 'pre-receive');
    mkdirSync(join(hook, '..'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "main is protected" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const { short } = await push(world, bot.url, 'Say more');
    const refused = await card(world, short, 'refused the push to main', 'main is protected');
    expect(wordsOf(refused)).toContain('It was not started there.');
    expect(wordsOf(refused)).toContain('Let the login push there');

    rmSync(hook);
    const { short: next } = await push(world, bot.url, 'Say it again');
    await card(world, `${next} accepted in shop/integration`);
    expect(there('rev-list', '--count', 'main')).toBe('3\n');
  });
});

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type BotProcess, describeBot, spawnBot, startProcess } from '../support/process.ts';
import { until } from '../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  LIN,
  openWorld,
  sendPush,
  type World,
  wordsOf,
} from '../support/world.ts';

const LEDGER = 'echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"';

const integration = { name: 'integration', mode: 'continuous', deploy: { run: LEDGER } };

/** Says that it began, then would write a file a while later; the file `calm` makes it end at once. */
function slowDeploy(world: World): string {
  const at = (name: string) => join(world.dataDirectory, name);
  return [
    `echo $$ >> ${at('began')}`,
    `if [ -e ${at('calm')} ]; then ${LEDGER}; exit 0; fi`,
    `(sleep 3; touch ${at('orphan')}) & sleep 3; touch ${at('orphan')}`,
  ].join('\n');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('kill -9 at any moment', () => {
  let world: World;
  let bot: BotProcess;

  beforeEach(async () => {
    world = await openWorld();
  });

  afterEach(async () => {
    await bot.end('SIGKILL');
    await world.close();
  });

  function cardsOf(short: string) {
    return world.sandbox
      .messages(CHANNEL)
      .filter((message) => message.threadTs === null && wordsOf(message).includes(short));
  }

  function wordsOfCard(short: string): string {
    return cardsOf(short).map(wordsOf).join('\n');
  }

  function tsOfCard(short: string): string {
    return cardsOf(short).at(-1)?.ts ?? '';
  }

  async function push(text: string): Promise<string> {
    const sha = world.repository.commit({ 'app.txt': text }, text);
    world.repository.push();
    await sendPush(bot.url, world, sha);
    return sha;
  }

  /** Brings the head of the branch to the begin of its deploy in prod. */
  async function toProd(sha: string): Promise<void> {
    const short = sha.slice(0, 7);
    await card(world, `${short} accepted in shop/integration`);
    await world.sandbox.command(ADA, CHANNEL, '/release promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await world.sandbox.command(LIN, CHANNEL, '/release approve prod');
    await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await world.sandbox.command(ADA, CHANNEL, '/release deploy prod');
  }

  test('a running deploy is interrupted, its process is gone, and only a person runs it again', async () => {
    const deploy = { run: slowDeploy(world) };
    const place = await describeBot(world, [integration, { name: 'prod', mode: 'approval', deploy }]);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    const sha = world.repository.head();
    const short = sha.slice(0, 7);
    await toProd(sha);
    const began = join(world.dataDirectory, 'began');
    await until('the deploy runs', () => existsSync(began));
    const pid = Number((await readFile(began, 'utf8')).trim());
    await bot.end('SIGKILL');
    await until('the command is gone', () => !isAlive(pid));

    bot = await startProcess(world, place);
    const interrupted = await card(world, `Deploy of ${short} to shop/prod was interrupted`);
    expect(buttonsOf(interrupted)).toContain('Retry');
    expect((await readFile(began, 'utf8')).trim().split('\n')).toHaveLength(1);

    // Longer than the orphan would have slept: by now it would have written its file.
    const end = Date.now() + 3_500;
    await until('time for an orphan to show itself', () => Date.now() > end);
    expect(existsSync(join(world.dataDirectory, 'orphan'))).toBe(false);
    expect((await readFile(began, 'utf8')).trim().split('\n')).toHaveLength(1);

    await import('node:fs/promises').then(({ writeFile }) =>
      writeFile(join(world.dataDirectory, 'calm'), ''),
    );
    await world.sandbox.click(LIN, interrupted.ts, { text: 'Retry' });
    await card(world, `Test ${short} in shop/prod`);
    expect((await world.ledger()).filter((line) => line.startsWith('prod'))).toEqual([`prod ${sha}`]);
  }, 60_000);

  test('an idempotent deploy is tried again by itself', async () => {
    const deploy = { run: slowDeploy(world), idempotent: true };
    const place = await describeBot(world, [{ ...integration, deploy }]);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    const short = world.repository.head().slice(0, 7);
    const began = join(world.dataDirectory, 'began');
    await until('the deploy runs', () => existsSync(began));
    await bot.end('SIGKILL');
    await import('node:fs/promises').then(({ writeFile }) =>
      writeFile(join(world.dataDirectory, 'calm'), ''),
    );
    bot = await startProcess(world, place);
    await card(world, `${short} accepted in shop/integration`);
    expect(await world.ledger()).toEqual([`integration ${world.repository.head()}`]);
  }, 60_000);

  test('a build begins again, and its release follows', async () => {
    const flag = join(world.dataDirectory, 'calm');
    const began = join(world.dataDirectory, 'began');
    const run = `echo x >> ${began}; [ -e ${flag} ] || sleep 30`;
    const place = await describeBot(world, [integration], { run });
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    await until('the build runs', () => existsSync(began));
    await bot.end('SIGKILL');
    await writeFile(flag, '');
    bot = await startProcess(world, place);
    await card(world, `${world.repository.head().slice(0, 7)} accepted in shop/integration`);
  }, 60_000);

  test('killed at any moment of the story, it loses nothing and posts nothing twice', async () => {
    const place = await describeBot(world, [
      integration,
      { name: 'prod', mode: 'approval', deploy: { run: LEDGER } },
    ]);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    await card(world, 'accepted in shop/integration');
    // Seeded: the waits before each kill, in milliseconds.
    for (const wait of [10, 150, 320, 610, 930]) {
      const sha = await push(`after ${wait}`);
      const end = Date.now() + wait;
      await until('the moment of the kill', () => Date.now() > end);
      await bot.end('SIGKILL');
      bot = await startProcess(world, place);
      const short = sha.slice(0, 7);
      await until(
        () => `${short} to be accepted; its card says ${wordsOfCard(short)}`,
        async () => {
          const said = wordsOfCard(short);
          if (said.includes('was interrupted'))
            await world.sandbox.click(ADA, tsOfCard(short), { text: 'Retry' });
          return said.includes('accepted in shop/integration');
        },
        40_000,
      );
    }
    await toProd(world.repository.head());
    await card(world, 'in shop/prod', 'Testing');
    const marks = world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
    expect(new Set(marks).size).toBe(marks.length);
    expect((await world.ledger()).filter((line) => line.startsWith('prod'))).toHaveLength(1);
    expect((await world.ledger()).at(-2)).toBe(`integration ${world.repository.head()}`);
  }, 120_000);

  test('a second process is refused and names the owner; a killed owner leaves no lock', async () => {
    const place = await describeBot(world, [integration]);
    world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startProcess(world, place);
    const second = spawnBot(place);
    expect(await second.ended).toEqual([3, null]);
    expect(second.output()).toContain(String(bot.pid));
    await bot.end('SIGKILL');
    bot = await startProcess(world, place);
    expect(await bot.end('SIGTERM')).toEqual({ code: 0 });
  }, 60_000);
});

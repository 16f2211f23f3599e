import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  ALWAYS_FROZEN,
  buttonsOf,
  CHANNEL,
  card,
  clicked,
  dialog,
  glimpse,
  LIN,
  MO,
  marksOf,
  opens,
  openWorld,
  productOf,
  push,
  toldOnly,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('locks, pauses, overrides, hotfixes and adopting', (tier) => {
  let world: World;
  let bot: Running;

  /** The newest message to this person alone that says all of these. */
  const direct = (person: string, ...says: string[]) =>
    until(
      () =>
        `a direct message to ${person} that says ${says.join(' and ')}; there are:\n${world.sandbox.messages(person).map(wordsOf).join('\n\n')}`,
      () =>
        world.sandbox
          .messages(person)
          .findLast((message) => says.every((words) => wordsOf(message).includes(words))),
      world.patienceMs,
    );
  const reply = (...says: string[]) =>
    until(`a thread reply that says ${says.join(' and ')}`, () =>
      world.sandbox
        .messages(CHANNEL)
        .findLast(
          (message) => message.threadTs !== null && says.every((words) => wordsOf(message).includes(words)),
        ),
    );
  const ledger = async (environment: string) =>
    (await world.ledger()).filter((line) => line.startsWith(environment)).map((line) => line.split(' ')[1]);
  const submit = async (person: string, values: Record<string, Record<string, string>>) => {
    const { id } = await dialog(world, person);
    expect(await world.sandbox.submit(person, id, values)).toEqual({ ok: true });
  };
  /** A commit that is pushed, accepted in integration, promoted to prod and approved there. */
  const candidate = async (text: string) => {
    const { sha, short } = await push(world, bot.url, text);
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await typed(world, LIN, 'approve prod');
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    return { sha, short, ts: approved.ts };
  };

  beforeAll(async () => {
    world = await openWorld(tier);
    world.repository.commit({ 'app.txt': 'one' }, 'First');
    world.repository.push();
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval' },
        {
          name: 'vault',
          mode: 'approval',
          policy: { freeze: [ALWAYS_FROZEN] },
          people: { roles: { override: [MO], adopt: [ADA] } },
        },
        { name: 'attic', mode: 'approval', people: { roles: { adopt: [ADA] } } },
      ]),
    );
    await card(world, 'accepted in shop/integration');
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  test('a lock refuses deploys by others, until its owner unlocks on request', async () => {
    const { sha, short, ts } = await candidate('two');
    expect(await glimpse(world, LIN, 'lock prod')).toContain('Only you may deploy there');
    expect(await typed(world, LIN, 'lock prod database migration for 2 hurs')).toContain(
      'Refused: it is not clear whether "for 2 hurs" says when the lock ends.',
    );
    expect(await typed(world, LIN, 'lock prod database migration for 9999999d')).toContain(
      'is too far away: a lock lasts at most 90 days, or until somebody unlocks it.',
    );
    expect(await typed(world, LIN, 'lock prod database migration until today 00:00')).toContain(
      'Refused: "today 00:00" has already passed, by the clock of Asia/Tokyo.',
    );
    expect(await typed(world, LIN, 'lock vault “paper work” until tomorrow 9am please')).toMatch(
      /“paper work”, until .* \(\w{3} 09:00 by the clock of Asia\/Tokyo\)/,
    );
    expect(await typed(world, LIN, 'unlock vault')).toContain('shop/vault is unlocked.');
    expect(await typed(world, LIN, 'lock prod database migration for 2hrs.')).toContain(
      'shop/prod is locked: only you may deploy there. “database migration”, until',
    );
    const lock = await card(
      world,
      'shop/prod is locked by Lin',
      'Only Lin may deploy there. Waiting: prod#1',
    );
    expect(buttonsOf(lock)).toEqual(['Ask to Unlock', 'Unlock', 'Take Over']);
    const held = await card(world, `Deploy ${short} to shop/prod`, 'lock by Lin');
    expect(buttonsOf(held)).toContain('Ask to Unlock');
    expect(buttonsOf(held)).not.toContain('Deploy to prod');

    expect(await typed(world, ADA, 'deploy prod')).toContain('Refused: shop/prod is locked by Lin (since');
    const refusal = await toldOnly(world, ADA, 'prod#1 stays approved. Lin can unlock it, or wait until');
    expect(buttonsOf(refusal)).toEqual(['Ask to Unlock', 'Take Over']);
    expect(await typed(world, ADA, 'unlock prod')).toContain('Refused: the lock on shop/prod is Lin’s');
    expect(await clicked(world, ADA, refusal.ts, 'Ask to Unlock')).toContain('Asked Lin at');

    const asked = await direct(LIN, 'Ada asks you to unlock shop/prod: prod#1 is approved and waits');
    expect(buttonsOf(asked)).toEqual(['Unlock', 'Hand Over to Ada', 'Extend', 'Keep Lock']);
    await world.sandbox.click(LIN, asked.ts, { text: 'Extend' });
    await submit(LIN, { until: { until: '3600000' } });
    await world.sandbox.click(LIN, asked.ts, { text: 'Unlock' });
    expect(buttonsOf(await direct(LIN, 'You unlocked it at'))).toEqual([]);
    await direct(ADA, 'Lin unlocked shop/prod');
    await card(world, 'shop/prod is unlocked', 'Lin unlocked it at');
    await reply('prod#1 is approved and built');

    await world.sandbox.click(ADA, ts, { text: 'Deploy to prod' });
    await card(world, `Test ${short} in shop/prod`);
    expect(await ledger('prod')).toEqual([sha]);
    // A late click on a lock that has ended is answered.
    expect(await clicked(world, LIN, lock.ts, 'Unlock')).toContain('shop/prod is not locked');
    await typed(world, MO, 'accept prod');
    await card(world, `${short} accepted in shop/prod`);
  }, 90_000);

  test('a lock is taken over, kept and handed over, and the people concerned are notified', async () => {
    expect(await typed(world, MO, 'lock prod certificates')).toContain(
      '“certificates”, until somebody unlocks it.',
    );
    const lock = await card(world, 'shop/prod is locked by Mo');
    await world.sandbox.click(LIN, lock.ts, { text: 'Take Over' });
    await submit(LIN, { reason: { reason: 'rollback needed' } });
    await card(world, 'shop/prod is locked by Lin', 'rollback needed', 'taken over from Mo at');
    await reply('<@U0MO> Lin took over your lock on shop/prod.');
    expect(await glimpse(world, MO, 'takeover prod')).toContain('Locked by Lin: “rollback needed”');

    expect(await clicked(world, ADA, lock.ts, 'Ask to Unlock')).toContain('Asked Lin');
    await world.sandbox.click(LIN, (await direct(LIN, 'Ada asks', 'rollback needed')).ts, {
      text: 'Keep Lock',
    });
    await direct(ADA, 'Lin keeps the lock on shop/prod', 'rollback needed');
    expect(await clicked(world, ADA, lock.ts, 'Ask to Unlock')).toContain('Asked Lin');
    const again = await until('the question once more', () =>
      world.sandbox.messages(LIN).findLast((message) => buttonsOf(message).includes('Hand Over to Ada')),
    );
    await world.sandbox.click(LIN, again.ts, { text: 'Hand Over to Ada' });
    await card(world, 'shop/prod is locked by Ada', 'handed over by Lin');
    await reply('<@U0ADA> Lin handed the lock on shop/prod over to you.');
    expect(await typed(world, MO, 'locks')).toContain('shop/prod is locked by Ada (since');
    expect(await typed(world, ADA, 'unlock prod')).toContain('shop/prod is unlocked.');
    expect(await typed(world, MO, 'locks')).toContain('Nothing is locked or paused in shop');
  }, 90_000);

  test('a lock on all environments holds in each of them once it is confirmed', async () => {
    expect(await typed(world, MO, 'lock all quarter end')).toContain('All environments of shop are locked');
    const { sha, short } = await push(world, bot.url, 'locked out');
    await card(world, short, 'lock', 'Queued');
    const status = await typed(world, ADA, 'status');
    expect(status.match(/locked, with all environments, by Mo/g)).toHaveLength(4);
    expect(await typed(world, LIN, 'unlock all')).toContain('the lock on all environments of shop is Mo’s');
    expect(await ledger('integration')).not.toContain(sha);
    expect(await typed(world, MO, 'unlock all')).toContain('All environments of shop are unlocked');
    await card(world, `${short} accepted in shop/integration`);
  }, 90_000);

  test('a push is built but not deployed during a pause, and Resume deploys it', async () => {
    expect(await typed(world, LIN, 'pause prod flaky tests')).toContain(
      'prod is not a continuous environment',
    );
    expect(await typed(world, LIN, 'pause integration flaky tests')).toContain('is paused');
    const { sha, short } = await push(world, bot.url, 'while paused');
    await card(world, `Built, not deployed: ${short}`, 'paused by Lin', 'Resume deploys it.');
    const notice = await card(world, 'Continuous deployment to integration is paused by Lin', short);
    expect(await typed(world, ADA, 'status integration')).toContain(`would deploy ${short}`);
    expect(await ledger('integration')).not.toContain(sha);
    await world.sandbox.click(MO, notice.ts, { text: 'Resume' });
    await card(world, 'Continuous deployment to integration has resumed', 'Mo resumed it');
    await card(world, `${short} accepted in shop/integration`);
    expect(await ledger('integration')).toContain(sha);
  }, 90_000);

  test('a hotfix skips order, and the next candidate says that it would remove it', async () => {
    const { repository } = world;
    const base = await ledger('prod');
    repository.git('checkout', '--quiet', '-b', 'urgent', base.at(-1) ?? '');
    const sha = repository.commit({ 'fix.txt': 'fixed' }, 'Stop double charge');
    repository.git('push', '--quiet', 'origin', 'urgent');
    repository.git('checkout', '--quiet', 'main');
    const short = sha.slice(0, 7);
    await opens(world, LIN, `hotfix prod ${sha}`);
    await submit(LIN, { reason: { reason: 'double charge' } });
    await card(
      world,
      `Hotfix: deploy ${short} to shop/prod`,
      'double charge',
      'Skips order, soak and freeze. Not accepted in integration.',
    );
    await typed(world, ADA, 'promote integration');
    await card(world, `Hotfix: deploy ${short} to shop/prod`, 'Also there: prod#3');
    await typed(world, ADA, 'approve prod#2');
    await card(world, `Hotfix: deploy ${short} to shop/prod`, 'Approved');
    await typed(world, LIN, 'deploy prod#2');
    await card(world, `Test ${short} in shop/prod`);
    await typed(world, ADA, 'accept prod#2');
    await card(world, `${short} accepted in shop/prod`);
    await reply(`${short} is not in main: the next promotion to prod would remove it.`);
    await card(world, 'Removes 1 commit that prod runs now', 'Stop double charge', 'hotfix prod#2');
    await typed(world, ADA, 'cancel prod#3');
  }, 120_000);

  test('an override lets one release through a freeze, and is announced to everybody', async () => {
    expect(await typed(world, ADA, 'promote prod')).toContain('vault#1 is prepared');
    await typed(world, LIN, 'approve vault');
    await card(world, 'to shop/vault', 'Approved', 'freeze “Audit” until');
    expect(await typed(world, ADA, 'deploy vault')).toContain('Refused: shop/vault is frozen until');
    const refusal = await toldOnly(world, ADA, 'vault#1 stays approved.');
    expect(buttonsOf(refusal)).toEqual(['Override Freeze']);
    await world.sandbox.click(MO, (await card(world, 'to shop/vault', 'Approved')).ts, {
      text: 'Override Freeze',
    });
    await submit(MO, { reason: { reason: 'fix for the tax change' } });
    const told = await reply('Mo overrides the freeze “Audit” for vault#1: “fix for the tax change”');
    expect(told.broadcast).toBe(true);
    expect(await typed(world, MO, 'override vault#1 again')).toContain(
      'Refused: Mo already overrode the freeze',
    );
    await typed(world, ADA, 'deploy vault');
    await card(world, 'in shop/vault', 'Testing');
  }, 90_000);

  test('adopt records what already runs there', async () => {
    const [first, second] = await ledger('integration');
    expect(await glimpse(world, ADA, `adopt attic ${first}`)).toContain('shop/attic');
    expect(await typed(world, ADA, `adopt attic ${first} deployed by hand`)).toContain('Recorded: ');
    await card(world, `shop/attic runs ${first?.slice(0, 7)}, adopted as it was`, 'deployed by hand');
    expect(await ledger('attic')).not.toContain(first);
    const status = await typed(world, ADA, 'status attic');
    expect(status).toContain(`runs ${first?.slice(0, 7)}`);
    expect(status).toContain('adopted by Ada, never deployed there');
    // Rule 25: the next one takes it back.
    await typed(world, ADA, `adopt attic ${second} no, that one`);
    await card(world, `${first?.slice(0, 7)} accepted in shop/attic, revoked`, 'see attic#2');
    expect(await typed(world, ADA, `rollback attic to:${first} go there`)).toContain('was revoked');
    // Rule 29: nobody is named for prod. Rule 26: where Slipway has deployed it knows what runs.
    expect(await typed(world, ADA, `adopt prod ${first} by hand`)).toContain(
      'the configuration names nobody',
    );
    expect(await typed(world, ADA, `adopt vault ${first} by hand`)).toContain(
      'only what ran there before the first deploy can be adopted',
    );
  }, 60_000);

  test('redeploy deploys again what runs in a continuous environment', async () => {
    const [before] = (await ledger('integration')).slice(-1);
    const short = before?.slice(0, 7);
    expect(await typed(world, ADA, 'prepare integration')).toContain(
      `To deploy again what integration runs: \`/release redeploy shop/integration\``,
    );
    expect(await typed(world, ADA, 'redeploy integration 0000000 it drifted')).toContain('no commit');
    expect(await typed(world, ADA, 'redeploy integration it drifted')).toContain(
      `${short} will be deployed to shop/integration again: integration#`,
    );
    await card(world, `shop/integration runs ${short} again`, 'redeploy · requested by Ada');
    expect((await ledger('integration')).slice(-2)).toEqual([before, before]);
    expect(await typed(world, ADA, 'status integration')).toContain(`runs ${short}`);
  }, 60_000);

  test('nothing was posted twice', () => {
    const marks = [
      ...marksOf(world),
      ...[ADA, LIN]
        .flatMap((one) => world.sandbox.messages(one))
        .map((message) => JSON.stringify(message.metadata)),
    ];
    expect(marks.length).toBeGreaterThan(20);
    expect(new Set(marks).size).toBe(marks.length);
  });
});

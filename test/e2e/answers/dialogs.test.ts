import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { approvedForProd, deployToProd, withReason } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  closeDialogs,
  dialog,
  GUEST,
  LIN,
  MO,
  marksOf,
  openWorld,
  productOf,
  push,
  submitted,
  toldOnly,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describeStory('failed verifications, and input in dialogs', (tier) => {
  let world: World;
  let bot: Running;
  /** While it is there, every verification fails. */
  let broken: string;
  /** While it is there, no verification ends. */
  let slow: string;
  let first: string;

  beforeAll(async () => {
    world = await openWorld(tier);
    broken = join(world.scratch, 'broken');
    first = world.repository.commit({ 'app.txt': 'one' }, 'One').slice(0, 7);
    world.repository.push();
    slow = join(world.scratch, 'slow');
    const verify = `while [ -e ${slow} ]; do sleep 0.1; done; [ ! -e ${broken} ] || { echo "GET / is 500"; exit 2; }`;
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval', verify },
      ]),
    );
    await deployToProd(world, first);
    await card(world, `Test ${first} in shop/prod`);
    await typed(world, LIN, 'accept prod');
    await card(world, `${first} accepted in shop/prod`);
  }, 180_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  async function prodDeploys(): Promise<number> {
    return (await world.ledger()).filter((line) => line.startsWith('prod')).length;
  }

  test('Reject asks for a reason, and one rejection ends the release', async () => {
    const { short } = await push(world, bot.url, 'Two');
    await card(world, `${short} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    const prepared = await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await world.sandbox.click(GUEST, prepared.ts, { text: 'Reject' });
    await toldOnly(world, GUEST, 'Refused:');
    expect(world.sandbox.views(GUEST)).toEqual([]);
    await expect(withReason(world, LIN, prepared.ts, 'Reject', '   ')).rejects.toThrow('not valid');
    await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
    await withReason(world, LIN, prepared.ts, 'Reject', 'not *this* week');
    const rejected = await card(world, `Not deployed: ${short} to shop/prod`, 'Rejected by Lin');
    expect(wordsOf(rejected)).toContain('not *this* week');
    expect(buttonsOf(rejected)).toEqual(['Prepare Again']);
    await world.sandbox.click(LIN, prepared.ts, { text: 'Approve' });
    await toldOnly(world, LIN, 'Refused:');
    expect(await prodDeploys()).toBe(1);
  });

  test('Cancel of a waiting release takes an optional reason', async () => {
    const rejected = await card(world, 'Rejected by Lin');
    await world.sandbox.click(ADA, rejected.ts, { text: 'Prepare Again' });
    const prepared = await card(world, 'to shop/prod', 'Prepared');
    await withReason(world, ADA, prepared.ts, 'Cancel', 'too early');
    await card(world, 'Not deployed:', 'Cancelled by Ada', 'too early');
  });

  test('Retry Verification runs only the verification again', async () => {
    await writeFile(broken, '');
    const { short } = await push(world, bot.url, 'Three');
    await deployToProd(world, short);
    const failed = await card(world, `Verification of ${short} in shop/prod failed`, 'exit code 2');
    expect(wordsOf(failed)).toContain('GET / is 500');
    expect(buttonsOf(failed)).toEqual(['Retry Verification', 'Accept Anyway', 'Roll Back', 'Show Log']);
    await rm(broken);
    await world.sandbox.click(MO, failed.ts, { text: 'Retry Verification' });
    const testing = await card(world, `Test ${short} in shop/prod`);
    expect(await prodDeploys()).toBe(2);
    await withReason(world, LIN, testing.ts, 'Test Failed', 'the voucher field is gone');
    const faulty = await card(world, `${short} is faulty in shop/prod`, 'the voucher field is gone');
    expect(buttonsOf(faulty)).toContain('Roll Back');
  });

  test('Accept Anyway after a failed verification needs a reason', async () => {
    await writeFile(broken, '');
    const { short } = await push(world, bot.url, 'Four');
    await deployToProd(world, short);
    const failed = await card(world, `Verification of ${short} in shop/prod failed`);
    await expect(withReason(world, LIN, failed.ts, 'Accept Anyway', ' ')).rejects.toThrow('not valid');
    await card(world, `Verification of ${short} in shop/prod failed`);
    await withReason(world, LIN, failed.ts, 'Accept Anyway', 'the smoke test is wrong');
    const accepted = await card(world, `${short} accepted in shop/prod`, 'Accepted by Lin');
    expect(wordsOf(accepted)).toContain('the smoke test is wrong');
  });

  test('Roll Back offers accepted commits, and revokes the one it leaves', async () => {
    await rm(broken);
    const left = await card(world, 'accepted in shop/prod', 'the smoke test is wrong');
    await world.sandbox.click(MO, left.ts, { text: 'Roll Back' });
    const { id, words } = await dialog(world, MO);
    expect(words).toContain(`${first}, accepted`);
    const whole = world.repository.git('rev-parse', first);
    await world.sandbox.submit(MO, id, { reason: { reason: 'orders are lost' }, target: { target: whole } });
    await card(world, `shop/prod is back on ${first}`);
    await card(world, 'in shop/prod, revoked', 'revoked by Mo');
    expect((await world.ledger()).at(-1)).toBe(`prod ${whole}`);
    expect(await prodDeploys()).toBe(4);
  });

  test.each([
    ['not_found', null],
    ['hash_conflict', null],
    ['fatal_error', 'Slack did not fill the dialog'],
  ])('a dialog that cannot be filled, %s: who closed it is told nothing', async (error, words) => {
    const shown = await card(world, `shop/prod is back on ${first}`);
    const told = world.sandbox.ephemerals(MO).length;
    const before = world.sandbox.faults.callsOf('views.update').length;
    world.sandbox.faults.plan('views.update', { kind: 'error', error }, 1);
    await world.sandbox.click(MO, shown.ts, { text: 'Show Log' });
    await until('it was to be filled', () => world.sandbox.faults.callsOf('views.update').length > before);
    // Whoever asks next is answered after what was said before.
    await typed(world, MO, 'locks');
    const said = world.sandbox.ephemerals(MO).slice(told).map(wordsOf).join();
    if (words === null) expect(said).not.toContain('Errored');
    else await until('it is said', () => world.sandbox.ephemerals(MO).map(wordsOf).join().includes(words));
    closeDialogs(world, MO);
  });

  test('Cancel of what waited, sent after its deploy began, ends nothing and offers to end the deploy', async () => {
    const { short } = await push(world, bot.url, 'Four and a half');
    await approvedForProd(world, short);
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await world.sandbox.click(ADA, approved.ts, { text: 'Cancel' });
    const { id } = await dialog(world, ADA);
    await writeFile(slow, '');
    await typed(world, ADA, 'deploy prod');
    await card(world, `Verifying ${short} in shop/prod`);
    const refusal = await submitted(world, ADA, id, { reason: { reason: 'wrong commit' } });
    expect(refusal).toMatch(
      /Refused: the deploy of .*prod#\d+.* has begun .*It goes on.*You wrote.*wrong commit/s,
    );
    const shown = world.sandbox.views(ADA).find((open) => open.id === id);
    expect(buttonsOf({ blocks: shown?.view.blocks as unknown[] })).toEqual(['Cancel']);
    await rm(slow);
    await card(world, `Test ${short} in shop/prod`);
    await typed(world, LIN, 'accept prod');
    await card(world, `${short} accepted in shop/prod`);
  });

  test('a dialog sent twice is settled once', async () => {
    const { short } = await push(world, bot.url, 'Five');
    await approvedForProd(world, short);
    const approved = await card(world, `Deploy ${short} to shop/prod`, 'Approved');
    await world.sandbox.click(ADA, approved.ts, { text: 'Cancel' });
    const { id } = await dialog(world, ADA);
    const values = { reason: { reason: 'enough' } };
    await Promise.all([world.sandbox.submit(ADA, id, values), world.sandbox.submit(ADA, id, values)]);
    const cancelled = await card(world, `Not deployed: ${short} to shop/prod`, 'Cancelled by Ada');
    const says = () =>
      world.sandbox
        .messages(cancelled.channel)
        .filter((message) => message.threadTs === cancelled.ts)
        .filter((message) => wordsOf(message).includes('Ada cancelled'));
    await until('the thread tells', () => says().length > 0);
    const told = world.sandbox
      .ephemerals(ADA)
      .filter((message) => wordsOf(message).includes('not possible for'));
    expect(told).toEqual([]);
    expect(says()).toHaveLength(1);
    expect(new Set(marksOf(world)).size).toBe(marksOf(world).length);
  });
});

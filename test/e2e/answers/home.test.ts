import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  card,
  clickHome,
  GUEST,
  home,
  LIN,
  MO,
  openHome,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describe('the Home tab and direct messages', () => {
  let world: World;
  let bot: Running;
  let commit: { sha: string; short: string };

  const product = () =>
    productOf(world, [
      { name: 'integration', mode: 'continuous' },
      {
        name: 'prod',
        mode: 'approval',
        people: { rules: [{ required: 1, from: [LIN, MO] }], acceptFrom: [MO] },
      },
    ]);

  beforeAll(async () => {
    world = await openWorld('embedded', undefined, {
      people: [
        { id: ADA, name: 'Ada', email: 'ada@example.com' },
        { id: LIN, name: 'Lin' },
        { id: MO, name: 'Mo' },
        { id: GUEST, name: 'Gus', isRestricted: true },
      ],
    });
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
    bot = await startBot(world, product());
    commit = await push(world, bot.url, 'First');
    await card(world, `${commit.short} accepted in shop/integration`);
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  /** The newest direct message to this person that says all these texts. */
  const direct = (person: string, ...says: string[]) =>
    until(
      () => `a direct message to ${person} that says ${says.join(' and ')}`,
      () => directs(person).findLast((message) => says.every((words) => wordsOf(message).includes(words))),
      world.patienceMs,
    );

  const directs = (person: string) =>
    world.sandbox.messages(world.sandbox.workspace.channel(person)?.id ?? '');

  test('shows what runs where to members, and nothing to guests', async () => {
    await openHome(world, LIN, 'Waiting for you: nothing', '*shop*', `integration ${commit.short} since`);
    await openHome(world, GUEST, 'Slipway’s Home is for full members of this workspace.');
    expect((await home(world, GUEST)).words).not.toContain('shop');
  });

  test('an approval is asked in Home and by a direct message, and settled in both wherever it is given', async () => {
    await openHome(world, MO);
    await typed(world, ADA, `prepare prod ${commit.sha}`);
    await home(world, LIN, 'Waiting for you: 1', `Approve ${commit.short} for shop/prod?`);
    const asked = await direct(MO, `Approve the deploy of ${commit.short} to shop/prod?`);
    expect(buttonsOf(asked)).toEqual(expect.arrayContaining(['Approve', 'Reject']));
    expect(directs(ADA)).toEqual([]);
    await clickHome(world, LIN, { text: 'Approve' });
    await card(world, 'Approved', commit.short);
    await home(world, LIN, 'Waiting for you: nothing');
    const settled = await direct(MO, 'Settled: approved by Lin');
    expect([settled.ts, buttonsOf(settled)]).toEqual([asked.ts, ['Open Card']]);
    expect(directs(MO).length).toBe(1);
    await openHome(world, ADA, `Deploy ${commit.short} to shop/prod?`);
  });

  test('a switch decides who is told how a release ended, and survives a restart like the open tabs', async () => {
    await openHome(world, ADA, 'Tell me in a direct message when');
    await clickHome(world, ADA, { actionId: 'home_switches', value: ['ended', 'reached'] });
    await until('the switch is set', () =>
      JSON.stringify(world.sandbox.home(ADA)?.view).includes('home_switches:ended,reached"'),
    );
    await bot.stop();
    bot = await startBot(world, product());
    await clickHome(world, ADA, { text: 'Deploy to prod' });
    await home(world, MO, `Accept ${commit.short} in shop/prod?`);
    await clickHome(world, MO, { text: 'Accept' });
    await direct(ADA, `${commit.short} accepted in shop/prod`);
    expect(directs(MO).length).toBe(1);
  });

  test('an author is told once, and a click on what a tab showed before is answered in a dialog', async () => {
    const next = await push(world, bot.url, 'Second');
    await card(world, `${next.short} accepted in shop/integration`);
    await direct(ADA, 'Commits of yours reached shop/integration', next.short);
    await bot.stop();
    // Nothing redraws a tab that nobody uses.
    bot = await startBot(world, product(), { timing: { homeLookMs: 3_600_000 } });
    await typed(world, ADA, `prepare prod ${next.sha}`);
    await openHome(world, LIN, `Approve ${next.short} for shop/prod?`);
    await typed(world, MO, 'reject prod not now');
    await clickHome(world, LIN, { text: 'Approve' });
    const answer = await until('a dialog for Lin', () => world.sandbox.views(LIN).at(-1));
    expect(JSON.stringify(answer.view)).toContain('Refused: this is not possible for ');
    await home(world, LIN, 'Waiting for you: nothing');
    const told = directs(ADA).filter((message) => wordsOf(message).includes('Commits of yours'));
    expect(told.length).toBe(1);
  });
});

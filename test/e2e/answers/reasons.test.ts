import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { approvedForProd, deployToProd } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  ALWAYS_FROZEN,
  buttonsOf,
  CHANNEL,
  card,
  dialog,
  GUEST,
  LIN,
  MO,
  opens,
  openWorld,
  productOf,
  push,
  submitted,
  toldOnly,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

const WHY = { reason: { reason: 'vouchers charge <twice>' } };
const HOUR = 3_600_000;

describeStory('dialogs that ask for a reason', (tier) => {
  let world: World;
  let bot: Running;
  let first: string;
  let accepted: string;
  /** Short SHA of the release that waits in prod, prepared by Ada. */
  let waits: string;

  beforeAll(async () => {
    world = await openWorld(tier, undefined, {
      groups: [
        { id: 'S0OPS', handle: 'ops', name: 'Ops', members: [LIN, MO] },
        { id: 'S0DEPOT', handle: 'depot', name: 'Depot', members: [LIN] },
      ],
    });
    first = world.repository.commit({ 'app.txt': 'one' }, 'One');
    world.repository.push();
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'prod', mode: 'approval' },
        {
          name: 'vault',
          mode: 'approval',
          people: { roles: { lock: ['@ops'] } },
          policy: { freeze: [ALWAYS_FROZEN] },
        },
        { name: 'attic', mode: 'approval', people: { roles: { adopt: [ADA], lock: [ADA] } } },
        // Nobody but the test of what takes long asks who is in this group.
        { name: 'depot', mode: 'approval', people: { roles: { lock: ['@depot'] } } },
      ]),
    );
    const one = first.slice(0, 7);
    await deployToProd(world, one);
    await card(world, `Test ${one} in shop/prod`);
    await typed(world, LIN, 'accept prod');
    await card(world, `${one} accepted in shop/prod`);
    ({ short: accepted } = await push(world, bot.url, 'Two'));
    await deployToProd(world, accepted);
    await card(world, `Test ${accepted} in shop/prod`);
    await typed(world, LIN, 'accept prod');
    await card(world, `${accepted} accepted in shop/prod`);
    ({ short: waits } = await push(world, bot.url, 'Three'));
    await card(world, `${waits} accepted in shop/integration`);
    await typed(world, ADA, 'promote integration');
    await card(world, `Deploy ${waits} to shop/prod`, 'Prepared');
  }, 240_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const open = (person: string, id: string) => world.sandbox.views(person).find((view) => view.id === id);
  const wordsIn = (person: string, id: string) => JSON.stringify(open(person, id)?.view.blocks ?? []);
  /** What a submission that can be corrected says: at its input, or above the inputs if that took long. */
  const refusedIn = async (
    person: string,
    id: string,
    values: Record<string, Record<string, string | null>>,
  ): Promise<string> => {
    const sent = await world.sandbox.submit(person, id, values);
    if (!sent.ok) return JSON.stringify(sent.errors);
    return until('the dialog can be corrected', () => {
      const view = open(person, id)?.view;
      return view?.submit !== undefined && JSON.stringify(view.blocks);
    });
  };
  /** Submits a dialog that is done by it, at once or after a while. */
  const doneBy = async (
    person: string,
    id: string,
    values: Record<string, Record<string, string | null>>,
  ): Promise<void> => {
    expect(await world.sandbox.submit(person, id, values)).toEqual({ ok: true });
  };
  /** What a dialog that a command opened came to: told to that person alone, or shown by the dialog if it took long. */
  const confirmed = (person: string, id: string, says: string) =>
    until(`${person} is told: ${says}`, () =>
      [...world.sandbox.ephemerals(person).map(wordsOf), wordsIn(person, id)].some((words) =>
        words.includes(says),
      ),
    );
  /** The refusal of a typed command: to that person alone, or in a dialog that had to say "Loading" first. */
  const refusedAtOnce = async (person: string, text: string): Promise<string> => {
    world.sandbox.workspace.modals.clear(person);
    const before = world.sandbox.ephemerals(person).length;
    await world.sandbox.command(person, CHANNEL, `/release ${text}`);
    return until(`/release ${text} is refused`, () => {
      const told = world.sandbox.ephemerals(person)[before];
      const shown = JSON.stringify(world.sandbox.views(person).at(-1)?.view.blocks ?? '');
      return told ? wordsOf(told) : shown.includes('Refused') && shown;
    });
  };
  const isClosed = (person: string, id: string) =>
    until('the dialog is closed', () => open(person, id) === undefined);

  test.each([
    ['reject prod', LIN, 'Reject', () => [`${waits} to shop/prod`, 'One rejection ends it']],
    ['fail prod', LIN, 'Test Failed', () => [`${accepted} in shop/prod`, 'It keeps running there']],
    ['rollback prod', LIN, 'Roll Back', () => [`shop/prod is at ${accepted}`, 'undoes 1 commit', 'Two']],
    ['hotfix vault main', LIN, 'Hotfix', () => ['skips order, soak and freeze', 'main']],
    ['adopt attic main', ADA, 'Adopt', () => ['shop/attic', 'Nothing is deployed', 'main']],
    ['pause integration', LIN, 'Pause', () => ['shop/integration', 'until somebody resumes']],
    ['lock prod', LIN, 'Lock', () => ['Only you may deploy there', 'All environments']],
  ] as const)(
    '/release %s without a reason opens a dialog, which keeps what is wrong',
    async (text, who, title, says) => {
      const { id, words } = await opens(world, who, text);
      const view = open(who, id)?.view;
      expect(view).toMatchObject({ title: { text: title }, submit: { text: title } });
      const shown = `${words}\n${JSON.stringify(view?.blocks)}`;
      for (const each of says()) expect(shown).toContain(each);
      for (const reason of [null, '  ', 'x'.repeat(301)]) {
        const sent = await world.sandbox.submit(who, id, { reason: { reason } });
        expect(sent).toMatchObject({ ok: false, errors: { reason: expect.stringMatching(/reason|300/) } });
      }
      expect(open(who, id)).toBeDefined();
    },
  );

  test.each([
    ['a guest', GUEST, 'reject prod', 'Refused: only full members'],
    ['whoever prepared it', ADA, 'reject prod', 'so you cannot approve or reject it'],
    ['whoever may not', LIN, 'adopt attic main', 'Refused: only'],
    ['where nobody may', LIN, 'override prod', 'nobody can override a freeze of prod'],
    ['where nothing runs', LIN, 'rollback vault', 'Refused:'],
    ['where nothing is locked', LIN, 'takeover prod', 'not locked'],
    ['for a commit that does not exist', LIN, 'hotfix prod relase-1', 'no commit, tag or branch'],
    ['in an environment that asks for approvals', LIN, 'pause prod', 'not a continuous environment'],
  ])('what would be refused anyway opens no dialog: %s', async (_, who, text, says) => {
    expect(await refusedAtOnce(who, text)).toContain(says);
    expect(world.sandbox.views(who).filter(({ view }) => view.submit !== undefined)).toEqual([]);
  });

  test('of two people with the same dialog one acts, and the other is told and keeps the words', async () => {
    const lin = await opens(world, LIN, 'reject prod');
    const mo = await opens(world, MO, 'reject prod');
    // Sent twice at once, as by a double click, it is one.
    const twice = await Promise.all([
      world.sandbox.submit(LIN, lin.id, WHY),
      world.sandbox.submit(LIN, lin.id, WHY),
    ]);
    expect(twice.some(({ ok }) => ok)).toBe(true);
    await isClosed(LIN, lin.id);
    const rejected = await card(world, `Not deployed: ${waits} to shop/prod`, 'Rejected by Lin');
    expect(await submitted(world, MO, mo.id, { reason: { reason: 'not *this* week' } })).toMatch(
      /Refused: this is not possible for prod#3 now.*rejected by Lin.*You wrote, as reason:.*not \*this\* week/s,
    );
    const thread = () => world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs === rejected.ts);
    const told = () => thread().filter((message) => wordsOf(message).includes('rejected prod#3'));
    await until('the thread tells', () => told().length > 0);
    expect(told()).toHaveLength(1);
  });

  test('a dialog that another version drew is answered with words, and loses none', async () => {
    for (const damage of [
      (view: Record<string, unknown>) => {
        view.private_metadata = '{"v":9}';
      },
      (view: Record<string, unknown>) => {
        view.callback_id = 'of_tomorrow';
      },
    ]) {
      const { id } = await opens(world, LIN, 'pause integration');
      const shown = open(LIN, id);
      if (shown) damage(shown.view);
      expect(await submitted(world, LIN, id, WHY)).toMatch(
        /another version of Slipway opened this dialog.*You wrote, as reason:.*vouchers charge <twice>/s,
      );
    }
    expect(await typed(world, LIN, 'status integration')).not.toContain('paused');
  });

  test('a hotfix is asked for in its dialog: a wrong commit or place is said there', async () => {
    const { id } = await opens(world, LIN, 'hotfix prod main');
    const unknown = await refusedIn(LIN, id, { ...WHY, commit: { commit: 'mian' } });
    expect(unknown).toMatch(/no commit, tag or branch .*mian.*Did you mean the branch main/);
    const older = await refusedIn(LIN, id, { commit: { commit: first } });
    expect(older).toContain('prod runs');
    await doneBy(LIN, id, { commit: { commit: waits } });
    await card(world, `Hotfix: deploy ${waits} to shop/prod`, 'vouchers charge <twice>');
    await confirmed(LIN, id, 'is prepared');
    await typed(world, LIN, 'cancel prod#4');
    await card(world, `${waits} to shop/prod`, 'Cancelled by Lin');
  });

  test('a lock is asked for with its end; one that has passed or is too far is said there', async () => {
    const { id } = await opens(world, LIN, 'lock prod for 4h');
    expect(wordsIn(LIN, id)).toContain(`"initial_option":{"text":{"type":"plain_text","text":"For 4 hours"`);
    const at = (ms: number) => ({ at: { at: String(Math.floor((Date.now() + ms) / 1000)) } });
    for (const [ms, says] of [
      [-HOUR, 'has passed'],
      [91 * 24 * HOUR, 'within 90 days'],
    ] as const) {
      expect(await refusedIn(LIN, id, { ...WHY, ...at(ms) })).toContain(says);
    }
    const elsewhere = { ...at(30 * HOUR), place: { place: 'shop/attic' } };
    expect(await refusedIn(LIN, id, elsewhere)).toContain('Refused: only');
    await doneBy(LIN, id, { place: { place: 'shop/prod' } });
    await card(world, 'shop/prod is locked by Lin', 'vouchers charge <twice>');
    await confirmed(LIN, id, 'shop/prod is locked: only you may deploy there');
    expect(await typed(world, MO, 'deploy prod')).toContain('Refused:');
  });

  test('a lock is taken over by a typed command, and its owner is told', async () => {
    const { id, words } = await opens(world, MO, 'takeover prod');
    expect(words).toContain('Locked by Lin: “vouchers charge <twice>”');
    expect(
      await world.sandbox.submit(MO, id, { reason: { reason: 'rollback' }, until: { until: 'day' } }),
    ).toEqual({
      ok: true,
    });
    await card(world, 'shop/prod is locked by Mo', 'rollback', 'until', 'taken over from Lin');
    // Who may not take over is not offered it.
    const refused = await typed(world, ADA, 'unlock prod');
    expect(refused).toContain('Refused: the lock on shop/prod is Mo’s');
    await typed(world, MO, 'unlock prod');
    await typed(world, LIN, 'lock vault paper');
    await typed(world, ADA, 'unlock vault');
    const told = await toldOnly(world, ADA, 'Refused: the lock on shop/vault is Lin’s');
    expect(buttonsOf(told)).toEqual(['Ask to Unlock']);
    await typed(world, LIN, 'unlock vault');
  });

  test('what takes long is shown by the dialog afterwards, and who closes it is told', async () => {
    const { id } = await opens(world, LIN, 'lock prod');
    world.sandbox.faults.plan('usergroups.users.list', { kind: 'hang', ms: 2_500 });
    world.sandbox.faults.plan('usergroups.list', { kind: 'hang', ms: 2_500 });
    try {
      const values = { reason: { reason: 'late' }, place: { place: 'shop/depot' } };
      expect(await world.sandbox.submit(LIN, id, values)).toEqual({ ok: true });
      expect(wordsIn(LIN, id)).toContain('Working on it');
      await until('it is done', () => wordsIn(LIN, id).includes('shop/depot is locked: only you may deploy'));
    } finally {
      world.sandbox.faults.clear();
    }
    await typed(world, LIN, 'unlock depot');
  });

  test('a trigger that is over leaves a button that opens the dialog', async () => {
    world.sandbox.faults.plan('views.open', { kind: 'error', error: 'expired_trigger_id' }, 1);
    expect(await typed(world, LIN, 'pause integration')).toMatch(
      /Errored: Slipway was interrupted, or too slow.*\/release pause shop\/integration the reason/s,
    );
    const told = await toldOnly(world, LIN, 'too slow');
    expect(buttonsOf(told)).toEqual(['Give a Reason']);
    await world.sandbox.click(LIN, told.ts, { text: 'Give a Reason' });
    const { id } = await dialog(world, LIN);
    expect(await world.sandbox.submit(LIN, id, WHY)).toEqual({ ok: true });
    await card(world, 'Continuous deployment to integration is paused by Lin', 'vouchers charge <twice>');
    await typed(world, LIN, 'resume integration');
  });

  test('a mention cannot open a dialog: its answer has a button that does, and what would be refused has none', async () => {
    expect(world.sandbox.say(ADA, CHANNEL, '@Slipway adopt prod main')).toEqual({ ok: true });
    const refused = await toldOnly(world, ADA, 'Refused: nobody can adopt');
    expect(buttonsOf(refused)).not.toContain('Give a Reason');
    expect(world.sandbox.say(MO, CHANNEL, '@Slipway pause integration')).toEqual({ ok: true });
    const told = await toldOnly(world, MO, 'pause needs a reason.');
    expect(wordsOf(told)).toContain('/release pause shop/integration the reason');
    expect(buttonsOf(told)).toEqual(['Give a Reason']);
    await world.sandbox.click(MO, told.ts, { text: 'Give a Reason' });
    const { words } = await dialog(world, MO);
    expect(words).toContain('shop/integration');
  });

  test('rule 13: a Roll Back that leaves another commit than it showed by now is refused, and keeps the words', async () => {
    const { id, words } = await opens(world, MO, 'rollback prod');
    expect(words).toContain(`shop/prod is at ${accepted}`);
    const { short } = await push(world, bot.url, 'Four');
    await approvedForProd(world, short);
    await typed(world, ADA, 'deploy prod');
    await card(world, `Test ${short} in shop/prod`);
    await typed(world, LIN, 'accept prod');
    await card(world, `${short} accepted in shop/prod`);
    const runs = (await world.ledger()).at(-1);
    const back = `/release rollback shop/prod to:${first.slice(0, 12)} reason`;
    expect(await submitted(world, MO, id, WHY)).toMatch(
      new RegExp(`Refused: prod is at ${short} now, not at ${accepted}.*${back}.*You wrote.*vouchers`, 's'),
    );
    expect((await world.ledger()).at(-1)).toBe(runs);
    expect(await typed(world, MO, 'status prod')).toContain(short);
    expect(await typed(world, LIN, `where shop ${short}`)).not.toContain('revoked');
  }, 60_000);

  test('Roll Back shows what the chosen commit undoes, and keeps the reason typed before', async () => {
    const { id, words } = await opens(world, MO, 'rollback prod');
    expect(words).toContain(`Going back to ${accepted} undoes 2 commits`);
    const chosen = { blockId: 'target', actionId: 'target', value: first };
    await world.sandbox.change(MO, id, chosen, { reason: { reason: 'orders are lost' } });
    await until('it is drawn again', () =>
      wordsIn(MO, id).includes(`Going back to ${first.slice(0, 7)} undoes 3`),
    );
    expect(await world.sandbox.submit(MO, id, {})).toEqual({ ok: true });
    await card(world, `shop/prod is back on ${first.slice(0, 7)}`, 'orders are lost');
    expect((await world.ledger()).at(-1)).toBe(`prod ${first}`);
  }, 60_000);

  test('rule 34: a redeploy that was shown another commit than the one that runs by now is refused', async () => {
    const { short: shown } = await push(world, bot.url, 'Five');
    await card(world, `${shown} accepted in shop/integration`);
    await typed(world, LIN, 'fail integration it loses orders');
    const { id, words } = await opens(world, LIN, 'redeploy integration');
    expect(words).toContain(`${shown} in shop/integration`);
    const { short } = await push(world, bot.url, 'Six');
    await card(world, `${short} accepted in shop/integration`);
    expect(await submitted(world, LIN, id, WHY)).toMatch(
      new RegExp(`Refused: integration runs ${short}, not ${shown}.*You wrote.*vouchers`, 's'),
    );
    const again = await opens(world, LIN, 'fail integration');
    await doneBy(LIN, again.id, WHY);
    const { id: now } = await opens(world, LIN, 'redeploy integration');
    await doneBy(LIN, now, WHY);
    await card(world, `shop/integration runs ${short} again`, 'requested by Lin');
  }, 60_000);
});

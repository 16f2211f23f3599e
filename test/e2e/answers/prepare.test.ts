import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { pressedDialog, promote } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  buttonsOf,
  CHANNEL,
  card,
  dialog,
  GUEST,
  LIN,
  MO,
  openWorld,
  productOf,
  push,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

describe('preparing a release in a dialog', () => {
  let world: World;
  let bot: Running;
  let first: { sha: string; short: string };
  let second: { sha: string; short: string };

  beforeAll(async () => {
    world = await openWorld();
    world.repository.commit({ 'app.txt': 'zero' }, 'Zero');
    world.repository.push();
    bot = await startBot(
      world,
      productOf(world, [
        { name: 'integration', mode: 'continuous' },
        { name: 'preprod', mode: 'approval' },
        { name: 'prod', mode: 'approval', people: { roles: { prepare: [ADA, LIN] } } },
      ]),
    );
    await card(world, 'accepted in shop/integration');
    first = await push(world, bot.url, 'First *bold* <!channel>');
    await card(world, `${first.short} accepted in shop/integration`);
    second = await push(world, bot.url, 'Second');
    await card(world, `${second.short} accepted in shop/integration`);
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await world.close();
  });

  const environment = { blockId: 'environment', actionId: 'prepare_environment' };
  const commits = (name: string) => ({ blockId: `commit:shop/${name}`, actionId: 'prepare_commit' });

  /** Types `/release` and opens the dialog of the board. */
  async function opened(person = ADA): Promise<{ id: string; words: string }> {
    await typed(world, person, '');
    const board = world.sandbox.ephemerals(person).at(-1);
    return pressedDialog(world, person, board?.ts ?? '', { actionId: 'prepare' });
  }

  async function showing(person: string, ...says: string[]): Promise<{ id: string; words: string }> {
    let shown = { id: '', words: '' };
    return until(
      () => `a dialog that says ${says.join(' and ')}; it says:\n${shown.words}`,
      async () => {
        shown = await dialog(world, person);
        return says.every((words) => shown.words.includes(words)) ? shown : undefined;
      },
    );
  }

  const offered = async (person: string, id: string, name: string, query: string) => {
    const answer = await world.sandbox.suggest(person, id, commits(name), query);
    if (!answer.ok) throw new Error(answer.error);
    const filled = answer.groups.filter(({ options }) => options.length > 0);
    return filled.map(({ label, options }) => [label, options.map(({ text }) => text)]);
  };

  test('/release alone shows what runs where, and opens the dialog with the newest that is not there yet', async () => {
    const board = await typed(world, ADA, '');
    expect(board).toContain(`integration ${second.short} since`);
    expect(board).toContain('prod nothing runs yet');
    const { words } = await opened();
    expect(words).toContain(`Deploy ${second.short} to shop/preprod`);
    expect(words).toContain('approvals 0 of 1: nobody has approved.');
    expect(words).toContain('Earliest start: at once, when the approval is settled');
    expect(words).toContain('Nothing runs in preprod yet');
  });

  test('the menu offers what is accepted below, then what is typed', async () => {
    const { id } = await opened();
    const [accepted] = await offered(ADA, id, 'preprod', '');
    expect(accepted).toEqual([
      'Accepted in integration',
      [`${second.short} Second`, `${first.short} First *bold* <!channel>`, expect.stringContaining('Zero')],
    ]);
    expect(await offered(ADA, id, 'preprod', 'bold')).toEqual([
      ['Accepted in integration', [`${first.short} First *bold* <!channel>`]],
    ]);
    expect(await offered(ADA, id, 'preprod', first.sha.slice(0, 9))).toEqual([
      ['Accepted in integration', [`${first.short} First *bold* <!channel>`]],
    ]);
    expect(await offered(ADA, id, 'preprod', 'nothing like it')).toEqual([]);
  });

  test('each choice shows what would happen, and the note stays', async () => {
    const { id } = await opened();
    await world.sandbox.change(
      ADA,
      id,
      { ...environment, value: 'shop/prod' },
      { note: { note: 'look at it' } },
    );
    await showing(ADA, 'Refused: nothing is accepted in preprod yet.');
    await world.sandbox.suggest(ADA, id, commits('prod'), 'First');
    await world.sandbox.change(ADA, id, { ...commits('prod'), value: first.sha });
    await showing(ADA, `Refused: ${first.short} is not accepted in preprod.`);
    const refused = await world.sandbox.submit(ADA, id, {});
    expect(refused).toMatchObject({
      ok: false,
      errors: { 'commit:shop/prod': expect.stringContaining(`${first.short} is not accepted in preprod.`) },
    });
    await world.sandbox.change(ADA, id, { ...environment, value: 'shop/preprod' });
    // The chosen commit stays chosen.
    await showing(ADA, `Deploy ${first.short} to shop/preprod`);
    expect(await world.sandbox.submit(ADA, id, {})).toEqual({ ok: true });
    const prepared = await card(world, `Deploy ${first.short} to shop/preprod`, 'Prepared');
    expect(wordsOf(prepared)).toContain('look at it');
    expect(world.sandbox.views(ADA)).toEqual([]);
  });

  test('Promote opens it for the commit of the card; submitted twice or after somebody else, there is one release', async () => {
    const accepted = await card(world, `${second.short} accepted in shop/integration`);
    for (const person of [ADA, LIN]) {
      await pressedDialog(world, person, accepted.ts, { text: 'Promote to preprod' });
      await showing(person, `Deploy ${second.short} to shop/preprod`, `Also there: preprod#1 ${first.short}`);
    }
    const { id } = await dialog(world, ADA);
    expect(await world.sandbox.submit(ADA, id, {})).toEqual({ ok: true });
    await card(world, `Deploy ${second.short} to shop/preprod`, 'Prepared');
    const late = await world.sandbox.submit(LIN, (await dialog(world, LIN)).id, {});
    expect(late).toMatchObject({
      ok: false,
      errors: { 'commit:shop/preprod': expect.stringContaining('already waiting for preprod, as preprod#2') },
    });
    expect(world.sandbox.views(LIN)).toHaveLength(1);
    const cards = world.sandbox
      .messages(CHANNEL)
      .filter((message) => message.threadTs === null && wordsOf(message).includes('to shop/preprod'));
    expect(cards).toHaveLength(2);
  });

  test('who may not prepare sees why and is offered no commits; outsiders get no dialog', async () => {
    const { id } = await opened(MO);
    await world.sandbox.change(MO, id, { ...environment, value: 'shop/prod' });
    await showing(MO, 'Refused: only Ada and Lin can prepare releases for prod');
    expect(await offered(MO, id, 'prod', 'First')).toEqual([]);
    expect(await world.sandbox.submit(MO, id, {})).toMatchObject({ ok: false });
    expect(await typed(world, GUEST, '')).toContain('Refused: only full members');
    expect(buttonsOf(world.sandbox.ephemerals(GUEST).at(-1) ?? { blocks: [] })).toEqual([]);
  });

  test('the dialog says how long is to wait, and Promote needs nothing but to be submitted', async () => {
    const third = await push(world, bot.url, 'Third');
    const accepted = await card(world, `${third.short} accepted in shop/integration`);
    await promote(world, LIN, accepted.ts, 'preprod');
    await card(world, `Deploy ${third.short} to shop/preprod`, 'prepared by Lin');
  });
});

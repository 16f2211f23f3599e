import { expect, test } from '@jest/globals';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, card, clientOf, LIN } from '../support.ts';
import { describePage } from './support.ts';

const LONG = 'averyveryverylongwordwithoutanyspaces'.repeat(8);

const PEOPLE = [
  { id: ADA, name: 'Ada' },
  { id: LIN, name: 'Lin' },
  { id: 'U0LONG', name: LONG },
  { id: 'U0RTL', name: 'محمد عبد الله' },
];

describePage('reading on the page', { people: PEOPLE }, (scene) => {
  const { say } = scene;

  test('what is unread is each person’s own, a mention counts, and a reload forgets nothing', async () => {
    const { page } = scene;
    say(ADA, `Please look, <@${LIN}>`, { channel: '#general' });
    say(LIN, 'Done', { channel: '#general' });
    await scene.open();
    const general = page.getByRole('button', { name: 'general' });
    await page.getByRole('button', { name: 'general unread' }).waitFor();
    expect(await page.getByRole('button', { name: 'for you' }).count()).toBe(0);
    await general.click();
    await page.getByText('Please look').waitFor();
    await page.getByRole('button', { name: CHANNEL.slice(1) }).click();
    await page.reload();
    await page.getByRole('heading', { name: CHANNEL.slice(1) }).waitFor();
    expect(await page.getByRole('button', { name: 'general unread' }).count()).toBe(0);
    await scene.actAs('Lin');
    await page.getByRole('button', { name: 'general unread 1 for you' }).waitFor();
  });

  test('a reply that mentions somebody counts for them until they open the thread', async () => {
    const { page } = scene;
    const root = say(LIN, 'Deploying', { channel: '#general' });
    say(LIN, 'A step', { channel: '#general', thread: root });
    say(LIN, `<@${ADA}> please test it`, { channel: '#general', thread: root });
    await scene.open();
    await page.getByRole('button', { name: 'general unread 1 for you' }).click();
    await page.getByRole('button', { name: '2 replies 1 new' }).click();
    await page.getByRole('complementary').getByText('please test it').waitFor();
    await page.getByRole('button', { name: '2 replies', exact: true }).waitFor();
  });

  test('a line separates what is new, and news elsewhere are announced', async () => {
    const { page } = scene;
    say(LIN, 'Seen before', { channel: '#general' });
    await scene.open();
    const general = page.getByRole('button', { name: 'general' });
    await general.click();
    await page.getByText('Seen before').waitFor();
    await page.getByRole('button', { name: CHANNEL.slice(1) }).click();
    await page.getByRole('heading', { name: CHANNEL.slice(1) }).waitFor();
    say(LIN, '*Voucher* is in', { channel: '#general' });
    await page
      .getByRole('status', { name: 'New messages' })
      .getByText('general, Lin: Voucher is in')
      .waitFor();
    await general.click();
    await page.getByText('Voucher is in').last().waitFor();
    const order = (await page.locator('.messages-inner').textContent()) ?? '';
    expect(order).toMatch(/Seen before.*New.*Voucher is in/s);
    say(LIN, 'This comes while she looks', { channel: '#general' });
    await page.locator('.message').getByText('This comes while').waitFor();
    expect(await page.locator('.new-line').count()).toBe(1);
    await page.getByRole('button', { name: CHANNEL.slice(1) }).click();
    await page.getByRole('heading', { name: CHANNEL.slice(1) }).waitFor();
    say(LIN, 'Not new here', {});
    await page.locator('.message').getByText('Not new here').waitFor();
    expect(await page.locator('.new-line').count()).toBe(0);
    await general.click();
    await page.getByText('Voucher is in').last().waitFor();
    expect(await page.locator('.new-line').count()).toBe(0);
  });

  test('the search finds a reply by its words and author, and leads to it in its thread', async () => {
    const { page } = scene;
    const { ts } = await clientOf(scene.sandbox).chat.postMessage({
      channel: scene.id(),
      ...card('Prepared'),
    });
    say(LIN, 'The voucher text is *not* translated', { thread: ts ?? '' });
    say(ADA, 'The voucher fix is in');
    await scene.open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('voucher lin');
    const hits = page.getByRole('listbox', { name: 'Search results' });
    await hits.getByText('The voucher text is not translated').waitFor();
    expect(await hits.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.locator('.message.linked').getByText('not translated').waitFor();
    await page.getByLabel('Search messages').fill('nothing has these words');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Search messages').inputValue()).toBe('');
  });

  test('of a thousand messages only the newest are drawn, and the earlier ones on request', async () => {
    const { page } = scene;
    say(ADA, 'The very first');
    for (let n = 1; n < 1000; n += 1) say(LIN, `Message ${n}.`);
    await scene.open();
    await page.getByText('Message 999.').waitFor();
    const drawn = () => page.locator('.message').count();
    expect(await drawn()).toBeLessThanOrEqual(100);
    const list = page.getByRole('log', { name: 'Messages' });
    const bottom = () =>
      list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    await until('the newest is in view', async () => (await bottom()) < 2);
    await list.evaluate((element) => {
      element.scrollTop = 0;
    });
    await page.getByText('Message 800.').waitFor({ state: 'attached' });
    const first = page.getByText('Message 900.');
    await until('the reader stays where they were', () =>
      first.evaluate((element) => element.getBoundingClientRect().top > 0),
    );
    expect(await drawn()).toBeLessThan(500);
    await page.getByLabel('Search messages').fill('very first');
    await page.keyboard.press('Enter');
    await page.locator('.message.linked').getByText('The very first').waitFor();
  });

  test('long names, long words and right-to-left text stay within a phone', async () => {
    const { page, sandbox } = scene;
    sandbox.workspace.addChannel('שחרורים-של-החנות');
    say('U0LONG', LONG);
    say('U0RTL', 'نعم، النسخة abc123f جاهزة\nand this line is English');
    await scene.open();
    await page.setViewportSize({ width: 360, height: 700 });
    await scene.actAs(LONG);
    await page.getByText('and this line is English').waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBe(widths[1]);
    const sides = await page.evaluate(() =>
      [...document.querySelectorAll('.messages, .main, .bar')].map(
        (each) => each.scrollWidth - each.clientWidth,
      ),
    );
    expect(sides.every((more) => more <= 0)).toBe(true);
  });
});

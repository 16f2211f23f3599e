import { expect, test } from '@jest/globals';
import { CHANNEL, card, clientOf } from '../support.ts';
import { describePage } from './support.ts';

describePage('the keyboard on the page', {}, (scene) => {
  const post = async () => {
    const { ts } = await clientOf(scene.sandbox).chat.postMessage({
      channel: scene.id(),
      ...card('Prepared'),
    });
    return ts ?? '';
  };
  const composer = () => scene.page.getByLabel(`Message ${CHANNEL}`);

  test('Tab goes through the regions in the order of the eye', async () => {
    const { page } = scene;
    await post();
    await scene.open();
    await page.getByText('Prepared').waitFor();
    await page.getByLabel('Search messages').focus();
    const seen: string[] = [];
    for (let presses = 0; presses < 30; presses += 1) {
      const region = await page.evaluate(() => {
        const { activeElement: here } = document;
        return ['.bar', '.side', '.messages', '.composer'].find((each) => here?.closest(each)) ?? 'none';
      });
      if (seen.at(-1) !== region) seen.push(region);
      if (region === '.composer') break;
      await page.keyboard.press('Tab');
    }
    expect(seen).toEqual(['.bar', '.side', '.messages', '.composer']);
    await page.keyboard.press('F6');
    expect(await page.evaluate(() => document.activeElement?.closest('.bar') !== null)).toBe(true);
  });

  test('arrow keys go from message to message, where Tab reaches what can be done with it', async () => {
    const { page } = scene;
    await post();
    scene.say('U0LIN', 'The last one');
    await scene.open();
    await page.getByText('The last one').waitFor();
    await page.getByRole('log', { name: 'Messages' }).focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Prepared');
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('Prepared').waitFor();
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Reply in thread');
  });

  test('Enter sends, Shift+Enter begins a line, and ↑ in an empty field changes nothing', async () => {
    const { page } = scene;
    await scene.open();
    await composer().focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await composer().inputValue()).toBe('one\ntwo');
    await page.keyboard.press('Enter');
    await page.locator('.message').getByText('one').waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await composer().inputValue()).toBe('');
    await page.keyboard.press('Enter');
    const { workspace } = scene.sandbox;
    expect(workspace.messages(scene.id()).map(({ text }) => text)).toEqual(['one\ntwo']);
  });

  test('what is typed stays while somebody looks elsewhere or acts as another person', async () => {
    const { page } = scene;
    await scene.open();
    await composer().fill('half a sentence');
    await page.getByRole('button', { name: 'general' }).click();
    await page.getByRole('heading', { name: 'general' }).waitFor();
    await page.getByRole('button', { name: CHANNEL.slice(1) }).click();
    expect(await composer().inputValue()).toBe('half a sentence');
    await scene.actAs('Lin');
    expect(await composer().inputValue()).toBe('');
    await scene.actAs('Ada');
    expect(await composer().inputValue()).toBe('half a sentence');
  });
});

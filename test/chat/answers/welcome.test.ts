import { directHint, type Welcome, welcomeMessage } from '../../../src/chat/answers/help/welcome.ts';
import { parseCommand } from '../../../src/chat/command/parse.ts';
import { checkLimits } from '../limits.ts';

const channel = { id: 'C0SHOP', name: '#shop' };
const SHOP = {
  name: 'shop',
  environments: [
    { name: 'integration', byPeople: false },
    { name: 'prod', byPeople: true },
  ],
};
const BILLING = { name: 'billing', environments: [{ name: 'live', byPeople: false }] };

const words = (welcome: Welcome) => JSON.stringify(welcomeMessage(welcome).blocks);

test.each<[string, Welcome, string[]]>([
  ['one product', { channel, products: [SHOP] }, ['shop: integration → prod', '/release why prod']],
  [
    'a product without approvals',
    { channel, products: [BILLING] },
    ['billing: live', '/release history live', '/release help'],
  ],
  [
    'two products',
    { channel, products: [SHOP, BILLING] },
    ['shop: integration → prod', 'billing: live', '/release why shop/prod'],
  ],
  ['no product', { channel, products: [] }, ['no product posts', '#shop', 'channel: C0SHOP']],
])('the welcome for %s', (_what, welcome, says) => {
  for (const each of says) expect(words(welcome)).toContain(each);
  expect(checkLimits(welcomeMessage(welcome))).toEqual([]);
});

test('advises only commands that are understood', () => {
  const all = [SHOP, BILLING];
  for (const products of [[SHOP], [BILLING], all]) {
    const where = {
      products: all.map(({ name, environments }) => ({
        name,
        environments: environments.map((environment) => environment.name),
      })),
      channelProducts: products.map(({ name }) => name),
    };
    const commands = [...words({ channel, products }).matchAll(/`\/release ([^`]+)`/g)].map(
      ([, typed]) => typed ?? '',
    );
    expect(commands.length).toBeGreaterThanOrEqual(3);
    for (const typed of commands) expect(parseCommand(typed, where).kind).not.toBe('problem');
  }
});

test('stays within the limits with many products, and names none in a channel of none', () => {
  const products = Array.from({ length: 100 }, (_, index) => ({
    ...SHOP,
    name: `${'x'.repeat(60)}${index}`,
  }));
  expect(checkLimits(welcomeMessage({ channel, products }))).toEqual([]);
  expect(checkLimits(directHint())).toEqual([]);
});

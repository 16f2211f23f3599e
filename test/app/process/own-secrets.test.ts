import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { maskingOwn } from '../../../src/app/process/own-secrets.ts';
import { maskText } from '../../support/mask-text.ts';
import { EXAMPLE, VARIABLES } from '../configuration/example.ts';

const loaded = parseConfiguration(
  EXAMPLE.replace('    branch: trunk\n', '    branch: trunk\n    git: { token: env:GIT_TOKEN }\n'),
  { ...VARIABLES, GIT_TOKEN: 'glpat-0123456789' },
);
if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));

const masked = maskingOwn(loaded.settings, {
  slack: { botToken: 'xoxb-of-the-bot', signingSecret: 'signing-secret', apiUrl: null },
  services: {
    mongodb: 'mongodb://slipway:mongo%2Fpassword@a.internal,b.internal:27018/slipway',
    redis: 'rediss://:redis-password@queue.internal',
  },
  dataDirectory: '.slipway',
  port: 3000,
  logLevel: 'info',
});

describe('a command that prints a secret of the bot', () => {
  test.each([
    ['Slack’s token', 'xoxb-of-the-bot'],
    ['the signing secret', 'signing-secret'],
    ['the password of MongoDB', 'mongo/password'],
    ['the password of MongoDB as written in the address', 'mongo%2Fpassword'],
    ['the password of Redis', 'redis-password'],
    ['the webhook secret of another product', 'a-long-webhook-secret'],
    ['the git token of another product', 'glpat-0123456789'],
    ['a variable of another product', 'npm_0123456789'],
  ])('%s is masked', (_what, secret) => {
    const shop = masked.products.find(({ name }) => name === 'shop');
    expect(maskText(`it is ${secret}.`, shop?.secrets ?? [])).toBe('it is ***.');
  });

  test("the command's own secrets are still masked", () => {
    const own = masked.products.find(({ name }) => name === 'storefront')?.secrets;
    expect(own).toContain('npm_0123456789');
  });
});

test('addresses without passwords add nothing to mask', () => {
  const services = { mongodb: 'mongodb://db.internal/slipway', redis: 'redis://queue.internal' };
  const bare = maskingOwn(
    { products: [] },
    { slack: null, services, dataDirectory: '', port: 0, logLevel: 'info' },
  );
  expect(bare.products).toEqual([]);
});

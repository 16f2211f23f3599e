import fc from 'fast-check';
import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { complaints, QUESTIONS } from '../../../src/app/init/questions.ts';
import { type Answers, configurationText, productOf, variableOf } from '../../../src/app/init/text.ts';
import { unicodeText } from '../../support/unicode.ts';

const ANSWERS: Answers = {
  repository: 'https://github.com/acme/storefront.git',
  channel: '#releases',
  environments: ['integration', 'preprod', 'prod'],
  build: 'npm ci',
  deploy: './deploy.sh',
};

/** What Slipway makes of the text. */
function meaning(answers: Answers, found: { branch: string | null; test: string | null }) {
  const text = configurationText(answers, found);
  const named = [...text.matchAll(/\benv:(\w+)/g)].map(([, name = '']) => [name, 'long-enough']);
  return parseConfiguration(text, Object.fromEntries(named));
}

describe('the file that init writes', () => {
  test('means what was answered', () => {
    const loaded = meaning(ANSWERS, { branch: 'trunk', test: 'npm test' });
    if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
    const [product, ...others] = loaded.settings.products;
    expect(others).toEqual([]);
    expect(product).toMatchObject({
      name: 'storefront',
      repository: ANSWERS.repository,
      branch: 'trunk',
      channel: '#releases',
      build: { run: 'npm ci', test: 'npm test' },
      environments: [
        { policy: { name: 'integration', mode: 'continuous' }, deploy: { run: './deploy.sh' } },
        { policy: { name: 'preprod', mode: 'approval' } },
        { policy: { name: 'prod', mode: 'approval', approvals: { rules: [{ required: 1, from: null }] } } },
      ],
    });
  });

  // What YAML reads as something else than text, ends early, or takes for a comment.
  const hard = fc.constantFrom(
    'true',
    '1',
    'null',
    '~',
    '- a',
    'a: b',
    'a #b',
    '"',
    "'",
    '{x}',
    '[x',
    '*a',
    '&a',
    '!x',
    '| x',
    '%a',
    '@a',
    '`a`',
    'x }',
    'a, b',
    '$X',
    '\\',
  );
  const line = fc.oneof(
    hard,
    unicodeText({ minLength: 1, maxLength: 60 }),
    fc.array(hard, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(' ')),
  );

  test('takes each line that people type as the command that it is, or says what is wrong with it', () => {
    fc.assert(
      fc.property(line, line, line, (build, deploy, tested) => {
        const read = (of: keyof Answers, typed: string) =>
          QUESTIONS.find((each) => each.of === of)!.read(typed) as string;
        const answers = { ...ANSWERS, build: read('build', build), deploy: read('deploy', deploy) };
        const wrong = (['build', 'deploy'] as const).some((of) => complaints(of, answers).length > 0);
        const loaded = meaning(answers, { branch: null, test: tested.trim() || null });
        if (loaded.kind === 'wrong')
          return expect(wrong || complaints('build', { ...answers, build: tested.trim() }).length > 0).toBe(
            true,
          );
        expect(wrong).toBe(false);
        const [product] = loaded.settings.products;
        expect([product?.build, product?.environments.map((each) => each.deploy)]).toMatchObject([
          { run: answers.build },
          ANSWERS.environments.map(() => ({ run: answers.deploy })),
        ]);
      }),
    );
  });
});

test.each<[keyof Answers, Partial<Answers>, complained: string | null]>([
  ['repository', { repository: 'git@github.com:acme/shop.git' }, null],
  ['repository', { repository: '' }, 'repository'],
  ['repository', { repository: 'acme/shop' }, 'products.shop.repository'],
  ['repository', { repository: '--upload-pack=x' }, 'repository'],
  ['channel', { channel: '#releases' }, null],
  ['channel', { channel: 'C012AB3CD' }, null],
  ['channel', { channel: '#Two Words' }, 'channel'],
  ['environments', { environments: [] }, 'environments'],
  ['environments', { environments: ['prod'] }, null],
  ['environments', { environments: ['int', 'int'] }, 'environments'],
  ['environments', { environments: ['all'] }, 'environments'],
  ['environments', { environments: ['Prod'] }, 'environments'],
  ['build', { build: '' }, 'build'],
  ['deploy', { deploy: '' }, 'deploy'],
])('of %s, %j is complained of at %s', (of, given, complained) => {
  const paths = complaints(of, given).map(({ path }) => path);
  if (complained === null) expect(paths).toEqual([]);
  else expect(paths.join(' ')).toContain(complained);
});

test.each([
  ['https://ada:secret@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['https://secret@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  [' git@github.com:acme/shop.git ', 'git@github.com:acme/shop.git'],
  ['/srv/shop.git', '/srv/shop.git'],
  ['nonsense', 'nonsense'],
  ['', ''],
])('of the repository %j only the address is kept: %j', (typed, address) => {
  expect(QUESTIONS.find(({ of }) => of === 'repository')?.read(typed)).toBe(address);
});

test.each([
  ['releases', '#releases'],
  [' #releases ', '#releases'],
  ['C012AB3CD', 'C012AB3CD'],
  ['', ''],
])('the channel %j is read as %j', (typed, channel) => {
  expect(QUESTIONS.find(({ of }) => of === 'channel')?.read(typed)).toBe(channel);
});

test.each([
  ['https://github.com/acme/Store.Front.git', 'store-front', 'STORE_FRONT_X'],
  ['git@example.com:2048.git', '2048', 'MY_2048_X'],
  ['https://example.com/a/slipway', 'slipway', 'MY_SLIPWAY_X'],
  ['/srv/git/---.git', 'product', 'PRODUCT_X'],
  [`https://example.com/${'long-'.repeat(20)}`, `${'long-'.repeat(7)}long`, `${'LONG_'.repeat(8)}X`],
])('the product of %s is %s, with the variable %s', (repository, product, variable) => {
  expect(productOf(repository)).toBe(product);
  expect(variableOf(product, 'X')).toBe(variable);
  expect(complaints('repository', { repository })).toEqual([]);
});

import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { windowText } from '../../../src/app/configuration/values/freeze.ts';
import { timezoneProblem } from '../../../src/app/configuration/values/timezone.ts';

const PRODUCT = `
products:
  shop:
    repository: https://github.com/acme/shop.git
    branch: main
    channel: "#shop"
    environments:
      - { name: integration, mode: continuous, deploy: { run: ./deploy.sh } }
`;

function read(text: string) {
  const loaded = parseConfiguration(text, {});
  if (loaded.kind === 'ok') return loaded.settings;
  return loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`);
}

const changed = (from: string, to: string) => {
  if (!PRODUCT.includes(from)) throw new Error(`there is no ${from}`);
  return PRODUCT.replace(from, to);
};

test('merge keys and the writer’s own blocks are accepted', () => {
  const settings = read(`
x-deploy: &deploy { run: ./deploy.sh, timeout: 3m }
x-freezes:
  night: &night { from: "22:00", to: "06:00", timezone: UTC, reason: Night }
x-base: &base
  mode: approval
  deploy: { <<: *deploy, timeout: 4m }
x-waits: &waits { soak: 2h }
products:
  shop:
    repository: https://github.com/acme/shop.git
    channel: "#shop"
    environments:
      - { name: integration, mode: continuous, deploy: *deploy }
      - name: prod
        <<: [*waits, *base]
        freeze: [*night]
`);
  if (Array.isArray(settings)) throw new TypeError(settings.join('\n'));
  expect(
    settings.products[0]?.environments.map(({ policy, deploy }) => ({ ...deploy, soak: policy.soakMs })),
  ).toEqual([
    { run: './deploy.sh', timeoutMs: 180_000, soak: 0 },
    { run: './deploy.sh', timeoutMs: 240_000, soak: 7_200_000 },
  ]);
  expect(settings.products[0]?.environments[1]?.policy.freeze).toEqual([
    { kind: 'daily', from: 1320, to: 360, timezone: 'UTC', reason: 'Night' },
  ]);
});

const P = 'products.shop';
const WRONG: [string, string, string[]][] = [
  [
    'the writer’s own block in a product',
    changed('branch: main', 'branch: main\n    x-team: web'),
    [
      `${P}.x-team: your own blocks belong at the top of the file -> move it there: x-team: at the same depth as products:`,
    ],
  ],
  [
    'a field that a merged block brings',
    `x-base: &base { brunch: main }\n${changed('branch: main', '<<: *base')}`,
    [`${P}.brunch: is not a field that belongs here -> did you mean branch?`],
  ],
  [
    'a value of a merged block, as it is written there',
    `x-base: &base { branch: 1.10 }\n${changed('branch: main', '<<: *base')}`,
    [`${P}.branch: is the number 1.10, not text -> put it in quotes: "1.10"`],
  ],
  [
    'a merge key of no block',
    changed('branch: main', '<<: main'),
    [
      'slipway.yml: it cannot be read as YAML -> correct the aliases (*name) in it; << takes the alias of a block, or a list of aliases',
    ],
  ],
];

test.each(WRONG)('%s', (_, text, errors) => {
  expect(read(text)).toEqual(errors);
});

test.each([
  ['1.10', 'the number'],
  ['1.0', 'the number'],
  ['1234567e3', 'the number'],
  ['0o17', 'the number'],
  ['0x1F', 'the number'],
  ['010', 'the number'],
  ['+7', 'the number'],
  ['12345678901234567890', 'the number'],
  ['.5', 'the number'],
  ['True', 'the boolean'],
  ['false', 'the boolean'],
])('%s is quoted as written', (written, kind) => {
  const errors = [`${P}.branch: is ${kind} ${written}, not text -> put it in quotes: "${written}"`];
  expect(read(changed('branch: main', `branch: ${written}`))).toEqual(errors);
});

test.each(['null', 'Null', '~'])('%s is nothing, and is quoted as written', (written) => {
  expect(read(changed('branch: main', `branch: ${written}`))).toEqual([
    `${P}.branch: is ${written}, which YAML reads as nothing -> put it in quotes: "${written}", or fill it in: branch: main`,
  ]);
});

test.each(['no', 'on', 'yes', '2026-12-24', '1.10.2', '1234567f', '22:00'])('%s is text', (written) => {
  const settings = read(changed('branch: main', `branch: ${written.replace(':', '-')}`));
  if (Array.isArray(settings)) throw new TypeError(settings.join('\n'));
  expect(settings.products[0]?.branch).toBe(written.replace(':', '-'));
});

const PROD = `      - { name: prod, mode: approval, deploy: { run: x }, freeze: [FREEZE] }\n`;
const frozen = (window: string) => read(PRODUCT + PROD.replace('FREEZE', window));

test.each([
  ['{ from: "22:00", to: "06:00", timezone: UTC, reason: x }', { kind: 'daily', from: 1320, to: 360 }],
  ['{ from: 22:00, to: 6:00, timezone: UTC, reason: x }', { kind: 'daily', from: 1320, to: 360 }],
  ['{ from: "00:00", to: "06:30", timezone: UTC, reason: x }', { kind: 'daily', from: 0, to: 390 }],
])('a freeze of every day: %s', (window, expected) => {
  const settings = frozen(window);
  if (Array.isArray(settings)) throw new TypeError(settings.join('\n'));
  expect(settings.products[0]?.environments[1]?.policy.freeze).toEqual([
    { ...expected, timezone: 'UTC', reason: 'x' },
  ]);
});

test('it is explained as written', () => {
  const night = { kind: 'daily', from: 1320, to: 365, timezone: 'UTC', reason: 'Night' } as const;
  expect(windowText(night)).toBe('every day 22:00 to 06:05, UTC: Night');
});

test.each([
  [
    '{ from: "22:00", to: "Fri 06:00", timezone: UTC, reason: x }',
    ': one end is a time of every day (22:00), and the other is not (Fri 06:00) -> write two times of day, two days of the week, or two dates',
  ],
  [
    '{ from: "22:00", to: "22:00", timezone: UTC, reason: x }',
    ': it ends when it begins, so nothing would ever be deployed -> let it end at another time of the day, or lock the environment instead',
  ],
  [
    '{ from: "24:00", to: "06:00", timezone: UTC, reason: x }',
    '.from: "24:00" is not a time of day -> write 00:00 to 23:59; a day ends at 00:00 of the next',
  ],
])('%s is refused', (window, error) => {
  expect(frozen(window)).toEqual([`${P}.environments[1].freeze[0]${error}`]);
});

const LA = 'write America/Los_Angeles';
const IANA = 'write its IANA name, as in Europe/Amsterdam or UTC';

test.each([
  ['Pacific Time', LA],
  ['Pacific Standard Time', LA],
  ['US/Pacific Time', LA],
  ['pst', LA],
  ['EST', 'write America/New_York'],
  ['Eastern Time (US & Canada)', 'write America/New_York'],
  ['CET', 'write the name of a city, as in Europe/Berlin, Europe/Paris or Europe/Amsterdam'],
  [
    'Central European Summer Time',
    'write the name of a city, as in Europe/Berlin, Europe/Paris or Europe/Amsterdam',
  ],
  ['Amsterdam', 'did you mean Europe/Amsterdam?'],
  ['new york', 'did you mean America/New_York?'],
  ['Europe/Belrin', 'did you mean Europe/Berlin?'],
  ['europe-london', 'did you mean Europe/London?'],
  ['Europe/Munich', IANA],
  ['Middle Earth', IANA],
  ['GMT+2', IANA],
  ['+02:00', IANA],
  ['Nowhere/At_All', IANA],
  ['constructor', IANA],
])('the time zone %s: %s', (name, todo) => {
  expect(timezoneProblem(name)?.todo).toBe(todo);
});

test.each([
  'UTC',
  'GMT',
  'Europe/Amsterdam',
  'US/Pacific',
  'Etc/GMT+5',
  'America/Argentina/Ushuaia',
  'Asia/Kolkata',
])('%s is a time zone', (name) => expect(timezoneProblem(name)).toBeNull());

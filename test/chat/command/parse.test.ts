import fc from 'fast-check';
import { commandText, type Parsed, parseCommand, type Where } from '../../../src/chat/command/parse.ts';
import { VERBS } from '../../../src/chat/verbs.ts';
import { isReleaseVerb } from '../../../src/domain/eligibility/release.ts';
import { runs } from '../../support/thorough.ts';
import { unicodeText } from '../../support/unicode.ts';

const ONE: Where = {
  products: [{ name: 'storefront', environments: ['integration', 'preprod', 'prod'] }],
  channelProducts: ['storefront'],
};
const TWO: Where = {
  products: [
    { name: 'storefront', environments: ['integration', 'prod'] },
    { name: 'billing', environments: ['staging', 'prod'] },
  ],
  channelProducts: [],
};

const at = { product: 'storefront', environment: 'prod' };
const all = { product: 'storefront', environment: null };
const problem = (found: object): Parsed => ({ kind: 'problem', problem: found }) as Parsed;
const released = (kind: string, over: object = {}) =>
  ({ kind, ...at, release: null, reason: null, ...over }) as Parsed;

const TABLE: [string, Parsed, Where?][] = [
  ['', { kind: 'board' }],
  ['help', { kind: 'help', product: 'storefront' }],
  ['help', { kind: 'help', product: null }, TWO],
  ['help billing', { kind: 'help', product: 'billing' }, TWO],
  ['prepare prod', { kind: 'prepare', ...at, commit: null, note: null }],
  ['prepare prod abc123', { kind: 'prepare', ...at, commit: 'abc123', note: null }],
  [
    'prepare storefront/prod v1.2 with a voucher',
    { kind: 'prepare', ...at, commit: 'v1.2', note: 'with a voucher' },
  ],
  ['prepare prod “please test” ', { kind: 'prepare', ...at, commit: null, note: 'please test' }],
  ['prepare prod `abc123` "one note"', { kind: 'prepare', ...at, commit: 'abc123', note: 'one note' }],
  ['prepare prod "abc123"', { kind: 'prepare', ...at, commit: 'abc123', note: null }],
  ['prepare prod a&lt;b&gt; Tom &amp; Eve', { kind: 'prepare', ...at, commit: 'a<b>', note: 'Tom & Eve' }],
  ['prepare prod &amp;lt;', { kind: 'prepare', ...at, commit: '&lt;', note: null }],
  ['prepare prod --upload-pack=x', { kind: 'prepare', ...at, commit: '--upload-pack=x', note: null }],
  ['PREPARE Prod', { kind: 'prepare', ...at, commit: null, note: null }],
  ['  prepare \u00a0 prod\tabc123  ', { kind: 'prepare', ...at, commit: 'abc123', note: null }],
  ['/release prepare prod', { kind: 'prepare', ...at, commit: null, note: null }],
  [
    'prepare prod#42 abc123',
    problem({
      kind: 'noReleaseHere',
      verb: 'prepare',
      typed: 'prod#42',
      command: 'prepare storefront/prod abc123',
    }),
  ],
  ['promote preprod', { kind: 'promote', ...at, environment: 'preprod', commit: null, note: null }],
  [
    'promote preprod for tuesday',
    { kind: 'promote', ...at, environment: 'preprod', commit: null, note: 'for tuesday' },
  ],
  ['approve prod', released('approve')],
  ['approve prod#42', released('approve', { release: 42 })],
  ['approve prod #42', released('approve', { release: 42 })],
  ['approve storefront/prod#42', released('approve', { release: 42 })],
  ['approve prod 42', released('approve', { release: 42 })],
  ['approve prod 42 please', released('approve', { release: 42 })],
  ['deploy prod 42, now', released('deploy', { release: 42 })],
  ['retry prod 42 once more', released('retry', { release: 42 })],
  ['why prod 42', { kind: 'why', ...at, release: 42 }],
  ['why prod 42 ?', { kind: 'why', ...at, release: 42 }],
  ['fail prod "3 of 5 vouchers"', released('fail', { reason: '3 of 5 vouchers' })],
  ['cancel prod 3rd time', released('cancel', { reason: '3rd time' })],
  ['approve billing/prod#42', { ...released('approve', { release: 42 }), product: 'billing' } as Parsed, TWO],
  ['reject prod#42 ‘not translated’', released('reject', { release: 42, reason: 'not translated' })],
  ["reject prod it's not ready", released('reject', { reason: "it's not ready" })],
  ['deploy prod', released('deploy')],
  ['accept prod looks fine', released('accept', { reason: 'looks fine' })],
  ['fail prod#42 vouchers charge twice', released('fail', { release: 42, reason: 'vouchers charge twice' })],
  ['cancel prod#42', released('cancel', { release: 42 })],
  ['retry prod', released('retry')],
  ['rollback prod', { kind: 'rollback', ...at, commit: null, reason: null }],
  ['rollback prod bad checkout', { kind: 'rollback', ...at, commit: null, reason: 'bad checkout' }],
  [
    'rollback prod past:9f8e7d6 charges twice',
    { kind: 'rollback', ...at, commit: null, past: { newest: '9f8e7d6', count: 1 }, reason: 'charges twice' },
  ],
  [
    'rollback prod to:v1.2 past:9F8E7D6+2 charges twice',
    {
      kind: 'rollback',
      ...at,
      commit: 'v1.2',
      past: { newest: '9f8e7d6', count: 3 },
      reason: 'charges twice',
    },
  ],
  [
    'rollback prod to 9f8e7d6 past:unchecked git is down',
    { kind: 'rollback', ...at, commit: '9f8e7d6', past: 'unchecked', reason: 'git is down' },
  ],
  ['rollback prod past:midnight', { kind: 'rollback', ...at, commit: null, reason: 'past:midnight' }],
  ['rollback prod defaced page', { kind: 'rollback', ...at, commit: null, reason: 'defaced page' }],
  ['rollback prod abc12 is bad', { kind: 'rollback', ...at, commit: null, reason: 'abc12 is bad' }],
  [
    'rollback prod 9f8e7d6 charges twice',
    { kind: 'rollback', ...at, commit: '9f8e7d6', reason: 'charges twice' },
  ],
  [
    'rollback prod to:v1.2 charges twice',
    { kind: 'rollback', ...at, commit: 'v1.2', reason: 'charges twice' },
  ],
  ['redeploy prod', { kind: 'redeploy', ...at, commit: null, reason: null }],
  ['redeploy prod it drifted', { kind: 'redeploy', ...at, commit: null, reason: 'it drifted' }],
  ['redeploy prod 9f8e7d6 it drifted', { kind: 'redeploy', ...at, commit: '9f8e7d6', reason: 'it drifted' }],
  [
    'redeploy prod#42 it drifted',
    problem({
      kind: 'noReleaseHere',
      verb: 'redeploy',
      typed: 'prod#42',
      command: 'redeploy storefront/prod it drifted',
    }),
  ],
  ['status', { kind: 'status', product: 'storefront', environment: null }],
  ['status', { kind: 'status', product: null, environment: null }, TWO],
  ['status prod', { kind: 'status', ...at }],
  ['status billing', { kind: 'status', product: 'billing', environment: null }, TWO],
  ['status billing/', { kind: 'status', product: 'billing', environment: null }, TWO],
  ['status billing/prod', { kind: 'status', product: 'billing', environment: 'prod' }, TWO],
  ['lock prod migration', { kind: 'lock', ...at, reason: 'migration', forMs: null }],
  ['lock prod', { kind: 'lock', ...at, reason: null, forMs: null }],
  ['lock prod db migration for 2h', { kind: 'lock', ...at, reason: 'db migration', forMs: 7_200_000 }],
  [
    'lock prod db migration for 90 minutes',
    { kind: 'lock', ...at, reason: 'db migration', forMs: 5_400_000 },
  ],
  ['lock prod for 2h', { kind: 'lock', ...at, reason: null, forMs: 7_200_000 }],
  ['lock prod "wait for 2h"', { kind: 'lock', ...at, reason: 'wait for 2h', forMs: null }],
  ['lock prod wait for 2 people', { kind: 'lock', ...at, reason: 'wait for 2 people', forMs: null }],
  ['lock all quarter end', { kind: 'lock', ...all, reason: 'quarter end', forMs: null }],
  ['lock storefront/ALL quarter end', { kind: 'lock', ...all, reason: 'quarter end', forMs: null }],
  ['takeover all rollback for 1d', { kind: 'takeover', ...all, reason: 'rollback', forMs: 86_400_000 }],
  ['unlock prod', { kind: 'unlock', ...at }],
  ['unlock all', { kind: 'unlock', ...all }],
  ['locks', { kind: 'locks', product: 'storefront' }],
  ['locks', { kind: 'locks', product: null }, TWO],
  ['locks billing', { kind: 'locks', product: 'billing' }, TWO],
  ['pause prod flaky tests', { kind: 'pause', ...at, reason: 'flaky tests' }],
  ['resume prod', { kind: 'resume', ...at, reason: null }],
  ['resume prod fixed', { kind: 'resume', ...at, reason: 'fixed' }],
  ['override prod#42 tax change', released('override', { release: 42, reason: 'tax change' })],
  ['hotfix prod abc123f', { kind: 'hotfix', ...at, commit: 'abc123f', reason: null }],
  ['hotfix prod `main` bad sums', { kind: 'hotfix', ...at, commit: 'main', reason: 'bad sums' }],
  ['adopt prod v1.2 runs there', { kind: 'adopt', ...at, commit: 'v1.2', reason: 'runs there' }],
  [
    'lock all quarter end',
    problem({
      kind: 'whichProduct',
      products: ['storefront', 'billing'],
      commands: [
        { product: 'storefront', command: 'lock storefront/all quarter end' },
        { product: 'billing', command: 'lock billing/all quarter end' },
      ],
    }),
    TWO,
  ],
  ['unlock', problem({ kind: 'missingEnvironment', verb: 'unlock', example: 'unlock prod' })],
  [
    'hotfix prod',
    problem({
      kind: 'missingCommit',
      verb: 'hotfix',
      example: 'hotfix prod abc123 double charge at checkout',
    }),
  ],
  [
    'lock prod#42 mine',
    problem({ kind: 'noReleaseHere', verb: 'lock', typed: 'prod#42', command: 'lock storefront/prod mine' }),
  ],
  ['why prod', { kind: 'why', ...at, release: null }],
  ['why prod#42 please', { kind: 'why', ...at, release: 42 }],
  ['why', problem({ kind: 'missingEnvironment', verb: 'why', example: 'why prod' })],
  ['why prod#x', problem({ kind: 'badRelease', verb: 'why', typed: 'prod#x', example: 'why prod#42' })],
  ['where abc123f', { kind: 'where', product: 'storefront', commit: 'abc123f' }],
  ['where storefront `release-1.4`', { kind: 'where', product: 'storefront', commit: 'release-1.4' }],
  ['where abc123f in Storefront', { kind: 'where', product: 'storefront', commit: 'abc123f' }],
  ['where abc123f in', { kind: 'where', product: 'storefront', commit: 'abc123f' }],
  ['where', problem({ kind: 'missingCommit', verb: 'where', example: 'where abc123f' })],
  [
    'where billing',
    problem({ kind: 'missingCommit', verb: 'where', example: 'where storefront abc123f' }),
    TWO,
  ],
  ['where billing billing', { kind: 'where', product: 'billing', commit: 'billing' }, TWO],
  [
    'where abc123f',
    problem({
      kind: 'whichProduct',
      products: ['storefront', 'billing'],
      commands: [
        { product: 'storefront', command: 'where storefront abc123f' },
        { product: 'billing', command: 'where billing abc123f' },
      ],
    }),
    TWO,
  ],
  [
    'where biling abc123f',
    problem({
      kind: 'noProduct',
      typed: 'biling',
      products: ['storefront', 'billing'],
      suggestion: 'billing',
      command: 'where billing abc123f',
    }),
    TWO,
  ],
  ['rebuild abc123f', { kind: 'rebuild', product: 'storefront', commit: 'abc123f' }],
  ['rebuild', problem({ kind: 'missingCommit', verb: 'rebuild', example: 'rebuild abc123f' })],
  ['diff prod', { kind: 'diff', ...at, commit: null }],
  ['diff prod v1.2', { kind: 'diff', ...at, commit: 'v1.2' }],
  [
    'diff prod#42',
    problem({ kind: 'noReleaseHere', verb: 'diff', typed: 'prod#42', command: 'diff storefront/prod' }),
  ],
  ['diff', problem({ kind: 'missingEnvironment', verb: 'diff', example: 'diff prod' })],
  ['history prod', { kind: 'history', ...at, from: null }],
  ['history storefront/prod#33', { kind: 'history', ...at, from: 33 }],
  ['history prod 33', { kind: 'history', ...at, from: 33 }],
  [
    'history prod#x',
    problem({ kind: 'badRelease', verb: 'history', typed: 'prod#x', example: 'history prod#42' }),
  ],
  ['log prod', { kind: 'log', ...at, release: null }],
  ['log prod#42', { kind: 'log', ...at, release: 42 }],
  ['log prod #42 please', { kind: 'log', ...at, release: 42 }],
  [
    'aprove prod',
    problem({ kind: 'unknownVerb', typed: 'aprove', suggestion: 'approve', command: 'approve prod' }),
  ],
  [
    'redepoly prod',
    problem({ kind: 'unknownVerb', typed: 'redepoly', suggestion: 'redeploy', command: 'redeploy prod' }),
  ],
  [
    're-deploy prod',
    problem({ kind: 'unknownVerb', typed: 're-deploy', suggestion: 'redeploy', command: 'redeploy prod' }),
  ],
  ['dance', problem({ kind: 'unknownVerb', typed: 'dance', suggestion: null, command: null })],
  [
    'status prd',
    problem({
      kind: 'noEnvironment',
      product: 'storefront',
      typed: 'prd',
      environments: ['integration', 'preprod', 'prod'],
      suggestion: 'prod',
      command: 'status storefront/prod',
    }),
  ],
  [
    'reject prdo#42 too early',
    problem({
      kind: 'noEnvironment',
      product: 'storefront',
      typed: 'prdo',
      environments: ['integration', 'preprod', 'prod'],
      suggestion: 'prod',
      command: 'reject storefront/prod#42 too early',
    }),
  ],
  [
    'approve biling/prod',
    problem({
      kind: 'noProduct',
      typed: 'biling',
      products: ['storefront', 'billing'],
      suggestion: 'billing',
      command: 'approve billing/prod',
    }),
    TWO,
  ],
  [
    'approve prod',
    problem({
      kind: 'whichProduct',
      products: ['storefront', 'billing'],
      commands: [
        { product: 'storefront', command: 'approve storefront/prod' },
        { product: 'billing', command: 'approve billing/prod' },
      ],
    }),
    TWO,
  ],
  [
    'approve staging#3',
    problem({
      kind: 'whichProduct',
      products: ['billing'],
      commands: [{ product: 'billing', command: 'approve billing/staging#3' }],
    }),
    TWO,
  ],
  ['approve', problem({ kind: 'missingEnvironment', verb: 'approve', example: 'approve prod' })],
  ['promote', problem({ kind: 'missingEnvironment', verb: 'promote', example: 'promote preprod' })],
  [
    'approve',
    problem({ kind: 'missingEnvironment', verb: 'approve', example: 'approve storefront/prod' }),
    TWO,
  ],
  ['approve #42', problem({ kind: 'badRelease', verb: 'approve', typed: '#42', example: 'approve prod#42' })],
  [
    'approve prod#x',
    problem({ kind: 'badRelease', verb: 'approve', typed: 'prod#x', example: 'approve prod#42' }),
  ],
  [
    'approve prod#0',
    problem({ kind: 'badRelease', verb: 'approve', typed: 'prod#0', example: 'approve prod#42' }),
  ],
  [
    'approve __proto__/constructor',
    problem({
      kind: 'noProduct',
      typed: '__proto__',
      products: ['storefront'],
      suggestion: null,
      command: null,
    }),
  ],
];

test.each(TABLE)('/release %s', (text, expected, where = ONE) => {
  expect(parseCommand(text, where)).toEqual(expected);
});

test.each(VERBS.filter(isReleaseVerb))(
  '%s of a number after the environment never means another release',
  (verb) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999 }),
        fc.constantFrom('', ' wrong commit'),
        (number, words) => {
          const parsed = parseCommand(`${verb} prod ${number}${words}`, ONE);
          if (parsed.kind !== 'problem') expect(parsed).toMatchObject({ kind: verb, ...at, release: number });
          else {
            const reason = `${number}${words}`;
            const commands = [
              { label: `prod#${number}`, command: `${verb} storefront/prod#${number}${words}` },
              { label: 'It is the reason', command: `${verb} storefront/prod "${reason}"` },
            ];
            expect(parsed).toEqual(problem({ kind: 'numberOrReason', typed: String(number), commands }));
            const meant = commands.map(({ command }) => parseCommand(command, ONE));
            expect(meant).toEqual([
              released(verb, { release: number, reason: words.trim() }),
              released(verb, { reason }),
            ]);
          }
        },
      ),
      { numRuns: runs(200) },
    );
  },
);

test('parsing never throws, whatever is typed', () => {
  const word = fc.constantFrom(
    'approve',
    'rollback',
    'status',
    'prod',
    'storefront/',
    '#',
    '/',
    '"',
    '`',
    '&lt;',
    ' ',
  );
  const anything = fc.oneof(
    unicodeText({ maxLength: 300 }),
    fc.array(word).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom(ONE, TWO, { products: [], channelProducts: [] }), (text, where) => {
      expect(parseCommand(text, where).kind).toEqual(expect.any(String));
    }),
    { numRuns: runs(2000) },
  );
});

test('the text of a command parses to the same request', () => {
  for (const [text, expected, where = ONE] of TABLE) {
    if (expected.kind === 'problem') continue;
    expect({ text, parsed: parseCommand(commandText(expected), where) }).toEqual({ text, parsed: expected });
  }
});

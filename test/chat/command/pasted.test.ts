import fc from 'fast-check';
import { commandText, type Parsed, parseCommand, type Where } from '../../../src/chat/command/parse.ts';
import { VERBS } from '../../../src/chat/verbs.ts';
import { isSurelyCommit, undecorated } from '../../../src/domain/pasted.ts';
import { unicodeText } from '../../support/unicode.ts';

const SHA = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';
const SHORT = '9f8e7d6';
const LINK = `https://github.com/acme/storefront/commit/${SHA}`;

const ONE: Where = {
  products: [{ name: 'storefront', environments: ['integration', 'preprod', 'prod'] }],
  channelProducts: ['storefront'],
};
const TWO: Where = {
  products: [...ONE.products, { name: 'billing', environments: ['staging', 'prod'] }],
  channelProducts: [],
};

/** How a commit comes out of Slack, a mail, a list or a sentence. */
const AROUND: [string, (commit: string) => string][] = [
  ['as it is', (commit) => commit],
  ['the end of a sentence', (commit) => `${commit}.`],
  ['a list', (commit) => `${commit},`],
  ['a colon', (commit) => `${commit}:`],
  ['brackets', (commit) => `(${commit})`],
  ['square brackets', (commit) => `[${commit}]`],
  ['angle brackets, as Slack sends them', (commit) => `&lt;${commit}&gt;`],
  ['bold', (commit) => `*${commit}*`],
  ['italics', (commit) => `_${commit}_`],
  ['struck', (commit) => `~${commit}~`],
  ['code', (commit) => `\`${commit}\``],
  ['quotes', (commit) => `"${commit}"`],
  ['typographic quotes', (commit) => `“${commit}”`],
  ['German quotes', (commit) => `„${commit}“`],
  ['French quotes', (commit) => `«${commit}»`],
  ['single quotes', (commit) => `‘${commit}’`],
  ['bold, in brackets, at an end', (commit) => `(*${commit}*).`],
  ['what keeps its direction', (commit) => `\u2068\u200e${commit}\u2069`],
  ['soft hyphens', (commit) => `\u00ad${commit}\u00ad`],
];

/** Each verb that takes a commit, and what it makes of one. */
const VERBS_OF_COMMITS: [string, (commit: string) => string][] = [
  ['prepare', (commit) => `prepare prod ${commit} with a voucher`],
  ['prepare, turned', (commit) => `prepare ${commit} prod`],
  ['prepare to', (commit) => `prepare ${commit} to prod`],
  ['hotfix', (commit) => `hotfix prod ${commit} double charge`],
  ['hotfix, turned', (commit) => `hotfix ${commit} prod double charge`],
  ['adopt', (commit) => `adopt prod ${commit} runs there`],
  ['adopt in', (commit) => `adopt ${commit} in prod runs there`],
  ['rollback', (commit) => `rollback prod ${commit} charges twice`],
  ['rollback to:', (commit) => `rollback prod to:${commit} charges twice`],
  ['rollback to', (commit) => `rollback prod to ${commit} charges twice`],
  ['rollback, turned', (commit) => `rollback ${commit} prod charges twice`],
  ['redeploy', (commit) => `redeploy prod ${commit}`],
  ['diff', (commit) => `diff prod ${commit}`],
  ['diff with', (commit) => `diff ${commit} with prod`],
  ['where', (commit) => `where ${commit}`],
  ['where in', (commit) => `where ${commit} in storefront`],
  ['where in an environment', (commit) => `where ${commit} in prod`],
  ['where, with the product', (commit) => `where storefront ${commit}`],
  ['where, turned', (commit) => `where ${commit} storefront`],
  ['rebuild', (commit) => `rebuild ${commit}`],
  ['deploy', (commit) => `deploy prod ${commit}`],
  ['deploy to', (commit) => `deploy ${commit} to prod`],
  ['approve', (commit) => `approve ${commit} for prod`],
  ['reject', (commit) => `reject ${commit} in prod it is broken`],
];

const SPELLINGS = [
  SHORT,
  SHA,
  SHA.toUpperCase(),
  LINK,
  `storefront@${SHORT}`,
  `acme/storefront@${SHA}`,
  `${SHORT}…`,
];

function meant(parsed: Parsed): { kind: string; commit: string | null } {
  const commit = 'commit' in parsed && typeof parsed.commit === 'string' ? undecorated(parsed.commit) : null;
  return { kind: parsed.kind, commit };
}

describe.each(VERBS_OF_COMMITS)('%s', (verb, write) => {
  test.each(AROUND)('accepts a commit with %s', (_, wrap) => {
    const kind = verb.split(/[ ,]/)[0];
    for (const spelling of SPELLINGS) {
      const parsed = parseCommand(write(wrap(spelling)), ONE);
      expect({ spelling, ...meant(parsed) }).toEqual({ spelling, kind, commit: undecorated(spelling) });
    }
  });
});

test.each([
  ['prepare prod', `prepare prod <${LINK}|${SHORT} Mend vouchers> please test`, LINK],
  ['a bare link', `prepare prod &lt;${LINK}&gt;`, LINK],
  ['a link to a part of a page', `prepare prod ${LINK}?w=1#diff-0`, `${LINK}?w=1#diff-0`],
  ['Markdown', `prepare prod [${SHORT}](${LINK})`, LINK],
])('%s is one word', (_, text, commit) => {
  expect(meant(parseCommand(text, ONE))).toEqual({ kind: 'prepare', commit });
});

const RELEASES = [
  'prod#1',
  'prod#1.',
  'prod#1,',
  '*prod#1*',
  '_prod#1_',
  '`prod#1`',
  '(prod#1)',
  '“prod#1”',
  '*prod#1*.',
  'prod # 1',
  'prod #1',
  'prod# 1',
  'prod #1.',
  'Prod#1',
  'PROD#1!',
  'prod 1',
  'storefront/prod#1.',
  '*storefront/prod#1*',
  'to prod#1',
  '<https://slack.com/archives/C1/p1|prod#1>',
];

test.each(RELEASES)('the release %s', (typed) => {
  for (const verb of [
    'approve',
    'reject',
    'deploy',
    'accept',
    'fail',
    'cancel',
    'retry',
    'override',
    'log',
  ]) {
    expect(parseCommand(`${verb} ${typed}`, ONE)).toMatchObject({
      kind: verb,
      environment: 'prod',
      release: 1,
    });
  }
  expect(parseCommand(`history ${typed}`, ONE)).toMatchObject({ kind: 'history', from: 1 });
});

test.each([
  ['prepare main prod', 'prepare storefront/prod main'],
  ['prepare v1.2 to prod with a voucher', 'prepare storefront/prod v1.2 with a voucher'],
  ['hotfix main prod double charge', 'hotfix storefront/prod main double charge'],
  ['diff main prod', 'diff storefront/prod main'],
  ['rollback v1.2 prod charges twice', 'rollback storefront/prod to:v1.2 charges twice'],
  ['rollback prod to v1.2 charges twice', 'rollback storefront/prod to:v1.2 charges twice'],
  ['rollback prod to main', 'rollback storefront/prod to:main'],
  [`promote ${SHORT} to prod`, `prepare storefront/prod ${SHORT}`],
  [`promote preprod ${SHORT}`, `prepare storefront/prod ${SHORT}`],
  ['promote to prod', 'promote storefront/preprod'],
  [`prepare ${SHORT}`, `prepare storefront/prod ${SHORT}`],
  [`deploy ${LINK}`, `deploy ${LINK} storefront/prod`],
  [`hotfix ${SHORT} double charge`, `hotfix storefront/prod ${SHORT} double charge`],
  [`rollback prod from ${SHORT} to 1234abc`, `rollback storefront/prod to:1234abc from ${SHORT} to 1234abc`],
])('%s is asked about: %s is offered', (typed, offered) => {
  const parsed = parseCommand(typed, ONE);
  expect(parsed.kind).toBe('problem');
  expect(JSON.stringify(parsed)).toContain(JSON.stringify(offered));
  expect(parseCommand(offered, ONE).kind).toBe(offered.split(' ')[0]);
});

test.each([
  ['rollback prod to stop the bleeding', 'to stop the bleeding'],
  ['rollback prod https://jira.acme.dev/browse/X-1 is worse', 'https://jira.acme.dev/browse/X-1 is worse'],
  ['reject prod 1234567 is open still', '1234567 is open still'],
  ['fail prod deface is back', 'deface is back'],
])('%s has a reason and no commit', (typed, reason) => {
  const parsed = parseCommand(typed, ONE);
  expect(parsed).toMatchObject({ reason });
  expect(meant(parsed).commit).toBeNull();
});

test('an environment named like a commit is an environment', () => {
  const where: Where = { products: [{ name: 'shop', environments: ['1234567'] }], channelProducts: [] };
  expect(parseCommand(`prepare 1234567 ${SHORT}`, where)).toMatchObject({
    environment: '1234567',
    commit: SHORT,
  });
  expect(parseCommand('hotfix 1234567 main bad', where)).toMatchObject({
    environment: '1234567',
    commit: 'main',
  });
});

test('promote names the environment above, and any other is refused', () => {
  expect(parseCommand('promote integration to prod', ONE)).toMatchObject({
    problem: { kind: 'notAbove', from: 'integration', to: 'prod', above: 'preprod' },
  });
  expect(parseCommand('promote preprod to prod, with care', ONE)).toMatchObject({
    kind: 'promote',
    note: 'with care',
  });
});

test.each(['commit', 'sha', 'Commit:'])('"%s" before a commit is accepted', (label) => {
  for (const text of [
    `prepare prod ${label} ${SHORT} note`,
    `hotfix prod ${label} ${SHORT} note`,
    `where ${label} ${SHORT}`,
  ]) {
    expect(meant(parseCommand(text, ONE)).commit).toBe(SHORT);
  }
  for (const word of [`sha:${SHORT}`, `@${SHORT}`, `commit=${SHORT}`]) {
    expect(meant(parseCommand(`prepare prod ${word}`, ONE)).commit).toBe(SHORT);
  }
});

test('a commit with a product selects that product', () => {
  expect(parseCommand(`where billing@${SHORT}`, TWO)).toMatchObject({ kind: 'where', product: 'billing' });
  expect(parseCommand(`where ${SHORT}`, TWO)).toMatchObject({ problem: { kind: 'whichProduct' } });
});

test('the text of a request about a commit parses to the same request', () => {
  for (const text of [`deploy ${SHORT} to prod`, `reject ${LINK} in prod it is broken`]) {
    const parsed = parseCommand(text, ONE);
    if (parsed.kind === 'problem') throw new TypeError(text);
    expect(parseCommand(commandText(parsed), ONE)).toEqual(parsed);
  }
});

test('a commit is found within any number of layers of markup', () => {
  const layers = fc.array(fc.constantFrom(...AROUND.map(([, wrap]) => wrap)), { maxLength: 5 });
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 7, maxLength: 40 });
  const sha = digits.filter((text) => /\d/.test(text));
  const spelled = fc.tuple(sha, fc.constantFrom('', 'storefront@', 'https://git.acme.dev/shop/commit/'));
  fc.assert(
    fc.property(spelled, layers, ([digits, before], wraps) => {
      const commit = before + digits;
      const wrapped = wraps.reduce((text, wrap) => wrap(text), commit);
      expect(meant(parseCommand(`prepare prod ${wrapped}`, ONE))).toEqual({ kind: 'prepare', commit });
      expect(
        isSurelyCommit(
          undecorated(wrapped.replace(/&lt;|&gt;/g, '')).replace(/[“”„«»‘’\u00ad\u200e\u2068\u2069]/g, ''),
        ),
      ).toBe(true);
    }),
  );
});

test('no words change the verb that was typed', () => {
  const word = fc.constantFrom(
    'prod',
    'to',
    SHORT,
    LINK,
    '#',
    '1',
    'prod#1',
    'main',
    '*',
    '(',
    '"',
    'storefront/',
    '<',
    '|',
  );
  const words = fc.oneof(
    fc.array(word, { maxLength: 8 }).map((all) => all.join(' ')),
    unicodeText({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...VERBS), words, fc.constantFrom(ONE, TWO), (verb, rest, where) => {
      const parsed = parseCommand(`${verb} ${rest}`, where);
      expect([verb, 'problem']).toContain(parsed.kind);
    }),
    { numRuns: 1000 },
  );
});

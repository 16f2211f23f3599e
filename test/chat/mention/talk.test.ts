import fc from 'fast-check';
import type { Parsed, Where } from '../../../src/chat/command/parse.ts';
import type { ThreadSubject } from '../../../src/chat/mention/in-thread.ts';
import { parseMention } from '../../../src/chat/mention/parse.ts';
import { saidTo } from '../../../src/chat/mention/said-to.ts';
import { VERBS, type Verb } from '../../../src/chat/verbs.ts';
import { runs } from '../../support/thorough.ts';
import { CARD, PUSH, SHA } from './subjects.ts';

const WHERE: Where = {
  products: [{ name: 'storefront', environments: ['integration', 'preprod', 'prod'] }],
  channelProducts: ['storefront'],
};

const LOCK: ThreadSubject = { kind: 'place', product: 'storefront', environment: 'preprod' };
const THREADS: [name: string, thread: ThreadSubject | null][] = [
  ['a release', CARD],
  ['a push', PUSH],
  ['a lock', LOCK],
  ['nothing', null],
];

const READING: readonly Verb[] = ['locks', 'status', 'why', 'diff', 'where', 'history', 'log', 'help'];
const CHANGING = VERBS.filter((verb) => !READING.includes(verb));

type Outcome = 'acts' | 'button' | 'reads' | 'refused';

function outcomeOf(parsed: Parsed): Outcome {
  if (parsed.kind === 'problem') return parsed.problem.kind === 'onlyTalk' ? 'button' : 'refused';
  return (READING as readonly string[]).includes(parsed.kind) ? 'reads' : 'acts';
}

function said(words: string, thread: ThreadSubject | null = CARD): Outcome {
  return outcomeOf(parseMention(words, WHERE, thread));
}

const CONDITIONS = [
  'if it fails again',
  'when Lin is back',
  'unless the numbers recover',
  'until Lin is back',
  'once the tests are green',
  'after lunch',
  'before the demo',
  'in case it fails',
  'only if Mo agrees',
  'later',
  'tomorrow',
  'maybe',
  'today',
  'please, if it fails again',
  'this if it fails again',
];
const DENIALS = [
  'not yet',
  'not needed',
  'not!',
  'no need',
  'no, wait',
  'do not',
  "don't",
  'isn\u2019t needed',
  'no longer needed',
  'never mind',
  'hold on',
];
const SENTENCES = [
  'is not needed, numbers recovered',
  'is planned for 5pm',
  'was mine',
  'will be needed',
  'should wait',
  'would help',
  'could be wrong',
  'can wait',
  'of this is planned',
  'planned for 5pm',
  'needed',
  'I think we should wait',
  'we should wait',
];
const QUESTIONS = [
  '?',
  ' this one?',
  ' can we?',
  ' are we sure?!',
  ' why not?',
  '? thanks',
  ' :thinking_face:',
  '? :eyes:',
];
const POLITE = ['', '!', ' please', ' this please', ', thanks', ' :pray:', ' 🙏', ' now'];

/** Of each verb that takes a reason or a note. */
const REASONS: Partial<Record<Verb, readonly string[]>> = {
  prepare: ['with a voucher'],
  promote: ['with a voucher'],
  accept: ['tested with a voucher', 'works as expected'],
  reject: [
    'not translated',
    'not translated yet',
    'no tests',
    'nothing works',
    'isn\u2019t translated',
    'has no tests',
  ],
  fail: ['not all totals are right', 'wrong totals', 'cannot log in', 'doesn\u2019t load', 'never loads'],
  cancel: ['wrong commit', 'not translated'],
  rollback: ['bad checkout', 'checkout fails when the cart is empty'],
  redeploy: ['stuck pods'],
  hotfix: ['double charge'],
  adopt: ['by hand', 'runs there already'],
  override: ['the auditors agree'],
  lock: [
    'database migration for 2h',
    'for 2h database migration',
    'database migration until 17:00',
    'until 17:00',
    'planned maintenance',
    'migration',
  ],
  takeover: ['rollback needed', 'until 17:00 rollback needed'],
  pause: ['flaky tests', 'pending investigation'],
  resume: ['tests are stable'],
};

const REASONED = CHANGING.flatMap((verb) => (REASONS[verb] ?? []).map((reason) => [verb, reason] as const));

const EACH = CHANGING.map((verb) => [verb] as const);

describe('a mention that reads like talk is a button', () => {
  describe.each(EACH)('%s', (verb) => {
    test.each([...CONDITIONS, ...DENIALS, ...SENTENCES])('%s', (words) => {
      expect(said(`${verb} ${words}`)).not.toBe('acts');
      // `rebuild` reads the words as a product and a commit, which it does not find; a time may be the end of a lock.
      if (verb === 'rebuild' || ((verb === 'lock' || verb === 'takeover') && /\dpm/.test(words))) return;
      expect(said(`${verb} ${words}`)).toBe('button');
    });

    test.each(QUESTIONS)('%s', (words) => {
      expect(said(`${verb}${words}`)).not.toBe('acts');
    });

    test.each([
      `"${verb} preprod"`,
      `\u201c${verb} preprod\u201d`,
      `'${verb}'`,
      `~${verb}~`,
      `"${verb}" he said`,
    ])('in quotation marks, or struck out: %s', (words) => {
      expect(said(saidTo('U0APP', `<@U0APP> ${words}`))).not.toBe('acts');
    });

    test.each(POLITE)('acts with nothing but politeness: %s', (words) => {
      expect(said(`${verb}${words}`)).toBe('acts');
    });
  });

  test.each(REASONED)('%s acts with a plain reason: %s', (verb, reason) => {
    expect(said(`${verb} ${reason}`)).toBe('acts');
  });

  // `reject`, `fail` and `cancel` only stop something: after them these words begin a reason.
  test.each([
    'rollback',
    'redeploy',
    'hotfix',
    'adopt',
    'override',
    'lock',
    'takeover',
    'pause',
    'resume',
    'accept',
  ])('%s with a word that denies is no reason', (verb) => {
    for (const words of [
      'not translated',
      'no stock',
      'never',
      'won\u2019t help',
      'doesnt help',
      'has to wait',
    ]) {
      expect([words, said(`${verb} ${words}`)]).toEqual([words, 'button']);
    }
  });

  test.each<[said: string, thread: ThreadSubject | null, outcome: Outcome]>([
    ['unlock is planned for 5pm', LOCK, 'button'],
    ['unlock after lunch', LOCK, 'button'],
    ['unlock preprod after lunch', LOCK, 'button'],
    ['unlock at 5', LOCK, 'button'],
    ['unlock preprod please', LOCK, 'acts'],
    ['unlock storefront/preprod, thanks', LOCK, 'acts'],
    ['unlock all', LOCK, 'acts'],
    ['unlock all after lunch', LOCK, 'button'],
    ['unlock prod please', null, 'acts'],
    ['unlock prod after lunch', null, 'button'],
    ['rollback prod is not needed', null, 'button'],
    ['rollback prod bad checkout', null, 'acts'],
    ['rollback of prod is planned', null, 'refused'],
    ['takeover if Mo is away', LOCK, 'button'],
    ['lock prod database migration for 2h', null, 'acts'],
    ['lock if Mo is away for 2h', LOCK, 'button'],
    ['lock at 5pm for 1h', LOCK, 'button'],
    ['lock until Lin is back', LOCK, 'button'],
    ['pause if it fails again', LOCK, 'button'],
    ['approve prod 42', null, 'acts'],
    ['approve prod 42 please', null, 'acts'],
    ['approve prod 42 after lunch', null, 'button'],
    [`approve prod ${SHA} when green`, null, 'button'],
    [`approve ${SHA} to prod please`, null, 'acts'],
    ['approve not prod', null, 'button'],
    ['approve :-1:', CARD, 'button'],
    [`rebuild storefront ${SHA} please`, null, 'acts'],
    [`rebuild storefront ${SHA} if it is red`, null, 'button'],
    [`rebuild ${SHA} in storefront`, null, 'acts'],
    ['rebuild storefront main', null, 'acts'],
    ['prepare prod later', null, 'button'],
    [`prepare prod ${SHA} if Lin agrees`, null, 'button'],
    ['hotfix prod if needed', null, 'button'],
    ['reject preprod is broken', CARD, 'acts'],
    ['reject this is broken', CARD, 'acts'],
    ['rollback worked', CARD, 'button'],
    ['rollback failed again', CARD, 'button'],
    ['rollback in progress', CARD, 'button'],
    ['takeover by Ada', LOCK, 'button'],
    ['rebuild failed', CARD, 'button'],
    ['rollback checkout broke, see https://shop.example/?cart=1', CARD, 'acts'],
    ['"approve prod"', null, 'button'],
    ['/release "approve prod"', null, 'button'],
    ['"/release approve prod" helps', null, 'button'],
    ['"why"', CARD, 'reads'],
  ])('%s', (words, thread, outcome) => {
    expect(said(words, thread)).toBe(outcome);
  });

  it('offers a quoted command as it would be typed', () => {
    expect(parseMention('"reject too slow"', WHERE, CARD)).toEqual({
      kind: 'problem',
      problem: { kind: 'onlyTalk', verb: 'reject', command: 'reject storefront/preprod#7 too slow' },
    });
  });

  test.each([
    ['<@U0APP>\n&gt; why', ''],
    ['<@U0APP> &gt; why', ''],
    ['&gt; <@U0APP> approve', ''],
    ['<@U0APP> why\n&gt; approve is pending\nthanks', 'why thanks'],
    ['<@U0APP> why\n&gt;&gt;&gt; approve is pending\nfrom Lin', 'why'],
    ['<@U0APP> reject a -&gt; b', 'reject a -> b'],
  ])('leaves out what is quoted: %j', (text, words) => {
    expect(saidTo('U0APP', text)).toBe(words);
  });

  it('never acts upon a question or a condition, whatever else is said', () => {
    const words = fc
      .array(
        fc.constantFrom('this', 'preprod', 'prod', '#7', '42', SHA, 'please', 'checkout', 'for 2h', 'not'),
        {
          maxLength: 4,
        },
      )
      .map((all) => all.join(' '));
    const condition = fc.constantFrom(
      'if',
      'when',
      'unless',
      'once',
      'after',
      'before',
      'until',
      'only',
      'in case',
    );
    const talk = fc.oneof(
      fc
        .tuple(fc.constantFrom(...CHANGING), words)
        .map(([verb, more]) => `${verb} ${more}`.trim().concat('?')),
      fc
        .tuple(fc.constantFrom(...CHANGING), condition, words)
        .map(([verb, when, more]) => `${verb} ${when} Lin ${more}`.trim()),
      fc
        .tuple(
          fc.constantFrom(...CHANGING),
          fc.constantFrom('preprod', 'prod', 'preprod#7'),
          condition,
          words,
        )
        .map(([verb, place, when, more]) => `${verb} ${place} ${when} Lin ${more}`.trim()),
    );
    fc.assert(
      fc.property(talk, fc.constantFrom(...THREADS), (text, [, thread]) => {
        expect([text, said(text, thread)]).not.toEqual([text, 'acts']);
      }),
      { numRuns: runs(500) },
    );
  });
});

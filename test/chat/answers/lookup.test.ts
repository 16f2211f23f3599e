import fc from 'fast-check';
import { type HelpView, helpMessage } from '../../../src/chat/answers/help/help.ts';
import { type HistoryView, historyMessage } from '../../../src/chat/answers/history.ts';
import { type Standing, type WhereView, whereMessage } from '../../../src/chat/answers/where.ts';
import { USAGE } from '../../../src/chat/command/usage.ts';
import { diffMessage, logMessage } from '../../../src/chat/dialogs/diff-and-log.ts';
import { Tickets } from '../../../src/chat/text/tickets.ts';
import { VERBS } from '../../../src/chat/verbs.ts';
import type { EnvironmentView } from '../../../src/chat/view-model.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { unicodeText } from '../../support/unicode.ts';
import {
  ABC,
  ADA,
  acceptance,
  approval,
  attempt,
  build,
  buttonsOf,
  commits,
  environment,
  HOUR,
  LIN,
  MO,
  manyReferences,
  NAMES,
  NEW,
  NOW,
  OLD,
  policy,
  read,
  release,
  runs,
  sha,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const around = {
  now: NOW,
  names: NAMES,
  commitUrl: null,
  cards: { 'storefront/prod#43': 'https://chat.example.com/p43' },
};
const DEF = sha('def456a');

const nasty = fc.oneof(
  unicodeText({ maxLength: 400 }),
  fc.constantFrom(
    '<!channel> *x* & `y` <@U1>',
    '&'.repeat(10_000),
    '"\\'.repeat(500),
    '\u0000\u001b[31m'.repeat(200),
    '👩‍👩‍👧‍👦'.repeat(100),
  ),
);
const URL = 'https://forge.example.com/acme/storefront/commit/{sha}';

function standing(name: string, over: Partial<Standing> = {}, state = {}): Standing {
  const here: EnvironmentView = {
    policy: policy({ name, ...(name === 'integration' ? { mode: 'continuous' } : {}) }),
    environment: environment(name, [], state),
  };
  return { here, runs: 'no', acceptance: null, next: null, was: null, ...over };
}

/** The environment below, which takes every commit by itself. */
function low(over: Partial<Standing> = {}): Standing {
  return standing('integration', { runs: 'same', ...over });
}

function where(environments: Standing[], over: Partial<WhereView> = {}): WhereView {
  const endedAt = NOW - 4 * HOUR;
  return {
    ...around,
    product: 'storefront',
    sha: ABC,
    commit: { sha: ABC, subject: 'Fix rounding in the cart', author: 'Lin', at: NOW - 60 * HOUR },
    build: build({ attempt: { ...attempt(), step: 'test', outcome: { kind: 'succeeded' }, endedAt } }),
    environments,
    ...over,
  };
}

describe('where', () => {
  const by = { kind: 'robot', name: 'Slipway' } as const;
  const reference = (of: string, who: typeof ADA | typeof by) => ({
    sha: of,
    ref: null,
    release: 9,
    at: NOW - HOUR,
    by: who,
  });

  test.each<[string, Standing[], string[]]>([
    ['accepted below and not there', [low({ acceptance: acceptance() }), standing('prod')], ['Prepare…']],
    ['not accepted below', [low(), standing('prod')], []],
    [
      'accepted below and revoked',
      [low({ acceptance: acceptance({ revoked: { at: NOW, by: ADA, release: null } }) }), standing('prod')],
      [],
    ],
    ['there already', [low({ acceptance: acceptance() }), standing('prod', { runs: 'inside' })], []],
    ['waiting there', [low({ acceptance: acceptance() }), standing('prod', {}, { open: [release()] })], []],
  ])('%s: Prepare… is offered if and only if the commit would be taken', (_what, environments, buttons) => {
    const said = whereMessage(where(environments));
    expect(buttonsOf(said)).toEqual(buttons);
    expect(checkLimits(said)).toEqual([]);
  });

  test('shows a commit inside a later one, alone, and on its way', () => {
    const said = whereMessage(
      where([
        standing(
          'integration',
          { runs: 'inside' },
          { deployed: reference(DEF, by), accepted: reference(DEF, by) },
        ),
        standing('preprod', { runs: 'same' }, { deployed: reference(ABC, MO), accepted: reference(ABC, MO) }),
        standing('prod', { next: { release: release({ approvals: [approval(LIN)] }), inside: false } }),
      ]),
    );
    expect(read(said).join('\n').split('\n')).toEqual([
      'abc123f Fix rounding in the cart · Lin, 02:30 · built 10:30',
      'integration: runs inside def456a, accepted 13:30',
      'preprod: runs exactly this, accepted by Mo 13:30',
      'prod: not there; prod#42 prepared, 1 of 2 approvals, still needs Mo',
    ]);
    expect(checkLimits(said)).toEqual([]);
  });

  test('shows a commit that was rolled back, revoked, not accepted or unknown, and where nothing runs', () => {
    const testing = release({ number: 9, status: 'testing', deployedAt: NOW - HOUR });
    const revoked = { at: NOW, by: MO, release: 43 };
    const was = { inside: null, since: NOW - 2 * HOUR, until: NOW - HOUR, rollback: 43 };
    const later = { release: release({ number: 44, sha: NEW, status: 'queued' }), inside: true };
    const said = whereMessage(
      where(
        [
          standing('a', { was }),
          standing('b', { was: { ...was, inside: DEF, since: null } }),
          standing('c', { was: { inside: null, since: NOW - HOUR, until: null, rollback: null } }),
          standing(
            'prod',
            { runs: 'same', acceptance: acceptance({ sha: ABC, revoked }) },
            { deployed: reference(ABC, MO) },
          ),
          standing(
            'e',
            { runs: 'inside' },
            { deployed: reference(DEF, MO), open: [testing], uncertain: true },
          ),
          standing('f', { runs: 'unknown' }),
          standing('g', { next: later }, { deployed: null }),
        ],
        { build: null, commit: null },
      ),
    );
    expect(read(said).join('\n').split('\n')).toEqual([
      'abc123f · no build of its own',
      'a: was there 12:30 to 13:30, rolled back by a#43',
      'b: was there inside def456a until 13:30, rolled back by b#43',
      'c: was there since 13:30, replaced since',
      'prod: runs exactly this, revoked by Mo 14:30, see prod#43',
      'e: runs inside def456a, not accepted: Testing there (e#9, since 13:30) · uncertain: a deploy has begun since',
      'f: runs 9f8e7d6; git could not say whether that contains it',
      'g: nothing runs there yet; g#44 of e4f5a6b, which contains it, queued, 0 of 2 approvals, needs Lin or Mo',
    ]);
  });

  test('says why a commit was left out, and what builds it', () => {
    const leftOut = { why: 'paths', since: DEF, paths: ['apps/shop', '!**/*.md'] } as const;
    const push = { head: 3, branch: 'main', pushedBy: null, at: NOW, card: 'storefront@head-3' };
    const said = whereMessage(
      where([low({ runs: 'no' })], {
        commit: null,
        build: build({ status: 'skipped', attempt: null, pushes: [{ ...push, leftOut }] }),
      }),
    );
    expect(read(said).join('\n').split('\n')[0]).toBe(
      'abc123f · not built: it changes nothing in apps/shop, !**/*.md since def456a; /release rebuild storefront abc123f00000 builds it all the same',
    );
    expect(checkLimits(said)).toEqual([]);
    const forOthers = whereMessage(
      where([low({ runs: 'no' })], {
        commit: null,
        build: build({ status: 'succeeded', attempt: null, pushes: [{ ...push, leftOut }] }),
      }),
    );
    expect(read(forOthers).join('\n').split('\n')[0]).toBe(
      'abc123f · built, but its push was left out: it changes nothing in apps/shop, !**/*.md since def456a; /release rebuild storefront abc123f00000 has it go the way of any other',
    );
    expect(checkLimits(forOthers)).toEqual([]);
  });

  test('stays within the limits with forty environments, whatever people wrote', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const one = standing(text.slice(0, 64) || 'x', {
          next: { release: release({ approvals: [approval(LIN)] }), inside: true },
          was: { inside: DEF, since: NOW, until: NOW, rollback: 43 },
        });
        const view = where(Array(40).fill(one), {
          commit: { sha: ABC, subject: text, author: text, at: NOW },
          commitUrl: URL,
          references: manyReferences([ABC], text),
        });
        const said = whereMessage(view);
        expect(checkLimits(said)).toEqual([]);
        expect(read(said).join('\n')).toMatch(/\+\d+ more: \/release status storefront$/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('diff', () => {
  const shown = { environment: 'storefront/prod', sha: ABC, against: OLD, context: around };

  test('lists removed commits first, with a button for the rest', () => {
    const said = diffMessage({ ...shown, adds: commits(212), removes: commits(1) });
    const lines = read(said).join('\n').split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'abc123f for storefront/prod against 9f8e7d6',
      'Removes 1 commit',
      '0abcdef Fix number 0 – Lin',
      'Adds 212 commits',
    ]);
    expect(lines.at(-1)).toBe('+207 more by Ada, Lin, Mo and 2 others');
    expect(buttonsOf(said)).toEqual(['Show Diff']);
    expect(said.text).toBe('abc123f for storefront/prod: removes 1 commit, adds 212');
  });

  test('says that there is no difference, that nothing runs or that git fails, without a button', () => {
    const none = { count: 0, commits: [], authors: [] };
    const same = diffMessage({ ...shown, adds: none, removes: none });
    expect(read(same)).toEqual(['abc123f for storefront/prod against 9f8e7d6', 'No difference.']);
    expect(buttonsOf(same)).toEqual([]);
    const first = diffMessage({ ...shown, against: null, adds: null, removes: null });
    expect(read(first)).toEqual(['abc123f for storefront/prod: nothing runs there yet']);
    const away = diffMessage({ ...shown, adds: null, removes: none });
    expect(read(away)[1]).toBe('Git could not list the commits. Try again in a minute.');
  });

  test('stays within the limits with hundreds of commits, whatever people wrote', () => {
    const list = (text: string) => ({
      count: 900,
      commits: Array.from({ length: 200 }, (_, index) => ({
        sha: sha(`${index}`),
        subject: text,
        author: text,
      })),
      authors: Array(300).fill(text),
    });
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const shas = list(a).commits.map((one) => one.sha);
        const references = manyReferences(shas, a);
        const full = { ...around, commitUrl: `${URL}?${'x'.repeat(400)}`, references };
        const said = diffMessage({ ...shown, adds: list(a), removes: list(b), context: full });
        expect(checkLimits(said)).toEqual([]);
        expect(buttonsOf(said)).toEqual(['Show Diff']);
      }),
      { numRuns: 50 },
    );
  });
});

describe('history', () => {
  const end = (over: object = {}) => ({ at: NOW, by: MO, reason: null, cause: null, ...over });
  const here = { policy: policy(), environment: environment('prod', [], { releases: 43 }) };
  const view = (releases: Release[]): HistoryView => ({ ...around, here, releases });

  test('shows who requested, who approved, who ended it and why', () => {
    const said = historyMessage(
      view([
        release({
          number: 43,
          sha: OLD,
          kind: 'rollback',
          status: 'accepted',
          requestedBy: MO,
          note: 'vouchers charge twice',
          end: end({ by: { kind: 'robot', name: 'Slipway' } }),
        }),
        release({
          status: 'faulty',
          approvals: [approval(LIN), approval(MO)],
          end: end({ reason: 'x'.repeat(200) }),
          revoked: { at: NOW, by: MO, release: 43 },
        }),
        release({
          number: 41,
          status: 'superseded',
          end: end({ by: ADA, cause: { release: 42, sha: ABC } }),
        }),
        release({ number: 40, kind: 'hotfix', status: 'accepted', note: 'double charge', end: end() }),
        release({ number: 39, note: 'please test with a voucher' }),
        release({ number: 38, status: 'accepted', end: end(), revoked: { at: NOW, by: LIN, release: null } }),
      ]),
    );
    expect(read(said).join('\n').split('\n')).toEqual([
      'History of storefront/prod · 43 to 38 of 43',
      'prod#43 9f8e7d6 accepted · rollback by Mo 13:30: “vouchers charge twice”',
      `prod#42 abc123f faulty · promotion by Ada 13:30, approved by Lin and Mo, found faulty by Mo 14:30; rolled back by prod#43: “${'x'.repeat(119)}…”`,
      'prod#41 abc123f superseded · promotion by Ada 13:30, superseded by Ada 14:30; by prod#42',
      'prod#40 abc123f accepted · HOTFIX by Ada 13:30, accepted by Mo 14:30: “double charge”',
      'prod#39 abc123f prepared · promotion by Ada 13:30',
      'prod#38 abc123f accepted · promotion by Ada 13:30, accepted by Mo 14:30; revoked by Lin 14:30',
    ]);
    expect(buttonsOf(said)).toEqual(['Older']);
    expect(JSON.stringify(said.blocks)).toContain('history storefront/prod#37');
  });

  test('says what commits refer to, as far as that is known', () => {
    const commits = {
      [ABC]: { sha: ABC, subject: 'Merge pull request #12 from acme/voucher', author: 'Lin' },
      [OLD]: { sha: OLD, subject: 'Fix rounding', author: 'Lin' },
    };
    const pulls = { [ABC]: [{ number: 12, title: 'SHOP-7 Show voucher field', url: null }] };
    const tickets = new Tickets({ pattern: 'SHOP-[0-9]+', url: 'https://tickets.example/{key}' });
    const pullLinks = { url: 'https://forge.example/pull/{number}', sign: '#' } as const;
    const said = historyMessage({
      ...view([release({ number: 2 }), release({ number: 1, sha: OLD })]),
      commits,
      references: { pulls, pullLinks, tickets },
    });
    expect(read(said).join('\n').split('\n').slice(1)).toEqual([
      'prod#2 abc123f prepared · promotion by Ada 13:30 · SHOP-7 Show voucher field (#12)',
      'prod#1 9f8e7d6 prepared · promotion by Ada 13:30',
    ]);
    expect(JSON.stringify(said.blocks).match(/"url":"[^"]*"/g)).toEqual([
      '"url":"https://tickets.example/SHOP-7"',
      '"url":"https://forge.example/pull/12"',
    ]);
  });

  test('says that a commit was built again for a release', () => {
    const said = historyMessage(view([release({ number: 2, builtAgain: true })]));
    expect(read(said).join('\n')).toContain('promotion by Ada 13:30, built again for it');
  });

  test('has no Older on the last page, and Newer ends with the newest', () => {
    const said = historyMessage(view([release({ number: 2 }), release({ number: 1 })]));
    expect(buttonsOf(said)).toEqual(['Newer']);
    expect(JSON.stringify(said.blocks)).toContain('history storefront/prod#12');
    const near = historyMessage(view([release({ number: 40 }), release({ number: 39 })]));
    expect(buttonsOf(near)).toEqual(['Older', 'Newer']);
    expect(JSON.stringify(near.blocks)).toContain('history storefront/prod#43');
    const none = historyMessage({ ...view([]), here: { ...here, environment: environment('prod', []) } });
    expect(read(none)).toEqual(['History of storefront/prod: nothing has been released there yet.']);
  });

  test('stays within the limits whatever people wrote, and Older continues where it was cut', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const who = { ...ADA, name: text };
        const releases = Array.from({ length: 10 }, (_, index) =>
          release({
            number: 43 - index,
            kind: 'hotfix',
            note: text,
            requestedBy: who,
            approvals: [approval(who), approval(who), approval(who), approval(who)],
            end: end({ by: who, reason: text }),
            revoked: { at: NOW, by: who, release: 43 },
          }),
        );
        const cards = Object.fromEntries(
          releases.map(({ number }) => [`storefront/prod#${number}`, `https://x.example/${'p'.repeat(90)}`]),
        );
        const commits = { [ABC]: { sha: ABC, subject: text, author: text } };
        const references = manyReferences([ABC], text);
        const said = historyMessage({ ...view(releases), cards, commitUrl: URL, commits, references });
        expect(checkLimits(said)).toEqual([]);
        const shown =
          read(said)[1]
            ?.split('\n')
            .filter((line) => line.startsWith('prod#')).length ?? 0;
        expect(shown).toBeGreaterThan(3);
        expect(JSON.stringify(said.blocks)).toContain(`history storefront/prod#${43 - shown}`);
      }),
      { numRuns: 50 },
    );
  });
});

describe('log', () => {
  const whole = 'logs/storefront/prod/7.log in the data directory';

  test('shows the last 40 lines, and where the whole log is', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const said = logMessage({ title: 'Deploy of abc123f to storefront/prod', lines, before: 100, whole });
    const text = read(said);
    expect(text.slice(0, 2)).toEqual(['Deploy of abc123f to storefront/prod', '120 earlier lines.']);
    expect(text[2]).toMatch(/^line 20\n/);
    expect(text.at(-2)).toMatch(/\nline 59$/);
    expect(text.at(-1)).toBe(`The whole log: ${whole}`);
    expect(read(logMessage({ title: 'Nothing has run yet', lines: [], before: 0, whole: null }))).toEqual([
      'Nothing has run yet',
    ]);
  });

  test('shows a deploy and its verification, each under its title', () => {
    const one = (title: string, line: string) => ({ title, lines: [line], before: 2, whole: `${title}.log` });
    const said = logMessage(one('Deploy', 'copied'), { ...one('Verification', 'red'), leftOut: 450_000_000 });
    expect(read(said)).toEqual([
      'Deploy',
      '2 earlier lines.',
      'copied',
      'The whole log: Deploy.log',
      'Verification',
      '2 earlier lines. 450 MB in the middle were not kept.',
      'red',
      'The part that is kept: Verification.log',
    ]);
    expect(said.text).toBe('Deploy; Verification');
    const much = { title: 'x', lines: Array(60).fill('"'.repeat(300)), before: 0, whole };
    expect(checkLimits(logMessage(much, much))).toEqual([]);
  });

  test('stays within the limits whatever was printed, and keeps the end', () => {
    const quotes = logMessage({ title: 'x', lines: Array(60).fill('"'.repeat(300)), before: 0, whole });
    expect(checkLimits(quotes)).toEqual([]);
    expect(read(quotes)[1]).toBe('34 earlier lines.');
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 60 }), (lines) => {
        const said = logMessage({ title: 'x', lines: [...lines, 'the end'], before: 0, whole });
        expect(checkLimits(said)).toEqual([]);
        expect(read(said).at(-2)).toMatch(/the end$/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('help', () => {
  const integration = policy({ name: 'integration', mode: 'continuous', below: null });
  const preprod = policy({ name: 'preprod', below: 'integration', acceptFrom: null });
  const view = (over: Partial<HelpView> = {}): HelpView => ({
    ...around,
    product: 'storefront',
    environments: [
      { policy: integration, environment: environment('integration', []) },
      { policy: preprod, environment: environment('preprod', []) },
      { policy: policy(), environment: environment('prod', []) },
    ],
    person: LIN,
    ...over,
  });
  const rightsOf = (over: Partial<HelpView>) => read(helpMessage(view(over))).at(-1);

  test('names every verb that works and none that does not', () => {
    const said = helpMessage(view());
    const text = read(said).join('\n');
    expect(text).toContain('Slipway for storefront: integration → preprod → prod');
    expect(text).toContain('`/release promote preprod [note]`');
    for (const verb of VERBS) {
      if (verb !== 'override') expect(text).toContain(`/release ${verb}`);
    }
    const lines = text.split('\n');
    expect(lines.filter((line) => ['Ship', 'Decide', 'Hold', 'Look up'].includes(line))).toEqual([
      'Ship',
      'Decide',
      'Hold',
      'Look up',
    ]);
    // Where nothing is ever frozen there is nothing to override.
    expect(text).not.toContain('/release override');
    for (const [, word] of text.matchAll(/`\/release (\w+)/g)) expect(VERBS).toContain(word);
    expect(checkLimits(said)).toEqual([]);
  });

  test('says what this person may do, where that differs, and what they may not do', () => {
    expect(rightsOf({})).toBe('You may prepare, approve, deploy, accept, roll back, lock and adopt.');
    expect(rightsOf({ person: ADA })).toBe(
      'You may prepare, approve, deploy, roll back, lock and adopt; accept in preprod.',
    );
    const closed = policy({ approvals: { ...policy().approvals, rules: [{ required: 1, from: ['UMO'] }] } });
    const environments = [{ policy: closed, environment: environment('prod', []) }];
    expect(rightsOf({ environments, person: ADA })).toBe(
      'You may prepare, deploy, roll back, lock and adopt. You may not approve or accept.',
    );
  });

  test('counts members of a group, and nobody if Slack does not list them', () => {
    const from = ['@managers'];
    const closed = policy({ acceptFrom: from, roles: { ...policy().roles, deploy: from, rollback: from } });
    const environments = [{ policy: closed, environment: environment('prod', []) }];
    const groups = (members: string[] | null) => ({ '@managers': { id: 'S1', members } });
    expect(rightsOf({ environments, groups: groups(['ULIN']) })).toBe(
      'You may prepare, approve, deploy, accept, roll back, lock and adopt.',
    );
    expect(rightsOf({ environments, groups: groups(null) })).toBe(
      'You may prepare, approve, lock and adopt. You may not deploy, accept or roll back.',
    );
  });

  test('leaves out what this person or product cannot use', () => {
    const lowest = [{ policy: integration, environment: environment('integration', []) }];
    const text = read(helpMessage(view({ environments: lowest }))).join('\n');
    expect(text).not.toMatch(/release (promote|prepare|approve|accept)/);
    expect(text).toContain('/release rollback integration');
    const guest = read(helpMessage(view({ person: { ...LIN, member: false } }))).join('\n');
    expect(guest).not.toMatch(/release (promote|prepare|approve|accept|rollback)/);
    expect(guest).toContain('/release status');
  });

  test('lists what waits for this person, and not what waits for others', () => {
    const open = [
      release(),
      release({ number: 43, approvals: [approval(LIN)] }),
      release({ number: 44, status: 'testing' }),
      release({ number: 45, status: 'approved', requestedBy: LIN }),
      release({ number: 46, status: 'approved' }),
      release({ number: 47, requestedBy: LIN }),
    ];
    const tested = runs(release({ number: 44 }));
    const environments = [{ policy: policy(), environment: environment('prod', open, tested) }];
    expect(rightsOf({ environments })).toBe(
      'You may prepare, approve, deploy, accept, roll back, lock and adopt. 1 approval waits for you: prod#42. ' +
        '1 test waits for you: prod#44. 1 deploy waits for you: prod#45.',
    );
  });

  test('has one line for every verb', () => {
    expect(Object.keys(USAGE).sort()).toEqual([...VERBS].sort());
    expect(read(helpMessage(view({ product: null, environments: [] }))).join('\n')).toContain(
      'PRODUCT/ENVIRONMENT',
    );
  });
});

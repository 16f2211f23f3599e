import type { KnownBlock } from '@slack/types';
import { homeBlocks, homeForOthers } from '../../../src/chat/home/home.ts';
import { matches } from '../../../src/chat/home/search.ts';
import { chosenSwitches } from '../../../src/chat/home/switches.ts';
import type { HomeProduct, HomeView, ReleaseView } from '../../../src/chat/view-model.ts';
import { DIRECT_KINDS, type DirectKind } from '../../../src/domain/documents/values/switches.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import {
  ADA,
  approval,
  buttonsOf,
  commits,
  environment,
  HOUR,
  LIN,
  lockOf,
  MO,
  NOW,
  oneRule,
  person,
  policy,
  readBlock,
  release,
  runs,
  type Scene,
  view,
} from '../build.ts';
import { checkHome } from '../limits.ts';

const OFF = Object.fromEntries(DIRECT_KINDS.map((kind) => [kind, false])) as Record<DirectKind, boolean>;

function home(over: Partial<HomeView> = {}): HomeView {
  return {
    now: NOW,
    waiting: [],
    moreWaiting: 0,
    locks: [],
    releases: [],
    moreReleases: 0,
    board: [],
    page: 0,
    pages: 1,
    search: '',
    products: 0,
    switches: { ...OFF, awaited: true, lock: true },
    complete: true,
    ...over,
  };
}

/** What a reader sees, one line a block; of check marks the marks that are set. */
function read(blocks: readonly KnownBlock[]): string {
  return blocks.map(readBlock).join('\n');
}

function forPerson(reader: Person, scene: Scene): ReleaseView {
  return { ...view(scene), by: { person: reader, groups: [], authors: null } };
}

function product(name: string, rows: HomeProduct['environments'], channel = `#${name}`): HomeProduct {
  return {
    product: name,
    channel,
    context: { now: NOW, names: {}, commitUrl: null, cards: {} },
    environments: rows,
  };
}

function row(name: string, over: Parameters<typeof environment>[2] = {}, behind: number | null = null) {
  return {
    policy: policy({ name, below: name === 'integration' ? null : 'preprod' }),
    environment: environment(name, [], over),
    behind,
  };
}

describe('what waits for the reader', () => {
  const adds = { adds: commits(212), removes: commits(1) };

  test.each<[string, Person, Scene, string, string[]]>([
    [
      'an approval',
      LIN,
      { release: release({ note: 'Checkout fix', approvals: [approval(MO)] }), view: adds },
      '*Approve abc123f for storefront/prod?*\nprod#42 · asked by Ada 13:30 · 1 of 2 approvals · adds 212 commits, removes 1 commit · expires 13:30\nCheckout fix',
      ['Approve*', 'Reject'],
    ],
    [
      'a hotfix',
      LIN,
      { release: release({ kind: 'hotfix' }) },
      '*Approve the hotfix abc123f for storefront/prod?*\nprod#42 · asked by Ada 13:30 · 0 of 2 approvals · expires 13:30',
      ['Approve*', 'Reject'],
    ],
    [
      'a test',
      MO,
      {
        release: release({ status: 'testing', begun: true, deployedAt: NOW - HOUR }),
        environment: runs(release()),
      },
      '*Accept abc123f in storefront/prod?*\nprod#42 · asked by Ada 13:30 · deployed 13:30',
      ['Accept*', 'Test Failed', 'Show Log'],
    ],
    [
      'a deploy of their own release',
      ADA,
      { release: release({ status: 'approved', approvals: [approval(LIN), approval(MO)] }) },
      '*Deploy abc123f to storefront/prod?*\nprod#42 · asked by Ada 13:30 · 2 of 2 approvals',
      ['Deploy to prod*?'],
    ],
  ])('%s', (_what, reader, scene, words, buttons) => {
    const blocks = homeBlocks(home({ waiting: [forPerson(reader, scene)] }));
    expect(read(blocks)).toContain(`*Waiting for you: 1*\n${words}`);
    expect(buttonsOf({ blocks }).filter((label) => label !== 'Show Diff')).toEqual(buttons);
    expect(checkHome(blocks)).toEqual([]);
  });

  test('a lock that somebody asked for', () => {
    const lock = lockOf({ owner: ADA, askedBy: [MO, LIN] });
    const blocks = homeBlocks(home({ locks: [{ place: 'storefront/prod', lock }] }));
    expect(read(blocks)).toContain(
      '*Waiting for you: 1*\n*Mo and Lin ask you to unlock storefront/prod*\nYour lock since 13:30: “database migration”.',
    );
    expect(buttonsOf({ blocks })).toEqual(['Unlock*', 'Hand Over to Lin?', 'Extend', 'Keep Lock']);
    expect(checkHome(blocks)).toEqual([]);
  });

  test('nothing is said to be nothing', () => {
    expect(read(homeBlocks(home()))).toContain('*Waiting for you: nothing*');
  });
});

test('releases of the reader have the buttons that the reader may use', () => {
  const failed = release({
    status: 'rejected',
    end: { at: NOW, by: MO, reason: 'not translated', cause: null },
  });
  const blocks = homeBlocks(home({ releases: [forPerson(ADA, { release: failed })] }));
  expect(read(blocks)).toContain('*Your releases: 1*\n*Not deployed: abc123f to storefront/prod*');
  expect(read(blocks)).toContain('prod#42 · promotion · prepared by Ada');
  const nobody = homeBlocks(
    home({ releases: [forPerson(MO, { release: release(), policy: { approvals: oneRule(1, ['ULIN']) } })] }),
  );
  expect(buttonsOf({ blocks: nobody })).toEqual(['Show Diff', 'Why', 'Cancel']);
});

describe('the board', () => {
  test('says of each environment what runs, since when, how far behind, and what holds it', () => {
    const board = [
      product('storefront', [
        row('integration', { deployed: null, accepted: null, desired: null }),
        row('preprod', { accepted: null, uncertain: true }),
        row('prod', { lock: lockOf(), open: [release()] }, 212),
      ]),
    ];
    const blocks = homeBlocks(home({ board, products: 1 }));
    expect(buttonsOf({ blocks })).toEqual(['Prepare…']);
    expect(read(blocks)).toContain(
      [
        '*storefront* · #storefront',
        'integration nothing runs yet',
        'preprod 9f8e7d6 since 22:30 · ⚠️ perhaps half changed',
        'prod 9f8e7d6 since 22:30 · 212 behind preprod · 🔒 locked by Lin · ⏳ prod#42 abc123f prepared, 0 of 2 approvals',
      ].join('\n'),
    );
  });

  test('of nobody’s products says how one comes to see one', () => {
    expect(read(homeBlocks(home()))).toContain(
      'No product of yours yet. You see a product here once you are in its channel',
    );
    const unsure = read(homeBlocks(home({ complete: false })));
    expect(unsure).toContain('Slack did not say which channels you are in, so products may be missing.');
  });

  test('has a search and pages where it needs them', () => {
    const board = [product('a', [row('prod')])];
    const blocks = (page: number, pages: number, search = '') =>
      homeBlocks(home({ board, products: 31, page, pages, search }));
    const turns = (all: KnownBlock[]) =>
      all
        .flatMap((block) => (block.type === 'actions' ? block.elements : []))
        .flatMap((one) => (one.type === 'button' ? [[one.text.text, one.value]] : []));
    expect(turns(blocks(0, 1))).toEqual([]);
    expect(turns(blocks(0, 4))).toEqual([['Next', '[1,""]']]);
    expect(turns(blocks(1, 4, 'x'))).toEqual([
      ['Previous', '[0,"x"]'],
      ['Next', '[2,"x"]'],
    ]);
    expect(read(blocks(3, 4))).toContain('Page 4 of 4 of 31 products');
    expect(blocks(0, 1).some(({ type }) => type === 'input')).toBe(false);
    expect(blocks(0, 2).some(({ type }) => type === 'input')).toBe(true);
    expect(read(homeBlocks(home({ products: 31, search: 'nope' })))).toContain(
      'No product of yours is called nope.',
    );
  });

  test.each([
    ['shop', true],
    ['SHOP front', true],
    ['#store', true],
    ['', true],
    ['shop back', false],
  ])('%p finds shopfront in #store-releases: %p', (search, found) => {
    expect(matches({ name: 'shopfront', channel: '#store-releases' }, search)).toBe(found);
  });
});

test('the switches show what is on, and a click gives all of them', () => {
  const marks = (switches: HomeView['switches']) =>
    JSON.parse(JSON.stringify(homeBlocks(home({ switches })).at(-1))).elements[0];
  expect(marks(OFF).initial_options).toBeUndefined();
  const on = marks({ ...OFF, ended: true, lock: true }).initial_options;
  expect(on.map(({ value }: { value: string }) => value)).toEqual(['ended', 'lock']);
  expect(chosenSwitches(['ended', 'lock', 'strange'])).toEqual({ ...OFF, ended: true, lock: true });
});

test('whoever is no member sees only that', () => {
  expect(read(homeForOthers())).toBe('Slipway’s Home is for full members of this workspace.');
  expect(checkHome(homeForOthers())).toEqual([]);
});

describe('at worst', () => {
  const LONG = 'ש'.repeat(90);
  const ARABIC = '\u202eنص طويل جدا '.repeat(30);
  const names = [LONG, '𝕊'.repeat(80), `<!channel> *x* \`y\` ${'&'.repeat(100)}`];

  test.each(names)('stays within the limits of Slack, with names such as %s', (name) => {
    const reader = person('Lin');
    const many = Array.from({ length: 12 }, (_, index) =>
      forPerson(reader, {
        release: release({
          number: index,
          card: `storefront/prod#${index}`,
          note: ARABIC,
          requestedBy: { ...ADA, name },
        }),
        view: { adds: commits(212), removes: commits(99) },
      }),
    );
    const own = Array.from({ length: 12 }, (_, index) =>
      forPerson(reader, {
        release: release({
          number: 100 + index,
          card: `own#${index}`,
          status: 'rejected',
          end: { at: NOW, by: { ...MO, name }, reason: ARABIC, cause: null },
        }),
      }),
    );
    const locks = Array.from({ length: 5 }, (_, index) => ({
      place: `storefront/${index}`,
      lock: lockOf({
        owner: reader,
        askedBy: Array.from({ length: 10 }, () => ({ ...MO, name })),
        reason: ARABIC,
        card: `lock-${index}`,
      }),
    }));
    const rows = Array.from({ length: 6 }, (_, index) => ({
      ...row(`environment-${index}`.padEnd(40, 'x'), { lock: lockOf({ owner: { ...MO, name } }) }, 12_345),
    }));
    const board = Array.from({ length: 10 }, () => product(name, rows, name));
    const blocks = homeBlocks(
      home({
        waiting: many,
        moreWaiting: 7,
        locks,
        releases: own,
        moreReleases: 3,
        board: board.map((each) => ({
          ...each,
          context: { ...each.context, commitUrl: `https://forge.example/${'x'.repeat(300)}/{sha}` },
        })),
        page: 4,
        pages: 10,
        products: 100,
        search: name.slice(0, 80),
      }),
    );
    expect(checkHome(blocks)).toEqual([]);
    expect(read(blocks)).toContain('others wait for you');
    expect(read(blocks)).toContain('others of yours');
    expect(read(blocks)).toMatch(/\+\d more: `.?\/release status/);
    const parsed = JSON.stringify(blocks).match(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g);
    expect(parsed?.join()).not.toContain('<!channel>');
  });
});

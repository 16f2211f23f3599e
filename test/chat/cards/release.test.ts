import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { STATUSES } from '../../../src/domain/documents/values/release.ts';
import { buttonsOf, commits, endedAttempt, NOW, pushView, read, release, view } from '../build.ts';
import { checkLimits } from '../limits.ts';
import { ROWS } from '../scenes.ts';

/** What may still be done where the environment left the configuration; `buttonsOf` marks styles. */
const WHEN_RETIRED = /^(Cancel|Accept|Accept Anyway|Test Failed|Show Diff|Show Log)\W*$/;

describe.each(ROWS)('$name', ({ scene, title, status, buttons, says }) => {
  const card = releaseCard(view(scene));
  const lines = read(card);

  test('has its title and status', () => {
    expect(lines.join('\n')).toMatch(new RegExp(`^\\*${escaped(title)}\\*\n${escaped(status)}\n`));
    if (says) expect(lines.join('\n')).toContain(says);
  });

  test('has exactly the buttons that work', () => {
    expect(buttonsOf(card)).toEqual(buttons);
  });

  test('keeps the limits, in at most 8 blocks', () => {
    expect(checkLimits(card)).toEqual([]);
    expect(card.blocks.length).toBeLessThanOrEqual(8);
  });

  test('is a few lines tall; a new candidate names its newest commits', () => {
    const tall = lines.flatMap((text) => text.split('\n')).length;
    expect(tall).toBeLessThanOrEqual(scene.release.status === 'prepared' ? 10 : 6);
  });

  test('says the same as plain text', () => {
    const { release: one } = scene;
    expect(card.text).toContain(`#${one.number} `);
    expect(card.text).not.toMatch(/[<>*]/);
  });
});

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

test('every status has its card', () => {
  expect(new Set(ROWS.map(({ scene }) => scene.release.status))).toEqual(new Set(STATUSES));
});

test('the card of a candidate lists removed commits above added ones', () => {
  const one = release({ note: 'Checkout fix, please test with a voucher' });
  const card = releaseCard(view({ release: one, view: { adds: commits(7), removes: commits(1) } }));
  expect(read(card)).toEqual([
    '*Deploy abc123f to storefront/prod*\n⏳ Prepared, waiting: 0 of 2 approvals, needs <@ULIN>, <@UMO>',
    'prod#42 · promotion from preprod · prepared by Ada 13:30 · expires 13:30',
    [
      'Checkout fix, please test with a voucher',
      'Removes 1 commit that prod runs now',
      '0abcdef Fix number 0 – Lin',
      'Adds 7 commits to 9f8e7d6, which prod runs now',
      ...[0, 1, 2].map((number) => `${number}abcdef Fix number ${number} – Lin`),
      '+4 more by Ada, Lin, Mo and 2 others',
    ].join('\n'),
  ]);
  expect(card.text).toBe(
    'storefront/prod#42 Prepared: Deploy abc123f to storefront/prod. Waiting: 0 of 2 approvals, needs Lin, Mo',
  );
});

test('buttons carry the shown commit, and blocks the revision', () => {
  const card = releaseCard(view({ release: release() }));
  const row = card.blocks.at(-1);
  expect(row).toMatchObject({
    block_id: 'storefront/prod#42@7',
    elements: [
      {
        action_id: 'approve',
        accessibility_label: 'Approve storefront/prod#42',
        value: expect.stringContaining('"v":7'),
      },
      {},
      {},
      {},
      {},
    ],
  });
});

test.each(ROWS)('$name offers nothing new in an environment that was removed', ({ scene }) => {
  const here = view(scene);
  const kept = buttonsOf(
    releaseCard({ ...here, here: { ...here.here, policy: { ...here.here.policy, retired: true } } }),
  );
  const before = buttonsOf(releaseCard(here));
  expect(kept).toEqual(before.filter((label) => WHEN_RETIRED.test(label)));
});

test('a release links to its card, a commit to the forge, an environment to its page', () => {
  const scene = ROWS.find(({ name }) => name === 'testing')?.scene;
  const drawn = view({ ...scene!, policy: { url: 'https://prod.example.com/?a=1&b=2' } });
  const json = JSON.stringify(
    releaseCard({
      ...drawn,
      commitUrl: 'https://forge.example.com/c/{sha}',
      cards: { 'storefront/prod#42': 'https://chat.example.com/archives/C1/p1' },
    }),
  );
  expect(json).toContain(`<https://forge.example.com/c/${drawn.release.sha}|abc123f>`);
  expect(json).toContain('<https://chat.example.com/archives/C1/p1|prod#42>');
  expect(json).toContain('<https://prod.example.com/?a=1&amp;b=2|storefront/prod>');
});

test('a continuous release says who pushed', () => {
  const scene = ROWS.find(({ name }) => name === 'accepted, continuous')?.scene;
  const card = releaseCard(view({ ...scene!, view: { ...scene!.view, push: pushView().push, now: NOW } }));
  expect(read(card)[1]).toBe('integration#311 · continuous · pushed to main by Lin 13:30');
});

test('a confirmation dialog says what really happens', () => {
  const asks = (name: string) => {
    const scene = ROWS.find((row) => row.name === name)?.scene;
    const json = JSON.stringify(releaseCard(view(scene!)).blocks);
    return /"confirm":\{"title":\{[^}]*\},"text":\{"type":"plain_text","text":"([^"]*)"/.exec(json)?.[1];
  };
  expect(asks('approved, every gate is open')).toBe('It starts at once.');
  expect(asks('approved, not soaked yet')).toBe(
    'It starts by itself at 2026-01-05 15:30 UTC, when its soak ends.',
  );
  expect(asks('approved, another deploys')).toBe('It starts by itself when prod#41 has ended.');
  expect(asks('prepared, and the last approval starts it')).toBe(
    'Yours is the last approval: the deploy starts at once.',
  );
});

describe.each([
  [1, '1'],
  [130, '130 (SIGINT)'],
  [137, '137 (SIGKILL)'],
  [143, '143 (SIGTERM)'],
  [128, '128'],
  [200, '200'],
])('exit code %i', (code, words) => {
  const outcome = { kind: 'failed', how: { kind: 'exit', code } } as const;

  test('of a deploy names the signal that it stands for', () => {
    const one = release({ status: 'failed', begun: true, attempts: [endedAttempt('deploy', outcome)] });
    expect(releaseCard(view({ release: one })).text).toContain(`ended with exit code ${words} after`);
  });

  test('of a verification does so too', () => {
    const verification = endedAttempt('verify', outcome, { number: 2 });
    const one = release({ status: 'unverified', begun: true, deployedAt: NOW, attempts: [verification] });
    expect(releaseCard(view({ release: one })).text).toContain(`xit code ${words} after`);
  });
});

test('processes that a deploy left running are named, ended or not', () => {
  const leftovers = { ended: ['node (process 12)', 'sh (process 13)'], left: ['dockerd (process 7)'] };
  const attempts = [endedAttempt('deploy', { kind: 'succeeded' }, { leftovers })];
  const one = release({ status: 'testing', begun: true, deployedAt: NOW, attempts });
  const lines = read(releaseCard(view({ release: one }))).join('\n');
  expect(lines).toContain('Slipway ended what the deploy left running: node (process 12), sh (process 13)');
  expect(lines).toContain('Slipway could not end what the deploy left running: dockerd (process 7)');
});

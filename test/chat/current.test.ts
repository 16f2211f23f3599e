import { boardMessage } from '../../src/chat/answers/board.ts';
import { statusMessage } from '../../src/chat/answers/status.ts';
import { type Standing, whereMessage } from '../../src/chat/answers/where.ts';
import { type WhyView, whyMessage } from '../../src/chat/answers/why.ts';
import { noticeMessage } from '../../src/chat/cards/notice.ts';
import { releaseCard } from '../../src/chat/cards/release/card.ts';
import { diffMessage } from '../../src/chat/dialogs/diff-and-log.ts';
import { previewBlocks } from '../../src/chat/dialogs/prepare/preview.ts';
import type { Message } from '../../src/chat/view-model.ts';
import type { Environment } from '../../src/domain/documents/environment.ts';
import type { Current } from '../../src/domain/documents/values/current.ts';
import type { DriftEnd } from '../../src/domain/documents/values/notice.ts';
import {
  ABC,
  ADA,
  begun,
  endedAttempt,
  environment,
  MINUTE,
  NEW,
  NOW,
  OLD,
  policy,
  read,
  release,
  view,
} from './build.ts';
import { checkLimits } from './limits.ts';

const AROUND = { now: NOW, names: {}, commitUrl: null, cards: {} };
const STATE: Current = { askAt: NOW, quietSince: NOW - 60 * MINUTE };
const at = NOW - 5 * MINUTE;
const since = NOW - 10 * MINUTE;
const LONG = '<!channel> '.repeat(50).trim();

const DRIFT: Current = {
  ...STATE,
  answer: { sha: NEW, said: NEW, at },
  drift: { sha: NEW, said: NEW, since, card: 'c' },
};
const WORDS: Current = { ...STATE, drift: { sha: null, said: LONG, since, card: 'c' } };
const SAME: Current = { ...STATE, answer: { sha: OLD, said: OLD, at } };
const OTHER: Current = { ...STATE, answer: { sha: NEW, said: NEW, at } };
const SILENT: Current = { ...SAME, silent: { since, reason: 'shop.acme.dev answered 500' } };

function shown(message: Message): string {
  expect(checkLimits(message)).toEqual([]);
  return read(message).join('\n');
}

const here = (current: Current, over: Partial<Environment> = {}) => ({
  policy: policy(),
  environment: environment('prod', [], { current, ...over }),
});

function status(current: Current, over: Partial<Environment> = {}): string {
  const row = { ...here(current, over), behind: 0, revokedBelow: null, orders: {} };
  const one = {
    product: 'storefront',
    environments: [row],
    undeliverable: [],
    fetchError: null,
    troubles: [],
  };
  return shown(statusMessage([{ ...AROUND, ...one }]));
}

test.each<[string, string]>([
  [status(SAME), 'It says the same itself (asked 14:25)'],
  [status(OTHER, { uncertain: true }), 'It says that it runs e4f5a6b (asked 14:25)'],
  [status(DRIFT), '⚠️ drifted: it says that it runs e4f5a6b (since 14:20, asked 14:25)'],
  [status(DRIFT), 'prod should run 9f8e7d6 (since'],
  [status(SILENT), '⚠️ It does not say what runs (since 14:20): shop.acme.dev answered 500'],
])('status %#: %s', (said, line) => expect(said).toContain(line));

test('the board marks a drift', () => {
  const row = { ...here(DRIFT), behind: 0, revokedBelow: null, orders: {} };
  const one = {
    product: 'storefront',
    environments: [row],
    undeliverable: [],
    fetchError: null,
    troubles: [],
  };
  expect(shown(boardMessage([{ ...AROUND, ...one }], true))).toContain('· ⚠️ drifted: runs e4f5a6b');
});

const NOT_OURS = 'prod says that it runs e4f5a6b, not 9f8e7d6 that Slipway deployed';

test('`why` says it, whether or not something waits', () => {
  const why = (about: WhyView['about']): string =>
    shown(whyMessage({ ...AROUND, here: here(DRIFT), below: null, behind: null, asker: ADA, about }));
  expect(why(null)).toBe(`⚠️ ${NOT_OURS}.\nNothing waits for prod. It runs 9f8e7d6.`);
  const waits = release({ status: 'approved' });
  expect(why({ release: waits, build: null, order: null, behind: [] })).toContain(`⚠️ ${NOT_OURS}`);
});

test('`why` says that a failure is taken back by itself, unless it is a rollback that waits', () => {
  const why = (kind: 'promotion' | 'rollback'): string => {
    const about = { release: release({ kind, status: 'approved' }), build: null, order: null, behind: [] };
    const at = { ...here(DRIFT), policy: policy({ onFailure: 'rollback' }) };
    return shown(whyMessage({ ...AROUND, here: at, below: null, behind: null, asker: ADA, about }));
  };
  const says = 'Slipway deployed.\nIf its deploy or verification fails, Slipway rolls prod back by itself';
  expect(why('promotion')).toContain(says);
  expect(why('rollback')).not.toContain('by itself');
});

test.each<[Standing['runs'], string]>([
  ['same', 'prod: should run exactly this, accepted by Ada 22:30 · ⚠️ drifted: runs e4f5a6b'],
  ['inside', 'prod: should run inside 9f8e7d6, accepted by Ada 22:30 · ⚠️ drifted: runs e4f5a6b'],
  ['no', 'prod: not there · ⚠️ drifted: runs e4f5a6b'],
  [
    'unknown',
    'prod: should run 9f8e7d6; git could not say whether that contains it · ⚠️ drifted: runs e4f5a6b',
  ],
])('`where` says it of an environment that runs it: %s', (runs, words) => {
  const standing = { here: here(DRIFT), runs, acceptance: null, next: null, was: null };
  const view = { ...AROUND, product: 'storefront', sha: OLD, commit: null, build: null };
  expect(shown(whereMessage({ ...view, environments: [standing] }))).toContain(words);
});

test('the dialog that prepares a release says what it is compared with', () => {
  const foreseen = {
    view: view({ release: release(), environment: { current: DRIFT } }),
    asker: ADA,
    warnings: [],
    removedHotfixes: [],
  };
  const blocks = previewBlocks({ kind: 'release', foreseen });
  expect(read({ text: '', blocks }).join('\n')).toContain(`⚠️ ${NOT_OURS}`);
});

test('the card of a candidate and its diff say what they are compared with', () => {
  const compareUrl = 'https://forge.test/{from}...{to}';
  const card = shown(
    releaseCard({ ...view({ release: release(), environment: { current: DRIFT } }), compareUrl }),
  );
  expect(card).toContain(`⚠️ ${NOT_OURS}. The difference to what runs:`);
  expect(card).not.toContain('which prod runs now');
  const deployed = view({
    release: release({ status: 'testing', begun: true }),
    environment: { current: DRIFT },
  });
  expect(shown(releaseCard(deployed))).not.toContain('says that it runs');
  const none = { count: 0, commits: [], authors: [] };
  const diff = { environment: 'storefront/prod', sha: ABC, against: OLD, adds: none, removes: none };
  const said = shown(diffMessage({ ...diff, drift: DRIFT.drift, context: AROUND }));
  expect(said).toContain('⚠️ storefront/prod says that it runs e4f5a6b.');
});

test('an interrupted deploy that has changed nothing says so on its card', () => {
  const interrupted = endedAttempt('deploy', { kind: 'interrupted' });
  const one = release({ status: 'errored', erroredIn: 'deploy', begun: true, attempts: [interrupted] });
  const card = (current: Current) =>
    shown(releaseCard(view({ release: one, environment: begun(one, { current }) })));
  expect(card({ ...SAME, unchanged: interrupted.number })).toContain(
    'prod was asked what runs: still 9f8e7d6.',
  );
  expect(card(SAME)).toContain('Look at prod first.');
});

const ADOPTED = { deployed: { sha: OLD, ref: null, release: 41, at, by: ADA, adopted: true } } as const;
const GIVEN = { sha: OLD, release: 41 };
const notice = (current: Current, why: DriftEnd | null, more: Partial<Environment> = {}): string => {
  const { sha, said } = current.drift!;
  const over = why === null ? null : { at: NOW, why };
  const drift = { kind: 'drift', runs: { sha, said }, deployed: GIVEN, since, over } as const;
  return shown(
    noticeMessage({ ...AROUND, place: 'storefront/prod', notice: drift, here: here(current, more) }),
  );
};

test.each<[string, string]>([
  [
    notice(DRIFT, null),
    '*storefront/prod has drifted: it says that it runs e4f5a6b*\n⚠️ Seen at 14:20. Slipway deployed 9f8e7d6 (prod#41) there last, and Slipway goes on comparing with that. The next deploy replaces what runs.',
  ],
  [
    notice(DRIFT, 'again'),
    '*storefront/prod again runs what Slipway deployed*\nIt said that it ran e4f5a6b, for 10 min. Now it says 9f8e7d6 (prod#41).',
  ],
  [
    notice(DRIFT, 'deployed'),
    '*The drift of storefront/prod is over*\nIt said that it ran e4f5a6b, for 10 min. Slipway has deployed 9f8e7d6 (prod#41) since.',
  ],
  [
    notice(DRIFT, 'notAsked'),
    '*The drift of storefront/prod is over*\nIt said that it ran e4f5a6b, for 10 min. It is not asked any more what runs there.',
  ],
  [
    notice(DRIFT, null, ADOPTED),
    '*storefront/prod has drifted: it says that it runs e4f5a6b*\n⚠️ Seen at 14:20. 9f8e7d6 (prod#41) was adopted there last, and Slipway goes on comparing with that. The next deploy replaces what runs.',
  ],
  [
    notice(DRIFT, 'deployed', ADOPTED),
    '*The drift of storefront/prod is over*\nIt said that it ran e4f5a6b, for 10 min. 9f8e7d6 (prod#41) was adopted there since.',
  ],
])('the message about a drift %#', (said, words) => expect(said).toBe(words));

test('words of the environment are shown as text, and cut', () => {
  const said = notice(WORDS, null);
  expect(said).not.toContain('<!channel>');
  expect(said.length).toBeLessThan(400);
});

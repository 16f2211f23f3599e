import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { beginsAgain, noLog } from '../../../src/chat/text/elsewhere.ts';
import { plain } from '../../../src/chat/text/render.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { REMOTE_SYSTEMS, type Remote } from '../../../src/domain/documents/values/remote.ts';
import { REMOTE_WAITS } from '../../../src/domain/time/remote-waits.ts';
import { ADA, attempt, MINUTE, NOW, read, release, view } from '../build.ts';
import { checkLimits } from '../limits.ts';

const RUN = { id: '7', url: 'https://github.com/acme/shop/actions/runs/7' };

const remote = (over: Partial<Remote> = {}): Remote => ({
  system: 'github',
  key: 'k1',
  run: RUN,
  lookAt: NOW,
  deadline: NOW + 20 * MINUTE,
  timeoutMs: 30 * MINUTE,
  ...over,
});

const LINK = `<${RUN.url}|run at GitHub>`;
const wished = { by: ADA, at: NOW, reason: null };

function card(over: Partial<Remote>, more: Parameters<typeof attempt>[0] = {}, status = 'deploying') {
  const attempts = [attempt({ remote: remote(over), ...more })];
  const drawn = releaseCard(
    view({ release: release({ status: status as 'deploying', begun: true, attempts }) }),
  );
  expect(checkLimits(drawn)).toEqual([]);
  return drawn;
}

test.each<[string, Partial<Remote>, string]>([
  ['linked', {}, `min · ${LINK}`],
  ['not known yet', { run: null }, ' · being started at GitHub'],
  ['that is being pushed', { system: 'git', run: null }, ' · being pushed to the repository'],
  ['that was pushed', { system: 'git', run: { id: 'a1b2c3d4e5', url: null } }, ' · pushed as a1b2c3d'],
  ['without a page', { run: { id: '7', url: null } }, ' · run at GitHub'],
  ['with a page that is no web page', { run: { id: '7', url: 'javascript:x' } }, ' · run at GitHub'],
  ['waiting there', { waits: 'a reviewer at GitHub' }, 'run at GitHub · waits for a reviewer at GitHub'],
  [
    'of which nothing is heard',
    { silent: { since: NOW - 5 * MINUTE, reason: '502' } },
    `run at GitHub · GitHub has not said since 14:25 what became of it: 502`,
  ],
  [
    'of which nothing is heard for as long as is said',
    { silent: { since: NOW - REMOTE_WAITS.sayMs, reason: '502' } },
    `run at GitHub · GitHub has not said since 14:29 what became of it: 502`,
  ],
  ['silent for a moment only', { silent: { since: NOW - REMOTE_WAITS.sayMs + 1, reason: '502' } }, LINK],
  [
    'that cannot be ended',
    { cancel: { at: NOW, why: 'wished', refused: 'no right' } },
    `${LINK} · could not be ended there`,
  ],
])('the card of a deploy elsewhere, %s', (_what, over, says) => {
  const drawn = card(over);
  const [, status] = read(drawn).join('\n').split('\n');
  if (over.waits) expect(JSON.stringify(drawn)).toContain(RUN.url);
  expect(status?.replace(/ · cancel requested.*/, '').endsWith(says.replace(/^min/, ''))).toBe(true);
});

test('the card of what was pushed links the commit', () => {
  const run = { id: 'a1b2c3d4e5', url: 'https://github.com/acme/config/commit/a1b2c3d4e5' };
  const ended = { endedAt: NOW, outcome: { kind: 'succeeded' } } as const;
  const json = JSON.stringify(card({ system: 'git', run }, ended, 'accepted'));
  expect(json).toContain(` · <${run.url}|pushed as a1b2c3d>`);
});

test('confirming the cancel of a push says that nothing takes it back', () => {
  expect(JSON.stringify(card({ system: 'git' }))).toContain('cannot be taken back.');
});

test.each(REMOTE_SYSTEMS.filter((system) => system !== 'git'))(
  'confirming its cancel says who is asked to end it: %s',
  (system) => {
    const json = JSON.stringify(card({ system }));
    expect(json).toContain('will be asked to end the run. prod may be left half changed.');
    expect(json).not.toContain('everything it started');
  },
);

const there = 'Cancelled at GitHub: a newer run took its place · run at GitHub';

test.each<[string, Parameters<typeof attempt>[0], string]>([
  ['we ended', { cancelWished: wished }, `Cancelled by Ada after 2 min 11 s; the ${LINK} was ended.`],
  ['somebody ended there', {}, there],
  [
    'somebody ended there after we were refused',
    { cancelWished: wished, remote: remote({ cancel: { at: NOW, why: 'wished', refused: 'no right' } }) },
    there,
  ],
])('a run that %s', (_what, over, says) => {
  const outcome: AttemptOutcome = { kind: 'cancelled', says: 'a newer run took its place' };
  const ended = { endedAt: NOW - 10 * MINUTE + 131_000, outcome, ...over };
  expect(read(card({}, ended, 'cancelled')).join('\n')).toContain(says);
});

const LONG = `${'what happened '.repeat(20)}and what to do`;

test.each<[what: string, over: Partial<Remote>, outcome: AttemptOutcome, says: string]>([
  ['did not run', { run: null }, { kind: 'errored', reason: `${LONG}.`, ran: false }, `${LONG}. It was not`],
  [
    'is interrupted, as nothing is heard of it',
    { silent: { since: NOW, reason: `${LONG}.` } },
    { kind: 'interrupted' },
    `what became of it. GitHub did not say: ${LONG}.`,
  ],
  [
    'is interrupted, as its start was not found',
    { run: null, missing: NOW },
    { kind: 'interrupted' },
    'GitHub knows no run of it: it may not have begun.',
  ],
  [
    'is interrupted, as its run was deleted',
    { missing: NOW },
    { kind: 'interrupted' },
    'GitHub no longer knows its run, or does not show it.',
  ],
])('one that %s says why, and what to do', (_what, over, outcome, says) => {
  expect(read(card(over, { endedAt: NOW, outcome }, 'errored')).join('\n')).toContain(says);
});

test.each<[outcome: AttemptOutcome, says: string]>([
  [
    { kind: 'failed', how: { kind: 'outside', says: 'x' } },
    'GitHub will be asked to deploy abc123f to storefront/prod again.',
  ],
  [
    { kind: 'interrupted' },
    'GitHub will be asked to deploy abc123f to storefront/prod again. What it began before may still run there: look first.',
  ],
])('a retry says who is asked, and that something may still run: %j', (outcome, says) => {
  expect(plain(beginsAgain({ remote: remote(), outcome }, 'abc123f', 'storefront/prod'))).toBe(says);
});

test.each<[over: Partial<Remote>, outcome: AttemptOutcome | null, says: string]>([
  [{}, null, 'Slipway reads the end of the log when the run has ended. Until then, see the run at GitHub.'],
  [
    { system: 'http' },
    { kind: 'succeeded' },
    'The deploy server gave no log of it. · run at the deploy server',
  ],
])('without a log it is said who has it: %j, %j', (over, outcome, says) => {
  expect(plain(noLog({ remote: remote(over), outcome }))).toBe(says);
});

test('its step is no command of ours', () => {
  const words = read(card({})).join('\n');
  expect(words).toContain('step: deploy (1 of 2)');
  expect(words).not.toContain('command');
});

test.each<[status: 'failed' | 'errored', outcome: AttemptOutcome]>([
  ['failed', { kind: 'failed', how: { kind: 'outside', says: 'the run failed' } }],
  ['errored', { kind: 'errored', reason: 'GitHub gave it up', ran: true }],
  ['errored', { kind: 'interrupted' }],
])('one that ended links its run: %s, %j', (status, outcome) => {
  expect(JSON.stringify(card({}, { endedAt: NOW, outcome }, status))).toContain(RUN.url);
});

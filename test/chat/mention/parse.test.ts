import fc from 'fast-check';
import type { Parsed, Where } from '../../../src/chat/command/parse.ts';
import type { ThreadSubject } from '../../../src/chat/mention/in-thread.ts';
import { parseMention } from '../../../src/chat/mention/parse.ts';
import { saidTo } from '../../../src/chat/mention/said-to.ts';
import { VERBS } from '../../../src/chat/verbs.ts';
import { runs } from '../../support/thorough.ts';
import { CARD, PUSH, SHA } from './subjects.ts';

const WHERE: Where = {
  products: [
    { name: 'storefront', environments: ['integration', 'preprod', 'prod'] },
    { name: 'billing', environments: ['staging', 'prod'] },
  ],
  channelProducts: ['storefront', 'billing'],
};
const OTHER = 'fed9876'.padEnd(40, '1');

const LOCK: ThreadSubject = { kind: 'place', product: 'storefront', environment: 'prod' };
const ALL: ThreadSubject = { kind: 'place', product: 'storefront', environment: null };

const at = { product: 'storefront', environment: 'preprod' };
const prod = { product: 'storefront', environment: 'prod' };
const this7 = (kind: string, reason: string | null = null, release = 7) => ({ kind, ...at, release, reason });
const talk = (verb: string, command: string) => ({
  kind: 'problem',
  problem: { kind: 'onlyTalk', verb, command },
});
/** The kind of a problem. */
const problem = (kind: string) => ({ kind: 'problem', problem: expect.objectContaining({ kind }) });

const TABLE: [thread: string, said: string, meant: object][] = [
  ['release', 'why', { kind: 'why', ...at, release: 7 }],
  ['release', 'why?', { kind: 'why', ...at, release: 7 }],
  ['release', '*Why*?', { kind: 'why', ...at, release: 7 }],
  ['release', '`why`', { kind: 'why', ...at, release: 7 }],
  ['release', 'why this one?', { kind: 'why', ...at, release: 7 }],
  ['release', 'why prod', { kind: 'why', ...prod, release: null }],
  ['release', 'why preprod', { kind: 'why', ...at, release: 7 }],
  ['release', 'why preprod#6', { kind: 'why', ...at, release: 6 }],
  ['release', 'why #6', { kind: 'why', ...at, release: 6 }],
  ['release', 'why storefront/prod#42', { kind: 'why', ...prod, release: 42 }],
  ['release', 'why billing/prod', { kind: 'why', product: 'billing', environment: 'prod', release: null }],
  ['release', 'approve', this7('approve')],
  ['release', 'Approve.', this7('approve')],
  ['release', '/release approve', this7('approve')],
  ['release', 'approve this please', this7('approve')],
  ['release', 'approve :+1:', this7('approve')],
  ['release', 'approve 🎉', this7('approve')],
  ['release', 'approve preprod', this7('approve')],
  ['release', 'approve storefront/preprod', this7('approve')],
  ['release', `approve ${SHA}`, { ...this7('approve'), commit: SHA }],
  ['release', 'approve prod', { kind: 'approve', ...prod, release: null, reason: null }],
  ['release', 'approve #6', this7('approve', null, 6)],
  ['release', 'approve?', talk('approve', 'approve storefront/preprod#7')],
  ['release', 'approve this one?', talk('approve', 'approve storefront/preprod#7')],
  ['release', 'approve is pending from Lin', talk('approve', 'approve storefront/preprod#7')],
  ['release', 'approve not yet', problem('onlyTalk')],
  ['release', 'deploy', this7('deploy')],
  ['release', 'deploy now!', this7('deploy')],
  ['release', 'deploy after lunch', problem('onlyTalk')],
  ['release', 'deploy to prod', { kind: 'deploy', ...prod, release: null, reason: null }],
  ['release', 'retry', this7('retry')],
  ['release', 'accept', this7('accept')],
  ['release', 'accept tested with a voucher', this7('accept', 'tested with a voucher')],
  ['release', 'accept not yet', problem('onlyTalk')],
  ['release', 'accept or reject?', problem('onlyTalk')],
  ['release', 'reject', this7('reject')],
  ['release', 'reject no tests', this7('reject', 'no tests')],
  ['release', 'reject 42 failing tests', this7('reject', '42 failing tests')],
  ['release', 'reject if it is not tested', problem('onlyTalk')],
  ['release', 'reject preprod is broken', this7('reject', 'is broken')],
  ['release', 'fail', this7('fail')],
  ['release', 'fail wrong totals', this7('fail', 'wrong totals')],
  ['release', 'fail integration tests fail', problem('placeOrReason')],
  ['release', 'cancel', this7('cancel')],
  ['release', 'cancel wrong commit', this7('cancel', 'wrong commit')],
  ['release', 'cancel prod#3 wrong commit', { ...this7('cancel', 'wrong commit', 3), ...prod }],
  ['release', 'override the auditors agree', this7('override', 'the auditors agree')],
  ['release', 'log', { kind: 'log', ...at, release: 7 }],
  ['release', 'log #6', { kind: 'log', ...at, release: 6 }],
  ['release', 'history', { kind: 'history', ...at, from: null }],
  ['release', 'status', { kind: 'status', ...at }],
  ['release', 'status prod', { kind: 'status', ...prod }],
  ['release', 'diff', { kind: 'diff', ...at, commit: SHA, release: 7 }],
  ['release', `diff ${OTHER}`, { kind: 'diff', ...at, commit: OTHER }],
  ['release', 'diff prod', { kind: 'diff', ...prod, commit: SHA }],
  ['release', 'where', { kind: 'where', product: 'storefront', commit: SHA }],
  ['release', 'where is this?', { kind: 'where', product: 'storefront', commit: SHA }],
  ['release', `where ${OTHER}`, { kind: 'where', product: 'storefront', commit: OTHER }],
  ['release', 'rebuild', { kind: 'rebuild', product: 'storefront', commit: SHA }],
  ['release', 'rebuild?', talk('rebuild', `rebuild storefront ${SHA}`)],
  ['release', 'prepare', { kind: 'prepare', ...at, commit: SHA, note: null }],
  ['release', 'prepare prod', { kind: 'prepare', ...prod, commit: SHA, note: null }],
  ['release', 'prepare this for prod', { kind: 'prepare', ...prod, commit: SHA, note: null }],
  ['release', `prepare ${OTHER}`, { kind: 'prepare', ...at, commit: OTHER, note: null }],
  ['release', 'prepare if Lin agrees', problem('onlyTalk')],
  ['release', 'promote', { kind: 'promote', ...at, commit: null, note: null, of: { sha: SHA, release: 7 } }],
  [
    'release',
    'promote this to prod',
    { kind: 'promote', ...at, commit: null, note: null, of: { sha: SHA, release: 7 } },
  ],
  [
    'release',
    'promote with a voucher',
    { kind: 'promote', ...at, commit: null, note: 'with a voucher', of: { sha: SHA, release: 7 } },
  ],
  ['release', 'promote?', talk('promote', `prepare storefront/prod ${SHA}`)],
  [
    'release',
    'promote integration',
    { kind: 'promote', ...at, environment: 'integration', commit: null, note: null },
  ],
  ['release', 'rollback', { kind: 'rollback', ...at, commit: null, reason: null }],
  ['release', 'rollback bad checkout', { kind: 'rollback', ...at, commit: null, reason: 'bad checkout' }],
  ['release', 'rollback if it fails again', problem('onlyTalk')],
  ['release', 'redeploy', { kind: 'redeploy', ...at, commit: SHA, reason: null }],
  ['release', 'hotfix double charge', { kind: 'hotfix', ...at, commit: SHA, reason: 'double charge' }],
  ['release', 'lock migration for 2h', { kind: 'lock', ...at, reason: 'migration', forMs: 7_200_000 }],
  [
    'release',
    'lock all migration',
    { kind: 'lock', product: 'storefront', environment: null, reason: 'migration', forMs: null },
  ],
  ['release', 'unlock', { kind: 'unlock', ...at }],
  ['release', 'locks', { kind: 'locks', product: 'storefront' }],
  ['release', 'pause flaky tests', { kind: 'pause', ...at, reason: 'flaky tests' }],
  ['release', 'help', { kind: 'help', product: 'storefront', of: { environment: 'preprod', release: 7 } }],
  ['release', '', { kind: 'help', product: 'storefront', of: { environment: 'preprod', release: 7 } }],
  ['release', 'help billing', { kind: 'help', product: 'billing' }],
  ['release', 'help all', { kind: 'help', product: 'storefront', all: true }],
  ['push', '', { kind: 'help', product: 'storefront', of: { sha: SHA } }],
  ['lock', '', { kind: 'help', product: 'storefront' }],
  ['none', '', { kind: 'help', product: null }],
  ['release', 'hey there', problem('unknownVerb')],
  ['release', 'should we deploy now', problem('unknownVerb')],
  ['push', 'where', { kind: 'where', product: 'storefront', commit: SHA }],
  ['push', 'why?', { kind: 'where', product: 'storefront', commit: SHA }],
  [
    'push',
    'log',
    { kind: 'log', product: 'storefront', environment: 'integration', release: null, build: SHA },
  ],
  ['push', 'rebuild', { kind: 'rebuild', product: 'storefront', commit: SHA }],
  ['push', 'diff', { kind: 'diff', product: 'storefront', environment: 'integration', commit: SHA }],
  ['push', 'diff prod', { kind: 'diff', ...prod, commit: SHA }],
  ['push', 'prepare prod', { kind: 'prepare', ...prod, commit: SHA, note: null }],
  ['push', 'status', { kind: 'status', product: 'storefront', environment: null }],
  ['push', 'approve', problem('missingEnvironment')],
  ['push', 'approve prod', { kind: 'approve', ...prod, release: null, reason: null }],
  ['lock', 'unlock', { kind: 'unlock', ...prod }],
  ['lock', 'takeover rollback needed', { kind: 'takeover', ...prod, reason: 'rollback needed', forMs: null }],
  ['lock', 'why', { kind: 'why', ...prod, release: null }],
  ['lock', 'status', { kind: 'status', ...prod }],
  ['lock', 'resume', { kind: 'resume', ...prod, reason: null }],
  ['lock', 'approve', problem('missingEnvironment')],
  ['lock', 'unlock preprod', { kind: 'unlock', ...at }],
  ['all', 'unlock', { kind: 'unlock', product: 'storefront', environment: null }],
  ['all', 'status', { kind: 'status', product: 'storefront', environment: null }],
  ['none', 'why storefront/prod', { kind: 'why', ...prod, release: null }],
  ['none', 'why prod', problem('whichProduct')],
  ['none', 'why', problem('missingEnvironment')],
  ['none', 'approve storefront/prod#42?', talk('approve', 'approve storefront/prod#42')],
  ['none', 'status', { kind: 'status', product: null, environment: null }],
];

const THREADS: Record<string, ThreadSubject | null> = {
  release: CARD,
  push: PUSH,
  lock: LOCK,
  all: ALL,
  none: null,
};

describe('a mention', () => {
  test.each(TABLE)('below a message about a %s: %s', (thread, said, meant) => {
    expect(parseMention(said, WHERE, THREADS[thread] ?? null)).toEqual(meant);
  });

  test.each([
    ['<@U0APP> why', 'why'],
    ['why <@U0APP>', 'why'],
    ['<@U0APP|slipway>, why?', 'why?'],
    ['<@U0APP>: why', 'why'],
    ['<@U0APP>', ''],
    ['reject <@U0APP> &lt;b&gt;', 'reject <b>'],
    ['<@U0APP> why\n<@U0APP>', 'why'],
    ['<@U0APP> reject <@U0LIN|lin> and <@U0MO> asked', 'reject @Lin and @U0MO asked'],
    [
      '<@U0APP> lock prod ask <#C1|ops>, <!subteam^S1|@oncall> or <!here>',
      'lock prod ask #ops, @oncall or @here',
    ],
    [
      '<@U0APP> where <https://git.acme.dev/a/b/commit/abc1234|abc1234>',
      'where https://git.acme.dev/a/b/commit/abc1234',
    ],
  ])('%s says: %s', (text, said) => {
    expect(saidTo('U0APP', text, { U0LIN: 'Lin' })).toBe(said);
  });

  it('never throws, whatever is said, and means only the release of its thread unless another is named', () => {
    const words = fc.array(
      fc.constantFrom(...VERBS, 'this', '?', 'please', 'not', '42', '#', SHA, ':x:', 'to'),
      {
        maxLength: 5,
      },
    );
    const said = fc.oneof(
      words.map((all) => all.join(' ')),
      fc.string(),
    );
    fc.assert(
      fc.property(said, fc.constantFrom(...Object.values(THREADS)), (text, thread) => {
        const parsed: Parsed = parseMention(text, WHERE, thread);
        if (thread?.kind !== 'release' || !('release' in parsed) || text.includes('#')) return;
        expect(parsed).toMatchObject({
          product: thread.product,
          environment: thread.environment,
          release: thread.number,
        });
      }),
      { numRuns: runs(300) },
    );
  });
});

import fc from 'fast-check';
import { problemMessage } from '../../../src/chat/answers/problems/problem.ts';
import { pushCard } from '../../../src/chat/cards/push/card.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { replyMessage } from '../../../src/chat/cards/thread-reply.ts';
import { diffModal, logModal } from '../../../src/chat/dialogs/diff-and-log.ts';
import { rollbackModal } from '../../../src/chat/dialogs/rollback.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { CommitList, ReleaseView } from '../../../src/chat/view-model.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { runs } from '../../support/thorough.ts';
import { unicodeText } from '../../support/unicode.ts';
import {
  ABC,
  ADA,
  acceptance,
  approval,
  manyReferences,
  NOW,
  OLD,
  oneRule,
  person,
  pushView,
  release,
  sha,
  view,
} from '../build.ts';
import { checkLimits, checkModal } from '../limits.ts';
import { ROWS } from '../scenes.ts';

/** What people, commits and logs come up with. */
const nasty = fc.oneof(
  unicodeText({ maxLength: 400 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> *x* & `y` <@U1> ~z~ _w_ :boom: <https://x.example|y>',
    '👩‍👩‍👧‍👦'.repeat(100),
    '\u202eשלום עולם'.repeat(50),
    '\u0000\u0001\u001b[31m"\\'.repeat(200),
    '&'.repeat(10_000),
    'word '.repeat(2000),
    '\n'.repeat(3000),
  ),
);

const list = fc
  .record({
    subject: nasty,
    author: nasty,
    length: fc.integer({ min: 0, max: 200 }),
    count: fc.integer({ min: 0, max: 9999 }),
  })
  .map(({ subject, author, length, count }): CommitList => {
    const commits = Array.from({ length }, (_, index) => ({ sha: sha(index.toString(16)), subject, author }));
    return { count: Math.max(count, length), commits, authors: [author, subject, author, author] };
  });

const world = fc.record({
  row: fc.constantFrom(...ROWS),
  adds: fc.option(list),
  removes: fc.option(list),
  text: nasty,
  approvers: fc.integer({ min: 0, max: 50 }),
  logTail: fc.record({ lines: fc.array(nasty, { maxLength: 40 }), before: fc.nat() }),
  title: fc.option(nasty),
  commitUrl: fc.constantFrom(null, 'https://forge.example.com/acme/storefront/commit/{sha}?a=1&b=<2>|3'),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

/** A scene of the table with every text that comes from outside replaced. */
function drawn({ row, adds, removes, text, approvers, logTail, title, commitUrl }: World): ReleaseView {
  const { scene } = row;
  const who = Array.from({ length: approvers }, (_, index) => ({ ...person(`P${index}`), name: text }));
  const one = {
    ...scene.release,
    note: text,
    requestedBy: { ...ADA, name: text },
    approvals: who.map(approval),
    end: scene.release.end && { ...scene.release.end, reason: text, by: { ...ADA, name: text } },
    attempts: scene.release.attempts.map((attempt) => ({
      ...attempt,
      lastLine: text,
      outcome: attempt.outcome?.kind === 'errored' ? { ...attempt.outcome, reason: text } : attempt.outcome,
    })),
  };
  const { here } = view({ ...scene, release: one });
  const { lock, paused } = here.environment;
  const owner = { ...ADA, name: text };
  const from = [...who.map(({ id }) => id), 'UX1', 'UX2', '@known', '@not-known'];
  return {
    ...view({ ...scene, release: one }),
    ...scene.view,
    here: {
      policy: {
        ...here.policy,
        freeze: here.policy.freeze.map((window) => ({ ...window, reason: text })),
        acceptFrom: from,
        approvals: oneRule(approvers + 1, from),
      },
      environment: {
        ...here.environment,
        lock: lock && { ...lock, owner, reason: text },
        paused: paused && { ...paused, by: owner, reason: text },
      },
    },
    groups: { '@known': { id: 'S1', members: ['UX3', 'UX4'] } },
    names: Object.fromEntries(from.map((id) => [id, text])),
    commit: { sha: ABC, subject: text, author: text },
    adds,
    removes,
    logTail,
    commitUrl,
    ...(title === null ? {} : { references: referencesTo(title, adds, removes) }),
  };
}

function referencesTo(title: string, ...lists: (CommitList | null)[]) {
  const shas = lists.flatMap((list) => list?.commits.map((commit) => commit.sha) ?? []);
  return manyReferences([ABC, ...shas], title);
}

/** All texts that Slack would parse. */
function parsed(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(parsed);
  if (typeof node !== 'object' || node === null) return [];
  const { type, text } = node as Record<string, unknown>;
  return [...(type === 'mrkdwn' ? [String(text)] : []), ...Object.values(node).flatMap(parsed)];
}

/** Markup that is not ours: every `<` opens a date, a mention of a person or a group, or a link. */
const STRANGE =
  /<(?!!date\^\d+\^[^|<>]*\|[^<>]*>|@[A-Z0-9]+>|!subteam\^[A-Z0-9]+>|https:\/\/[^|<>]*\|[^<>]*>)/;

test('every card keeps every limit and parses no foreign text, whatever people write', () => {
  fc.assert(
    fc.property(world, (one) => {
      const shown = drawn(one);
      const card = releaseCard(shown);
      expect(checkLimits(card)).toEqual([]);
      expect(card.blocks.length).toBeLessThanOrEqual(8);
      for (const text of parsed(card.blocks)) expect(text).not.toMatch(STRANGE);
      expect(card.text).not.toMatch(/[<>]/);
    }),
    { numRuns: runs(600) },
  );
});

/** A push whose names are this text. */
const pushOf = (text: string) => ({
  push: { ...pushView().push, branch: text, pushedBy: text, tag: { name: text } },
  tags: new Map([[ABC, text]]),
});

test('so do pushes, replies, refusals and modals', () => {
  fc.assert(
    fc.property(world, nasty, (one, reason) => {
      const shown = drawn(one);
      const event = {
        kind: 'faulty',
        by: ADA,
        reason,
        requester: { ...ADA, name: reason },
        stillRuns: true,
      } as const;
      const failed = { kind: 'failed', how: { kind: 'timeout', afterMs: 5 } } as const;
      const ended = { kind: 'ended', step: 'deploy', outcome: failed, requester: ADA, log: '' } as const;
      const said = [
        pushCard(
          pushView(
            {
              commits: one.adds,
              logTail: one.logTail,
              ...(one.title === null ? {} : { references: referencesTo(one.title, one.adds) }),
              ...pushOf(reason),
            },
            { status: 'failed' },
          ),
        ),
        ...[event, ended].map((what) =>
          replyMessage({ id: 'r', at: NOW, event: what, release: null }, shown),
        ),
        refusalMessage(
          {
            rule: 'settled',
            release: 42,
            status: 'rejected',
            end: { at: NOW, by: { ...ADA, name: reason }, reason, cause: null },
            approvedBy: shown.release.approvals.map(({ by }) => by),
          },
          { here: shown.here, context: shown },
        ),
        refusalMessage(
          {
            rule: 'notApprover',
            release: 42,
            from: shown.here.policy.acceptFrom ?? [],
            count: 0,
            required: 2,
          },
          { here: shown.here, context: shown, release: shown.release },
        ),
        problemMessage(
          {
            kind: 'unknownCommit',
            product: 'storefront',
            typed: reason,
            fetchedAt: NOW,
            suggestions: [{ ref: reason, what: 'tag' }],
            asked: {
              kind: 'prepare',
              product: 'storefront',
              environment: 'prod',
              commit: reason,
              note: one.text,
            },
          },
          shown,
        ),
      ];
      for (const message of said) {
        expect(checkLimits(message)).toEqual([]);
        for (const text of parsed(message.blocks)) expect(text).not.toMatch(STRANGE);
      }
      const { adds, removes } = one;
      const against = {
        environment: 'storefront/prod',
        sha: ABC,
        against: OLD,
        adds,
        removes,
        context: shown,
      };
      expect(checkModal(diffModal(against))).toEqual([]);
      expect(checkModal(logModal({ title: 'Deploy', ...one.logTail }))).toEqual([]);
      const targets = [
        { acceptance: acceptance({ by: { ...ADA, name: reason } }), subject: reason, undoes: 3 },
      ];
      const back = rollbackModal({
        environment: environmentId('storefront', 'prod'),
        leaves: ABC,
        targets,
        chosen: null,
        undone: { undoes: adds, brings: removes },
        past: adds && { commits: adds.commits.slice(0, 5), count: adds.count },
        context: shown,
        metadata: { environment: 'storefront/prod' },
      });
      expect(checkModal(back)).toEqual([]);
    }),
    { numRuns: runs(300) },
  );
});

test('a commit subject is shown unchanged, in rich text only', () => {
  const subject = '<!channel> *x* & `y`';
  const adds = { count: 1, commits: [{ sha: ABC, subject, author: 'Lin' }], authors: ['Lin'] };
  const { blocks } = releaseCard(view({ release: release({ note: subject }), view: { adds } }));
  expect(parsed(blocks).join()).not.toContain('channel');
  expect(JSON.stringify(blocks.filter(({ type }) => type === 'rich_text'))).toContain(` ${subject} – Lin`);
});

test('the limit check finds texts that are too long', () => {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;
  expect(checkLimits({ text: '', blocks: [] })).toEqual(['text: empty']);
  expect(checkLimits({ text: 'x'.repeat(301), blocks: [section('x'.repeat(3001))] })).toHaveLength(2);
  expect(checkLimits({ text: 'x', blocks: Array.from({ length: 51 }, () => section('x')) })).toHaveLength(1);
  expect(
    checkLimits({ text: 'x', blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) }),
  ).toHaveLength(1);
  const bare = {
    type: 'button',
    action_id: 'a',
    text: { type: 'plain_text', text: 'x'.repeat(76) },
  } as const;
  expect(checkLimits({ text: 'x', blocks: [{ type: 'actions', elements: [bare, bare] }] })).toHaveLength(5);
});

import { isAnswered } from '../../../src/chat/cards/direct-release.ts';
import { noticeMessage } from '../../../src/chat/cards/notice.ts';
import type { NoticeView, ReleaseView } from '../../../src/chat/view-model.ts';
import { type Notice, switchOf } from '../../../src/domain/documents/values/notice.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import type { Asker } from '../../../src/domain/eligibility/facts.ts';
import {
  ADA,
  approval,
  buttonsOf,
  commits,
  endedAttempt,
  HOUR,
  LIN,
  MO,
  NOW,
  readBlock,
  release,
  type Scene,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const CARD = { cards: { 'storefront/prod#42': 'https://slack.example/card' } };

const lin: Asker = { person: LIN, groups: [], authors: null };

function direct(notice: Notice, scene: Scene, by: Asker | null = null): NoticeView & { about: ReleaseView } {
  const about = { ...view(scene), ...CARD, ...(by ? { by } : {}) };
  return { ...about, place: 'storefront/prod', notice, about };
}

function read(seen: NoticeView): { lines: string[]; buttons: string[] } {
  const said = noticeMessage(seen);
  expect(checkLimits(said)).toEqual([]);
  return { lines: said.blocks.map(readBlock).join('\n').split('\n'), buttons: buttonsOf(said) };
}

const TITLE = '*Approve the deploy of abc123f to storefront/prod?*';
const ended = (status: Release['status'], over: Partial<Release['end'] & object> = {}) =>
  release({ status, end: { at: NOW, by: MO, reason: null, cause: null, ...over } });

describe('the question for an approval', () => {
  const asks: Notice = { kind: 'approvalAsked', to: LIN, release: 42, named: true };
  const changes = { adds: commits(212), removes: commits(1) };

  test.each<[string, Scene, string, string[]]>([
    [
      'while it is awaited',
      { release: release({ note: 'Checkout fix' }), view: changes },
      'Asked by Ada: “Checkout fix” · adds 212 commits, removes 1 commit · 0 of 2 approvals · expires 13:30',
      ['Approve*', 'Reject', 'Open Card'],
    ],
    [
      'after the reader has approved',
      { release: release({ approvals: [approval(LIN)] }) },
      'You approved it at 14:29 · 1 of 2 approvals · expires 13:30',
      ['Reject', 'Open Card'],
    ],
    [
      'that is not needed from the reader',
      {
        release: release({ approvals: [approval(MO)] }),
        policy: {
          approvals: {
            rules: [
              { required: 1, from: ['ULIN', 'UMO'] },
              { required: 1, from: ['UADA'] },
            ],
            self: true,
            authors: true,
            validForMs: HOUR,
          },
        },
      },
      'Your approval is not needed now · 1 of 2 approvals · expires 13:30',
      ['Reject', 'Open Card'],
    ],
    [
      'that others have given',
      { release: release({ status: 'approved', approvals: [approval(LIN), approval(MO)] }) },
      'Settled: approved by Lin and Mo at 14:29. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'of what is deployed by now',
      {
        release: release({
          status: 'failed',
          begun: true,
          approvals: [approval(MO)],
          end: ended('failed').end,
        }),
      },
      'Settled: approved by Mo at 14:29. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'that was rejected',
      { release: ended('rejected', { reason: 'not translated' }) },
      'Settled: rejected by Mo at 14:30: “not translated”. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'that was cancelled',
      { release: ended('cancelled') },
      'Settled: cancelled by Mo at 14:30. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'that expired',
      { release: ended('expired') },
      'Settled: expired at 14:30. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'of what was superseded',
      { release: ended('superseded', { cause: { release: 43, sha: 'a'.repeat(40) } }) },
      'Settled: superseded by prod#43 at 14:30. Nothing left for you to do.',
      ['Open Card'],
    ],
    [
      'of what needs none any more',
      { release: release({ status: 'queued' }) },
      'Settled: it needs no approval any more. Nothing left for you to do.',
      ['Open Card'],
    ],
  ])('%s', (what, scene, line, buttons) => {
    const seen = direct(asks, scene, lin);
    const said = read(seen);
    const title = line.startsWith('Settled') ? '*Deploy of abc123f to storefront/prod*' : TITLE;
    expect(said.lines.slice(0, 2)).toEqual([title, line]);
    expect(said.buttons.filter((label) => label !== 'Show Diff')).toEqual(buttons);
    // Only what asks for something is worth a new message.
    expect(isAnswered(asks, seen.about)).toBe(what !== 'while it is awaited');
  });

  const only = (from: string[]): Scene['policy'] & object => ({
    approvals: { rules: [{ required: 1, from }], self: false, authors: false, validForMs: HOUR },
  });
  const wrote = (known: boolean | null) => [{ person: LIN.id, wrote: known }];

  test.each<[string, Scene, Partial<Asker>, string]>([
    [
      'only others may by now',
      { release: release(), policy: only(['UMO']) },
      {},
      'only Mo can approve in prod now',
    ],
    [
      'they wrote a part of it',
      { release: release(), policy: only(['ULIN']) },
      { authors: wrote(true) },
      'you wrote commits that it would add',
    ],
    [
      'it is their own',
      { release: release({ requestedBy: LIN }), policy: only(['ULIN']) },
      {},
      'in prod nobody approves their own request any more',
    ],
  ])('has no buttons and says why where %s', (_what, scene, asker, why) => {
    const seen = direct(asks, scene, { ...lin, ...asker });
    expect(read(seen).lines.slice(0, 2)).toEqual([
      '*Deploy of abc123f to storefront/prod*',
      `You cannot approve it: ${why}. Nothing left for you to do.`,
    ]);
    expect(read(seen).buttons).toEqual(['Open Card']);
    expect(isAnswered(asks, seen.about)).toBe(true);
  });

  test('is still asked, without the buttons, where it is not known who wrote it', () => {
    const scene = { release: release(), policy: only(['ULIN']) };
    const seen = direct(asks, scene, { ...lin, authors: wrote(null) });
    expect(read(seen).lines[0]).toBe(TITLE);
    expect(read(seen).buttons).not.toContain('Approve*');
    expect(isAnswered(asks, seen.about)).toBe(false);
  });

  test('that was put anew has no buttons, and points to the newer message', () => {
    const older: Notice = { ...asks, replaced: true };
    const seen = direct(older, { release: release() }, lin);
    expect(read(seen).lines.slice(0, 2)).toEqual([
      '*Deploy of abc123f to storefront/prod*',
      'Replaced: your approval is asked for anew, in a newer message.',
    ]);
    expect(read(seen).buttons).toEqual(['Open Card']);
    expect(isAnswered(older, seen.about)).toBe(true);
    const settled = direct(older, { release: ended('rejected') }, lin);
    expect(read(settled).lines[1]).toContain('Settled: rejected by Mo');
  });

  test('names a hotfix', () => {
    expect(read(direct(asks, { release: release({ kind: 'hotfix' }) }, lin)).lines[0]).toBe(
      '*Approve the hotfix abc123f to storefront/prod?*',
    );
  });
});

test('the end of a release is told as it was then, also after it was tried again', () => {
  const failed = release({
    status: 'failed',
    begun: true,
    attempts: [endedAttempt('deploy', { kind: 'failed', how: { kind: 'exit', code: 1 } })],
  });
  const notice: Notice = { kind: 'releaseEnded', to: ADA, release: failed };
  const said = read(direct(notice, { release: release({ status: 'deploying', begun: true }) }));
  expect(said.lines[0]).toBe('*Deploy of abc123f to storefront/prod failed*');
  expect(said.lines[1]).toContain('❌ Failed: the deploy command ended with exit code 1');
  expect(said.lines[1]).toContain('prod#42');
  expect(said.buttons).toEqual(['Open Card']);
});

test('an author is told where their commit is', () => {
  const notice: Notice = { kind: 'commitReached', to: LIN, release: 42, at: NOW };
  const said = read(direct(notice, { release: release(), view: { adds: commits(2) } }));
  expect({ ...said, lines: said.lines.slice(0, 2) }).toEqual({
    lines: [
      '*Commits of yours reached storefront/prod*',
      '<https://slack.example/card|prod#42> deployed abc123f there at 14:30. It added 2 commits.',
    ],
    buttons: ['Open Card'],
  });
});

test.each<[Notice['kind'], Partial<Notice>, string | null]>([
  ['approvalAsked', { named: true }, 'awaited'],
  ['approvalAsked', { named: false }, 'group'],
  ['releaseEnded', {}, 'ended'],
  ['commitReached', {}, 'reached'],
  ['unlockAsked', {}, 'lock'],
  ['unlockAnswered', {}, null],
  ['lockReminder', {}, null],
  ['freeze', {}, null],
])('%s %p has the switch %p', (kind, over, expected) => {
  expect(switchOf({ kind, ...over } as Notice)).toBe(expected);
});

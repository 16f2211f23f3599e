import { decodeMetadata } from '../../../src/chat/blocks/action-values.ts';
import { diffModal, logModal } from '../../../src/chat/dialogs/diff-and-log.ts';
import { adoptModal, hotfixModal, pauseModal, redeployModal } from '../../../src/chat/dialogs/environment.ts';
import {
  answeredModal,
  loadingModal,
  messageModal,
  otherVersionModal,
  refilledModal,
  workingModal,
} from '../../../src/chat/dialogs/frame.ts';
import { hasInput, inputOf, reasonProblem, wordsIn } from '../../../src/chat/dialogs/inputs.ts';
import { type ReleaseDialog, reasonModal } from '../../../src/chat/dialogs/release.ts';
import { type RollbackModal, rollbackModal } from '../../../src/chat/dialogs/rollback.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ABC, acceptance, commits, NOW, OLD, readBlock } from '../build.ts';
import { checkModal } from '../limits.ts';

const metadata = { environment: 'storefront/prod', release: 42, sha: ABC, channel: 'C1', shown: 7 };
const bare = { now: NOW, names: {}, commitUrl: null, cards: {} };

test.each<[ReleaseDialog, string, boolean]>([
  ['reject', 'Reject', false],
  ['testFailed', 'Test Failed', false],
  ['acceptAnyway', 'Accept Anyway', false],
  ['overrideFreeze', 'Override Freeze', false],
  ['cancel', 'Cancel', true],
])('%s has the verb as title and submit button, and the rest in the body', (action, title, optional) => {
  const view = reasonModal({ action, metadata });
  expect(view).toMatchObject({ title: { text: title }, submit: { text: title } });
  expect(view.close?.text).toBe(action === 'cancel' ? 'Keep It' : 'Not Now');
  expect(readBlock(view.blocks[0])).toMatch(
    /^\*abc123f (to|in) storefront\/prod \(storefront\/prod#42\)\*\n/,
  );
  expect(view.blocks[1]).toMatchObject({ type: 'input', optional });
  expect(decodeMetadata(view.private_metadata ?? '')).toEqual(metadata);
  expect(checkModal(view)).toEqual([]);
});

test('the dialogs about an environment hold what was typed', () => {
  const typed = { metadata: { environment: 'storefront/prod', typed: true as const }, commit: 'v1.2' };
  const hotfix = hotfixModal(typed, 'storefront', ['storefront/preprod', 'storefront/prod']);
  expect(hotfix.blocks.slice(1)).toMatchObject([
    { block_id: 'place', element: { initial_option: { value: 'storefront/prod' } } },
    { block_id: 'commit', element: { initial_value: 'v1.2' } },
    { block_id: 'reason' },
  ]);
  const adopt = adoptModal(typed);
  expect(adopt.blocks[1]).toMatchObject({ block_id: 'commit', element: { initial_value: 'v1.2' } });
  const redeploy = redeployModal({ metadata });
  for (const view of [hotfix, adopt, pauseModal(typed), redeploy]) {
    expect(view.submit?.text).toBe(view.title.text);
    expect(readBlock(view.blocks[0])).toContain('storefront');
    expect(checkModal(view)).toEqual([]);
  }
  expect(decodeMetadata(hotfix.private_metadata ?? '')).toEqual(typed.metadata);
});

const BACK: RollbackModal = {
  environment: environmentId('storefront', 'prod'),
  leaves: ABC,
  targets: [
    { acceptance: acceptance({ at: NOW }), subject: 'Fix <!channel> *x*', undoes: 212 },
    { acceptance: acceptance({ sha: 'd'.repeat(40) }), subject: null, undoes: null },
  ],
  chosen: null,
  undone: { undoes: commits(212), brings: null },
  past: { commits: [], count: 0 },
  context: bare,
  metadata: { environment: 'storefront/prod' },
};

test('Roll Back offers accepted commits, with the best one preselected and what it undoes', () => {
  const view = rollbackModal(BACK);
  expect(readBlock(view.blocks[0])).toBe(
    '*storefront/prod is at abc123f*\nThe rollback starts at once, without approvals. It revokes abc123f in prod.',
  );
  expect(view.blocks[1]).toMatchObject({
    dispatch_action: true,
    element: {
      options: [
        { text: { text: '9f8e7d6, accepted 2026-01-05 by Ada, undoes 212 commits' }, value: OLD },
        { text: { text: 'ddddddd, accepted 2026-01-03 by Ada' } },
      ],
      initial_option: { value: OLD },
    },
  });
  const undone = readBlock(view.blocks[2]);
  expect(undone).toMatch(/^Going back to 9f8e7d6 undoes 212 commits\n/);
  expect(undone).toMatch(/\n\+2\d\d more$/);
  expect(view.blocks).toHaveLength(4);
  expect(checkModal(view)).toEqual([]);
});

test('Roll Back shows what the chosen target undoes and brings back, or that git cannot tell', () => {
  const undone = { undoes: commits(3), brings: commits(1) };
  const chosen = rollbackModal({ ...BACK, chosen: 'd'.repeat(40), undone });
  expect(chosen.blocks[1]).toMatchObject({ element: { initial_option: { value: 'd'.repeat(40) } } });
  expect(readBlock(chosen.blocks[2])).toMatch(/^Going back to ddddddd undoes 3 commits\n/);
  expect(readBlock(chosen.blocks[3])).toMatch(/^Going back to ddddddd brings back 1 commit\n/);
  const unknown = rollbackModal({ ...BACK, undone: { undoes: null, brings: null } });
  expect(readBlock(unknown.blocks[2])).toContain('Git could not list what going back to 9f8e7d6 undoes');
  expect(checkModal(chosen)).toEqual([]);
});

test('Roll Back shows the irreversible commits that it goes past, or that git cannot tell', () => {
  const past = { commits: commits(3).commits.slice(0, 2), count: 3 };
  const view = rollbackModal({ ...BACK, past, metadata: { ...BACK.metadata, past: 'past:abc123f+2' } });
  const said = readBlock(view.blocks[2]);
  expect(said).toMatch(
    /^⚠️ Going back to 9f8e7d6 goes past 3 irreversible commits, which it does not take back:\n/,
  );
  expect(said).toMatch(/\n\+1 more$/);
  expect(decodeMetadata(view.private_metadata ?? '')?.past).toBe('past:abc123f+2');
  const unknown = rollbackModal({ ...BACK, past: null });
  expect(readBlock(unknown.blocks[2])).toContain('Git could not say whether going back to 9f8e7d6 goes past');
  for (const each of [view, unknown]) expect(checkModal(each)).toEqual([]);
});

test('Roll Back says when there is nothing to go back to', () => {
  const view = rollbackModal({ ...BACK, targets: [] });
  expect(view.submit).toBeUndefined();
  expect(readBlock(view.blocks[0])).toContain('nothing to roll back to');
  expect(checkModal(view)).toEqual([]);
});

test('a diff shows removed commits first', () => {
  const context = bare;
  const many = { ...commits(300), commits: Array.from({ length: 250 }, () => commits(1).commits[0]!) };
  const removes = { ...commits(60), commits: Array.from({ length: 60 }, () => commits(1).commits[0]!) };
  const view = diffModal({
    environment: 'storefront/prod',
    sha: ABC,
    against: OLD,
    adds: many,
    removes,
    context,
  });
  const lines = view.blocks.map(readBlock);
  expect(lines[1]).toMatch(/^Removes 60 commits\n/);
  expect(lines[4]).toMatch(/^Adds 300 commits\n/);
  expect(lines.at(-1)).toMatch(/\n\+100 more by Ada, Lin, Mo and 2 others$/);
  expect(view.blocks.length).toBeLessThanOrEqual(16);
  expect(checkModal(view)).toEqual([]);
  const linked = diffModal({
    environment: 'storefront/prod',
    sha: ABC,
    against: OLD,
    adds: many,
    removes,
    context: { ...context, compareUrl: 'https://forge.example.com/c/{from}...{to}' },
  });
  const links = JSON.stringify(linked.blocks).match(/https:[^"]+/g);
  expect(links).toEqual([
    `https://forge.example.com/c/${ABC}...${OLD}`,
    `https://forge.example.com/c/${OLD}...${ABC}`,
  ]);
  expect(checkModal(linked)).toEqual([]);
  const none = diffModal({
    environment: 'storefront/prod',
    sha: ABC,
    against: OLD,
    adds: null,
    removes,
    context,
  });
  expect(none.blocks.map(readBlock).join()).toContain('could not list the commits');
});

test('a log shows the last 40 lines and how many are earlier', () => {
  const lines = Array.from({ length: 60 }, (_, index) => `${'x'.repeat(300)} ${index}`);
  const view = logModal({ title: 'Deploy of abc123f to storefront/prod', lines, before: 100 });
  expect(readBlock(view.blocks[1])).toBe('120 earlier lines.');
  expect(view.blocks.slice(2).flatMap((block) => readBlock(block).split('\n'))).toHaveLength(40);
  expect(checkModal(view)).toEqual([]);
  expect(readBlock(logModal({ title: 'x', lines: [], before: 0 }).blocks[1])).toBe('Nothing was printed.');
});

test('two logs follow each other, each under its title', () => {
  const lines = Array(40).fill('x'.repeat(200));
  const view = logModal({ title: 'Deploy', lines, before: 0 }, { title: 'Verification', lines, before: 0 });
  const texts = view.blocks.map(readBlock);
  expect(texts.filter((text) => text === 'Deploy' || text === 'Verification')).toEqual([
    'Deploy',
    'Verification',
  ]);
  expect(checkModal(view)).toEqual([]);
});

test('a dialog loads and then shows its content', () => {
  expect(checkModal(loadingModal('log'))).toEqual([]);
  expect(checkModal(messageModal('log', 'The log is <gone>.'))).toEqual([]);
});

/** A dialog as Slack sends it back. */
function sent(view: object, values: object) {
  return { id: 'V1', hash: 'h', ...view, state: { values } };
}

const TOO_SLOW = { reason: { reason: { type: 'plain_text_input', value: 'too <slow> *really*' } } };

test('a dialog that was answered keeps what was typed, and can only be closed', () => {
  const view = sent(reasonModal({ action: 'reject', metadata }), TOO_SLOW);
  for (const answered of [
    answeredModal(view, { text: 'Refused: no.', blocks: [] }, wordsIn(view)),
    otherVersionModal(view),
  ]) {
    expect(answered.title.text).toBe('Reject');
    expect(answered.submit).toBeUndefined();
    expect(answered.blocks.map(readBlock).at(-1)).toBe('You wrote, as reason:\ntoo <slow> *really*');
    expect(checkModal(answered)).toEqual([]);
  }
  expect(checkModal(workingModal(view))).toEqual([]);
});

test.each([null, undefined, 1, 'x', {}, { blocks: 1 }, { blocks: [null, {}] }, { title: 3, state: 3 }])(
  'a dialog that cannot be read, %j, is answered all the same',
  (view) => {
    expect(checkModal(otherVersionModal(view))).toEqual([]);
    expect(refilledModal(view, { text: 'x', blocks: [] })).toBeNull();
    expect(wordsIn(view)).toEqual([]);
    expect(hasInput(view, 'reason')).toBe(false);
  },
);

test('a dialog to be sent again holds what was typed and chosen, below one message', () => {
  const hotfix = hotfixModal({ metadata }, 'storefront', ['storefront/preprod', 'storefront/prod']);
  const values = {
    ...TOO_SLOW,
    place: { place: { type: 'static_select', selected_option: hotfix.blocks[1] && PREPROD } },
    commit: { commit: { type: 'plain_text_input', value: 'v1.2' } },
  };
  const once = refilledModal(sent(hotfix, values), { text: 'Errored: no store.', blocks: [] })!;
  const twice = refilledModal(sent(once, values), { text: 'Errored: no git.', blocks: [] })!;
  for (const view of [once, twice]) {
    expect(view.submit?.text).toBe('Hotfix');
    expect(decodeMetadata(view.private_metadata ?? '')).toEqual(metadata);
    expect(view.blocks.slice(2)).toMatchObject([
      { element: { initial_option: { value: 'storefront/preprod' } } },
      { element: { initial_value: 'v1.2' } },
      { element: { initial_value: 'too <slow> *really*' } },
    ]);
    expect(checkModal(view)).toEqual([]);
  }
  expect(twice.blocks.map(readBlock).join()).toContain('no git');
  expect(twice.blocks.map(readBlock).join()).not.toContain('no store');
});

const PREPROD = { text: { type: 'plain_text', text: 'storefront/preprod' }, value: 'storefront/preprod' };

test.each([
  [null, false, 'Write a reason'],
  [null, true, null],
  ['x', false, null],
  ['x'.repeat(300), false, null],
  ['👍'.repeat(300), false, null],
  ['x'.repeat(301), true, 'this has 301'],
])('a reason of %j, optional %p', (reason, optional, problem) => {
  const found = reasonProblem(reason, optional);
  if (problem === null) expect(found).toBeNull();
  else expect(found).toContain(problem);
});

test.each(['\u200b', ' \n\u00a0\u2060', '\u202e', '\u3164', '\u2800', '\u00ad\ufe0f'])(
  'words of which nothing can be seen are no words: %j',
  (value) => {
    expect(inputOf({ values: { reason: { reason: { value } } } }, 'reason').typed).toBeNull();
  },
);

test.each(['x', ' 👍🏽 ', '\u202eabc', 'דחוף', '?'])('what can be seen are words: %j', (value) => {
  expect(inputOf({ values: { reason: { reason: { value } } } }, 'reason').typed).toBe(value.trim());
});

test('input is read back, and garbage as nothing', () => {
  const state = {
    values: {
      reason: { reason: { type: 'plain_text_input', value: ' too slow ' } },
      target: { target: { type: 'static_select', selected_option: { value: OLD } } },
      at: { at: { type: 'datetimepicker', selected_date_time: 1_767_000_000 } },
    },
  };
  expect(inputOf(state, 'reason').typed).toBe('too slow');
  expect(inputOf(state, 'target').chosen).toBe(OLD);
  expect(inputOf(state, 'at').at).toBe(1_767_000_000_000);
  const nothing = { typed: null, chosen: null, at: null };
  for (const garbage of [
    null,
    undefined,
    1,
    'x',
    {},
    { values: null },
    { values: { reason: { reason: { value: 3 } } } },
    { values: { reason: { reason: { value: '   ' } } } },
  ]) {
    expect(inputOf(garbage, 'reason')).toEqual(nothing);
  }
  for (const garbage of [3, null, {}, { reason: 1 }, { reason: { value: 3 } }]) {
    const values = { ...state.values, reason: garbage };
    expect(inputOf({ values }, 'reason')).toEqual(nothing);
    expect(inputOf({ values }, 'target').chosen).toBe(OLD);
  }
});

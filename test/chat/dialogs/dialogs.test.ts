import { decodeMetadata } from '../../../src/chat/blocks/actions.ts';
import {
  diffModal,
  loadingModal,
  logModal,
  messageModal,
  modalInput,
  type ReasonModal,
  reasonModal,
  rollbackModal,
} from '../../../src/chat/dialogs/release.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ABC, acceptance, commits, NOW, OLD, readBlock } from '../build.ts';
import { checkModal } from '../limits.ts';

const about = { environment: 'storefront/prod', release: 42, sha: ABC, channel: 'C1', shown: 7 };

test.each<[ReasonModal['action'], string, boolean]>([
  ['reject', 'Reject', false],
  ['testFailed', 'Test Failed', false],
  ['acceptAnyway', 'Accept Anyway', false],
  ['cancel', 'Cancel', true],
])('%s has the verb as title and submit button, and the rest in the body', (action, title, optional) => {
  const view = reasonModal({ action, ...about });
  expect(view).toMatchObject({ title: { text: title }, submit: { text: title } });
  expect(readBlock(view.blocks[0])).toContain('storefront/prod');
  expect(view.blocks[1]).toMatchObject({ type: 'input', optional });
  expect(decodeMetadata(view.private_metadata ?? '')).toEqual(about);
  expect(checkModal(view)).toEqual([]);
});

test('Roll Back offers accepted commits, with the best one preselected', () => {
  const targets = [
    { acceptance: acceptance({ at: NOW }), subject: 'Fix <!channel> *x*', undoes: 212 },
    { acceptance: acceptance({ sha: ABC }), subject: null, undoes: null },
  ];
  const view = rollbackModal({ environment: environmentId('storefront', 'prod'), leaves: ABC, targets });
  expect(view.blocks[1]).toMatchObject({
    element: {
      options: [
        { text: { text: '9f8e7d6, accepted 2026-01-05 by Ada, undoes 212 commits' }, value: OLD },
        { text: { text: 'abc123f, accepted 2026-01-03 by Ada' } },
      ],
      initial_option: { value: OLD },
    },
  });
  expect(readBlock(view.blocks.at(-1))).toBe('Starts at once, without approvals. Revokes abc123f in prod.');
  expect(checkModal(view)).toEqual([]);
});

test('Roll Back says when there is nothing to go back to', () => {
  const view = rollbackModal({ environment: environmentId('storefront', 'prod'), leaves: ABC, targets: [] });
  expect(view.submit).toBeUndefined();
  expect(readBlock(view.blocks[0])).toContain('nothing to roll back to');
  expect(checkModal(view)).toEqual([]);
});

test('a diff shows removed commits first', () => {
  const context = { now: NOW, names: {}, commitUrl: null, cards: {} };
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

test('input is read back, and garbage as nothing', () => {
  const state = {
    values: {
      reason: { reason: { type: 'plain_text_input', value: ' too slow ' } },
      target: { target: { type: 'static_select', selected_option: { value: OLD } } },
    },
  };
  expect(modalInput(state)).toEqual({ reason: 'too slow', target: OLD });
  for (const garbage of [
    null,
    undefined,
    1,
    'x',
    {},
    { values: null },
    { values: { reason: { reason: { value: 3 } } } },
  ]) {
    expect(modalInput(garbage)).toEqual({ reason: null, target: null });
  }
  for (const garbage of [3, null, {}, { reason: 1 }, { reason: { value: 3 } }]) {
    const values = { ...state.values, reason: garbage };
    expect(modalInput({ values })).toEqual({ reason: null, target: OLD });
  }
});

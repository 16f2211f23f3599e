import type { KnownBlock } from '@slack/types';
import { type PrepareModal, prepareModal, prepareSaid } from '../../../../src/chat/dialogs/prepare/modal.ts';
import type { ForeseenRelease } from '../../../../src/chat/dialogs/prepare/preview.ts';
import {
  decodeScope,
  encodeScope,
  environmentOfBlock,
  prepareChoice,
} from '../../../../src/chat/dialogs/prepare/state.ts';
import { refusalMessage } from '../../../../src/chat/refusals/refusals.ts';
import { inline } from '../../../../src/chat/text/inline.ts';
import type { ReleaseView } from '../../../../src/chat/view-model.ts';
import type { EnvironmentPolicy } from '../../../../src/domain/approvals/policy.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import {
  ABC,
  ADA,
  acceptedBelow,
  commits,
  HOUR,
  lockOf,
  NOW,
  oneRule,
  readBlock,
  release,
  sha,
  view,
} from '../../build.ts';
import { checkModal } from '../../limits.ts';

const PROD = environmentId('storefront', 'prod');

function modalOf(over: Partial<PrepareModal> = {}): PrepareModal {
  return {
    places: [{ product: 'storefront', environments: ['preprod', 'prod'] }],
    environment: PROD,
    commit: { sha: ABC, subject: 'Fix rounding', says: '' },
    note: null,
    preview: { kind: 'words', words: inline`Choose a commit.` },
    scope: { channel: 'C1', proposed: ABC },
    ...over,
  };
}

/** What the preview of such a release says, a line each. */
function preview(
  over: Partial<ReleaseView> = {},
  rules: Partial<EnvironmentPolicy> = {},
  more: Partial<ForeseenRelease> = {},
): string[] {
  const one = release({ requestedAt: NOW, note: null });
  const foreseen: ForeseenRelease = {
    view: view({ release: one, policy: rules, view: over }),
    asker: ADA,
    warnings: [],
    removedHotfixes: [],
    ...more,
  };
  const drawn = prepareModal(modalOf({ preview: { kind: 'release', foreseen } }));
  expect(checkModal(drawn)).toEqual([]);
  const from = drawn.blocks.findIndex(({ type }) => type === 'divider');
  return drawn.blocks.slice(from + 1).flatMap((block) => readBlock(block).split('\n'));
}

test('the dialog asks for environment, commit and note, and each choice is sent', () => {
  const drawn = prepareModal(modalOf());
  expect(drawn).toMatchObject({
    title: { text: 'Prepare' },
    submit: { text: 'Prepare' },
    close: { text: 'Not Now' },
    blocks: [
      {
        block_id: 'environment',
        dispatch_action: true,
        element: {
          type: 'static_select',
          options: [{ text: { text: 'preprod' } }, { text: { text: 'prod' } }],
          initial_option: { value: 'storefront/prod' },
        },
      },
      {
        block_id: 'commit:storefront/prod',
        dispatch_action: true,
        element: {
          type: 'external_select',
          min_query_length: 0,
          initial_option: { value: ABC, text: { text: 'abc123f Fix rounding' } },
        },
      },
      { block_id: 'note', optional: true },
      { type: 'divider' },
      { type: 'section' },
    ],
  });
  expect(checkModal(drawn)).toEqual([]);
});

test('with several products each environment is named with its own, and one must be chosen first', () => {
  const places = [
    { product: 'storefront', environments: ['prod'] },
    { product: 'billing', environments: ['prod'] },
  ];
  const drawn = prepareModal(modalOf({ places, environment: null, commit: null }));
  expect(drawn.blocks.map((block) => ('block_id' in block ? block.block_id : block.type))).toEqual([
    'environment',
    'divider',
    'section',
  ]);
  expect(drawn.blocks[0]).toMatchObject({
    element: {
      option_groups: [
        { label: { text: 'storefront' }, options: [{ text: { text: 'storefront/prod' } }] },
        { label: { text: 'billing' }, options: [{ text: { text: 'billing/prod' } }] },
      ],
    },
  });
  expect(checkModal(drawn)).toEqual([]);
});

test('a preview says what would be deployed, when at the earliest, and who opens each gate', () => {
  const adds = commits(7);
  expect(preview({ adds }, { soakMs: 3 * HOUR })).toEqual([
    '*Deploy abc123f to storefront/prod*',
    'Earliest start: 15:30, if the approval is settled by then',
    'Shut',
    'approvals 0 of 2: nobody has approved. Lin or Mo opens it. You cannot: you prepare it.',
    'soak: it ends at 15:30, 3 h after the acceptance in preprod.',
    'Open: built · order (accepted in preprod by Mo, 12:30) · freeze · lock · free',
    'Adds 7 commits to 9f8e7d6, which prod runs now',
    ...adds.commits.slice(0, 3).map((each) => `${each.sha.slice(0, 7)} ${each.subject} – Lin`),
    '+4 more by Ada, Lin, Mo and 2 others',
  ]);
});

test('what would be removed comes first, and a removed hotfix is warned of', () => {
  const gone = sha('ff00aa1');
  const removes = { count: 1, commits: [{ sha: gone, subject: 'Stop it', author: 'Lin' }], authors: ['Lin'] };
  const lines = preview(
    { adds: commits(1), removes, hotfixes: { [gone]: 40 } },
    {},
    { removedHotfixes: [40] },
  );
  const at = (start: string) => lines.findIndex((words) => words.startsWith(start));
  expect(lines).toContain('Warning: removes what prod#40 fixed in prod.');
  expect(at('Removes 1 commit')).toBeGreaterThan(at('Open:'));
  expect(at('Adds 1 commit')).toBeGreaterThan(at('Removes 1 commit'));
});

const frozen = (from: string, to: string) =>
  [{ kind: 'dated', from, to, timezone: 'UTC', reason: 'Weekend' }] as const;

test.each<[string, Partial<EnvironmentPolicy>, string | null]>([
  ['no freeze', {}, null],
  ['a freeze that is over by then', { freeze: [...frozen('2026-01-04T00:00', '2026-01-05T10:00')] }, null],
  ['a freeze of now is a shut gate', { freeze: [...frozen('2026-01-05T14:00', '2026-01-05T16:00')] }, null],
  [
    'a freeze at the end of the soak',
    { soakMs: 3 * HOUR, freeze: [...frozen('2026-01-05T15:00', '2026-01-05T16:00')] },
    'Warning: its other gates can be open at 15:30, in the freeze “Weekend”, which lasts until 16:00.',
  ],
  [
    'a freeze that begins soon',
    { freeze: [...frozen('2026-01-05T15:00', '2026-01-05T16:00')] },
    'Warning: the freeze “Weekend” begins at 15:00. If it has not started by then, it waits until 16:00.',
  ],
  ['a freeze of next week', { freeze: [...frozen('2026-01-12T15:00', '2026-01-12T16:00')] }, null],
])('%s', (_what, rules, warning) => {
  const warnings = preview({}, rules).filter((words) => words.startsWith('Warning:'));
  expect(warnings).toEqual(warning === null ? [] : [warning]);
});

test('no command is named that would need the release, which does not exist yet', () => {
  const shown = preview({}, { freeze: [...frozen('2026-01-05T14:00', '2026-01-05T16:00')] }).join('\n');
  expect(shown).toContain(
    'freeze “Weekend”: it ends at 16:00. Ada, Lin or Mo may override it, once it is prepared',
  );
  expect(shown).not.toContain('#42');
});

test('a refusal is shown with its text; its links stay, and its other buttons go', () => {
  const here = view({ release: release() }).here;
  const context = {
    now: NOW,
    names: {},
    commitUrl: null,
    cards: { 'storefront/prod#42': 'https://chat.example.com/p' },
  };
  const message = refusalMessage(
    { rule: 'alreadyWaits', release: 42, status: 'prepared' },
    { here, context },
  );
  const drawn = prepareModal(modalOf({ preview: { kind: 'answer', message } }));
  expect(drawn.blocks.slice(4)).toEqual(message.blocks);
  expect(JSON.stringify(drawn.blocks.slice(4))).toContain('https://chat.example.com/p');
  const choose: KnownBlock = {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'choose', text: { type: 'plain_text', text: 'One' } }],
  };
  const answer = { text: 'x', blocks: [...message.blocks, choose] };
  expect(prepareSaid({ kind: 'answer', message: answer })).toMatchObject({ blocks: message.blocks });
});

test('what was chosen is read back, whatever else Slack sends', () => {
  const state = {
    values: {
      environment: { prepare_environment: { type: 'static_select', selected_option: { value: PROD } } },
      'commit:storefront/prod': {
        prepare_commit: { type: 'external_select', selected_option: { value: ABC } },
      },
      note: { note: { type: 'plain_text_input', value: ' look at it ' } },
    },
  };
  expect(prepareChoice(state)).toEqual({ environment: PROD, sha: ABC, note: 'look at it', before: PROD });
  const none = { environment: null, sha: null, note: null, before: null };
  for (const rubbish of [null, {}, { values: null }, { values: { environment: 5 } }, 'x']) {
    expect(prepareChoice(rubbish)).toEqual(none);
  }
  const more = structuredClone(state);
  more.values['commit:storefront/prod'].prepare_commit.selected_option.value = 'more';
  Object.assign(more.values.environment.prepare_environment.selected_option, { value: 'no environment' });
  expect(prepareChoice(more)).toMatchObject({ environment: null, sha: null, before: PROD });
  expect(environmentOfBlock('note')).toBeNull();
});

test('its scope is read back from the metadata', () => {
  for (const scope of [{}, { channel: 'C1' }, { product: 'storefront', proposed: ABC, channel: 'C1' }]) {
    expect(decodeScope(encodeScope(scope))).toEqual(scope);
  }
  for (const rubbish of ['', '{', 'null', '[]', '{"c":5}']) expect(decodeScope(rubbish)).toBeNull();
});

test('long and right-to-left names, many environments and long lists stay within Slack’s limits', () => {
  const long = 'שם ארוך מאוד '.repeat(40);
  const name = 'e'.repeat(60);
  const places = Array.from({ length: 120 }, (_, index) => ({
    product: `${'p'.repeat(58)}${index}`,
    environments: Array.from({ length: 120 }, (__, at) => `${name}${at}`),
  }));
  const last = environmentId(places[119]?.product ?? '', `${name}119`);
  const one = release({ note: null });
  const many = {
    ...commits(5, { subject: long, author: long }),
    count: 4_000,
    authors: Array(50).fill(long),
  };
  const others = Array.from({ length: 9 }, (_, index) => release({ number: 50 + index }));
  const foreseen: ForeseenRelease = {
    view: view({
      release: one,
      policy: {
        product: 'p'.repeat(60),
        approvals: oneRule(
          2,
          Array.from({ length: 60 }, (_, index) => `U${index}`),
        ),
        freeze: [{ kind: 'daily', from: 0, to: 0, timezone: 'UTC', reason: long }],
      },
      environment: { lock: lockOf({ reason: long, owner: { ...ADA, name: long } }) },
      others,
      view: { adds: many, removes: many, order: acceptedBelow({ by: { ...ADA, name: long } }) },
    }),
    asker: ADA,
    warnings: [{ kind: 'expiresFirst', startsAt: NOW, expiresAt: NOW }],
    removedHotfixes: Array.from({ length: 30 }, (_, index) => index),
  };
  const drawn = prepareModal(
    modalOf({
      places,
      environment: last,
      commit: { sha: ABC, subject: long, says: long },
      note: 'x'.repeat(300),
      preview: { kind: 'release', foreseen },
      scope: { channel: 'C'.repeat(20), product: 'p'.repeat(60), proposed: ABC },
    }),
  );
  expect(checkModal(drawn)).toEqual([]);
  expect(drawn.blocks[0]).toMatchObject({
    hint: { text: '13899 more: /release prepare PRODUCT/ENVIRONMENT' },
    element: { initial_option: { value: last } },
  });
});

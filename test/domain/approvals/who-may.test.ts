import { ruleChangeWords } from '../../../src/chat/text/rules.ts';
import { defaultRoles } from '../../../src/domain/approvals/approvals.ts';
import type { ApprovalPolicy } from '../../../src/domain/approvals/policy.ts';
import { namedInChanges, ruleChanges, type WhoMay } from '../../../src/domain/approvals/who-may.ts';

const HOUR = 3_600_000;

function prod(
  over: Partial<Omit<WhoMay, 'approvals'>> & { approvals?: Partial<ApprovalPolicy> } = {},
): WhoMay {
  const { approvals, ...rest } = over;
  const rules = approvals?.rules ?? [{ required: 1, from: null }];
  return {
    name: 'prod',
    mode: 'approval',
    acceptFrom: null,
    roles: { ...defaultRoles([]), override: null, adopt: null },
    ...rest,
    approvals: { self: false, authors: true, validForMs: 24 * HOUR, ...approvals, rules },
  };
}

const roles = prod().roles;
const names = (ids: readonly string[]) => ids.join(' or ');

test.each<[string, WhoMay[], WhoMay[], string[]]>([
  ['nothing', [prod()], [prod()], []],
  [
    'another order of people',
    [prod({ acceptFrom: ['U1', '@qa'] })],
    [prod({ acceptFrom: ['@qa', 'U1'] })],
    [],
  ],
  [
    'more approvals',
    [prod()],
    [prod({ approvals: { rules: [{ required: 2, from: null }] } })],
    ['prod: 2 members must approve, before 1 member'],
  ],
  [
    'a group that approves, and a second rule',
    [prod()],
    [
      prod({
        approvals: {
          rules: [
            { required: 2, from: ['@leads', 'U1'] },
            { required: 1, from: ['@security'] },
          ],
        },
      }),
    ],
    ['prod: 2 of @leads or U1 and 1 of @security must approve, before 1 member'],
  ],
  [
    'no approvals any more',
    [prod()],
    [prod({ approvals: { rules: [] } })],
    ['prod: nobody must approve, before 1 member'],
  ],
  [
    'own requests and authors',
    [prod()],
    [prod({ approvals: { self: true, authors: false } })],
    [
      'prod: people may now approve their own request',
      'prod: authors of the commits may no longer approve them',
    ],
  ],
  [
    'for how long',
    [prod()],
    [prod({ approvals: { validForMs: 90 * 60_000 } })],
    ['prod: an approval is valid for 1 h 30 min, before 1 d'],
  ],
  ['accept', [prod()], [prod({ acceptFrom: ['@qa'] })], ['prod: @qa may accept, before any member']],
  [
    'each role',
    [prod()],
    [
      prod({
        roles: {
          prepare: ['U1'],
          deploy: ['U2'],
          rollback: ['U3'],
          lock: ['U4'],
          override: [],
          adopt: ['U6'],
        },
      }),
    ],
    [
      'prod: U1 may prepare, before any member',
      'prod: U2 may deploy, before any member',
      'prod: U3 may roll back, before any member',
      'prod: U4 may lock, before any member',
      'prod: nobody may override a freeze, before any member',
      'prod: U6 may adopt, before any member',
    ],
  ],
  [
    'the mode',
    [prod()],
    [prod({ mode: 'continuous' })],
    ['prod: new commits go there by themselves now, and nobody approves them'],
  ],
  ['one more', [prod()], [prod(), prod({ name: 'canary' })], ['canary: it is new']],
  ['one less', [prod({ name: 'qa' }), prod()], [prod()], ['qa: it is no longer in the configuration']],
])('what is said when this changes: %s', (_what, before, after, says) => {
  expect(ruleChanges(before, after).map((change) => ruleChangeWords(change, names))).toEqual(says);
});

test('everybody who is named can be looked up', () => {
  const before = [prod({ acceptFrom: ['U1'] })];
  const after = [
    prod({
      acceptFrom: ['@qa'],
      roles: { ...roles, lock: ['U2'] },
      approvals: { rules: [{ required: 1, from: ['U1', 'U3'] }] },
    }),
  ];
  expect(namedInChanges(ruleChanges(before, after)).sort()).toEqual(['@qa', 'U1', 'U2', 'U3']);
});

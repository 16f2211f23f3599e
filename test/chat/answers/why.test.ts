import fc from 'fast-check';
import { type WhyView, whyMessage } from '../../../src/chat/answers/why.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { runs } from '../../support/thorough.ts';
import { unicodeText } from '../../support/unicode.ts';
import {
  ABC,
  ADA,
  acceptedBelow,
  approval,
  attempt,
  buttonsOf,
  environment,
  HOUR,
  LIN,
  lockOf,
  MINUTE,
  MO,
  NAMES,
  NEW,
  NOW,
  OLD,
  oneRule,
  policy,
  read,
  release,
  sha,
} from '../build.ts';
import { checkLimits } from '../limits.ts';

const WEEKEND = {
  kind: 'dated',
  from: '2026-01-05T12:00',
  to: '2026-01-06T08:00',
  timezone: 'UTC',
  reason: 'Weekend',
} as const;

interface Scene {
  release?: Partial<Release> | null;
  others?: Release[];
  policy?: Partial<EnvironmentPolicy>;
  environment?: Partial<Environment>;
  view?: Partial<WhyView>;
  order?: ReturnType<typeof acceptedBelow> | null;
  behind?: Release[];
}

function whyView(scene: Scene): WhyView {
  const one = scene.release === null ? null : release(scene.release);
  const order = scene.order === undefined ? acceptedBelow() : scene.order;
  const open = [...(scene.others ?? []), ...(one ? [one] : [])];
  return {
    now: NOW,
    names: NAMES,
    commitUrl: null,
    cards: { 'storefront/prod#42': 'https://chat.example.com/p42' },
    here: {
      policy: policy(scene.policy),
      environment: environment(scene.policy?.name ?? 'prod', open, scene.environment),
    },
    below: null,
    behind: null,
    asker: ADA,
    about: one ? { release: one, build: null, order, behind: scene.behind ?? [] } : null,
    ...scene.view,
  };
}

const behind = (count: number) =>
  Array.from({ length: count }, (_, index) => release({ number: 43 + index, sha: sha(`${index}def456`) }));
const approved: Partial<Release> = { status: 'approved', approvals: [approval(LIN), approval(MO)] };
const robot = { kind: 'robot', name: 'Slipway' } as const;
const ref = '<https://chat.example.com/p42|prod#42>';

const TABLE: [name: string, Scene, lines: string[], buttons: string[]][] = [
  [
    'the example of the design: approvals, freeze and lock are shut',
    {
      release: { approvals: [approval(LIN)] },
      policy: { soakMs: HOUR, freeze: [WEEKEND] },
      environment: { lock: lockOf({ until: NOW + HOUR }) },
      view: { cards: {} },
      behind: behind(1),
    },
    [
      'prod#42 cannot deploy yet: 3 gates are shut\nEarliest start: 08:00, if the approval and the lock are settled by then',
      [
        'Shut',
        'approvals 1 of 2: Lin approved. Mo opens it. You cannot: you prepared it.',
        'freeze “Weekend”: it ends 08:00. Ada, Lin or Mo may override it, with a reason: /release override storefront/prod#42 reason',
        'lock by Lin since 13:30, “database migration”. Lin opens it, or it ends at 15:30.',
        'Open: built · order (accepted in preprod by Mo, 12:30) · soak (2 h of 1 h) · free\nBehind it: prod#43 0def456',
      ].join('\n'),
    ],
    [],
  ],
  [
    'a group approves: how many of its members may, without approvers and the requester',
    {
      release: { approvals: [approval(LIN)] },
      policy: { approvals: oneRule(2, ['@release-managers']) },
      view: {
        groups: {
          '@release-managers': { id: 'S1', members: [ADA.id, LIN.id, MO.id, 'UEVE', 'UKIM', 'UZOE'] },
        },
      },
    },
    [
      `${ref} cannot deploy yet: 1 gate is shut\nEarliest start: at once, when the approval is settled`,
      [
        'Shut',
        'approvals 1 of 2: Lin approved. Any of 4 release-managers opens it. You cannot: you prepared it.',
        'Open: built · order (accepted in preprod by Mo, 12:30) · soak · freeze · lock · free',
      ].join('\n'),
    ],
    ['Open Card'],
  ],
  [
    'only soak: Deploy can be pressed',
    { release: approved, policy: { soakMs: 3 * HOUR } },
    [
      `${ref} cannot deploy yet: 1 gate is shut\nEarliest start: 15:30. Deploy can be pressed now`,
      [
        'Shut',
        'soak: it ends at 15:30, 3 h after the acceptance in preprod.',
        'Open: built · order (accepted in preprod by Mo, 12:30) · approvals (2 of 2 approvals) · freeze · lock · free',
      ].join('\n'),
    ],
    ['Open Card'],
  ],
  [
    'a lock without an end: nobody can say',
    { release: approved, environment: { lock: lockOf() } },
    [
      `${ref} cannot deploy yet: 1 gate is shut\nEarliest start: unknown until the lock is settled`,
      [
        'Shut',
        'lock by Lin since 13:30, “database migration”. Lin opens it.',
        'Open: built · order (accepted in preprod by Mo, 12:30) · approvals (2 of 2 approvals) · soak · freeze · free',
      ].join('\n'),
    ],
    ['Open Card'],
  ],
  [
    "the asker's own lock and an overridden freeze: every gate is open",
    {
      release: { ...approved, override: { by: LIN, at: NOW, reason: 'tax' } },
      policy: { freeze: [WEEKEND] },
      environment: { lock: lockOf({ owner: ADA }) },
    },
    [
      `${ref} can deploy: every gate is open\nNext: \`/release deploy storefront/prod#42\``,
      'Open: built · order (accepted in preprod by Mo, 12:30) · approvals (2 of 2 approvals) · soak · freeze (overridden by Lin) · lock (yours) · free',
    ],
    ['Open Card'],
  ],
  [
    'not built, revoked below, behind the running deploy, and not soaking yet',
    {
      release: { ...approved, build: 'pending' },
      others: [release({ number: 41, sha: OLD, status: 'deploying', attempts: [attempt()] })],
      policy: { soakMs: HOUR },
      order: acceptedBelow({ revoked: { at: NOW - MINUTE, by: MO, release: null } }),
    },
    [
      `${ref} cannot deploy yet: 4 gates are shut\nEarliest start: unknown until the order is settled`,
      [
        'Shut',
        'the build waits for its turn. It opens by itself when that succeeds.',
        'order: abc123f was revoked in preprod by Mo, at 14:29. Deploying and accepting it there opens it.',
        'soak: it begins when abc123f is accepted in preprod.',
        'free: prod#41 before it. It opens by itself when that has ended.',
        'Open: approvals (2 of 2 approvals) · freeze · lock',
      ].join('\n'),
    ],
    ['Open Card'],
  ],
  [
    'the request ends before the freeze does',
    { release: { ...approved, expiresAt: NOW + HOUR }, policy: { freeze: [WEEKEND] } },
    [
      `${ref} cannot deploy yet: 1 gate is shut\nEarliest start: 08:00. The request expires before that, at 15:30`,
      [
        'Shut',
        'freeze “Weekend”: it ends 08:00. Ada, Lin or Mo may override it, with a reason: /release override storefront/prod#42 reason',
        'Open: built · order (accepted in preprod by Mo, 12:30) · approvals (2 of 2 approvals) · soak · lock · free',
      ].join('\n'),
    ],
    ['Open Card'],
  ],
  [
    'a paused environment',
    {
      release: {
        kind: 'continuous',
        status: 'queued',
        requestedBy: robot,
        queue: { at: NOW, by: robot, place: 1, was: null },
      },
      policy: { name: 'integration', mode: 'continuous', below: null },
      environment: {
        paused: { by: MO, reason: 'demo day', at: NOW, rollback: null, newest: null, card: 'p' },
      },
      view: { cards: {} },
    },
    [
      'integration#42 cannot deploy yet: 1 gate is shut\nEarliest start: unknown until the pause is settled',
      [
        'Shut',
        'paused by Mo since 14:30, “demo day”. Anyone who may lock there can resume it: /release resume storefront/integration',
        'Open: built · order · soak · freeze · lock · free',
      ].join('\n'),
    ],
    [],
  ],
  [
    'a running release waits for nothing',
    { release: { status: 'deploying', attempts: [attempt()] } },
    [`${ref} waits for nothing.\nIt is Deploying there (${ref}, since 14:20).`],
    ['Open Card'],
  ],
  [
    'nothing waits, something is accepted below',
    {
      release: null,
      view: {
        below: {
          policy: policy({ name: 'preprod' }),
          environment: environment('preprod', [], {
            accepted: { sha: ABC, ref: null, release: 17, at: NOW, by: MO },
            acceptances: [{ acceptance: acceptedBelow(), recorded: true }],
          }),
        },
      },
    },
    ['Nothing waits for prod. Newest accepted in preprod: abc123f.'],
    ['Promote to prod'],
  ],
  [
    'nothing waits, and what is accepted below runs here',
    {
      release: null,
      view: { below: { policy: policy({ name: 'preprod' }), environment: environment('preprod', []) } },
    },
    ['Nothing waits for prod. It runs 9f8e7d6, the newest accepted in preprod.'],
    [],
  ],
  [
    'nothing waits in the lowest environment',
    { release: null, policy: { name: 'integration', mode: 'continuous', below: null } },
    ['Nothing waits for integration. It runs 9f8e7d6.'],
    [],
  ],
  [
    'nothing waits, as it is paused',
    {
      release: null,
      policy: { name: 'integration', mode: 'continuous', below: null },
      environment: {
        paused: {
          by: MO,
          reason: 'demo day',
          at: NOW,
          rollback: null,
          newest: { sha: NEW, ref: 'main', head: 8, card: null },
          card: 'p',
        },
      },
    },
    [
      'Nothing waits for integration. It is paused by Mo (since 14:30), “demo day”. It would deploy e4f5a6b.\nTo resume: /release resume storefront/integration',
    ],
    [],
  ],
];

test.each(TABLE)('%s', (_name, scene, lines, buttons) => {
  const said = whyMessage(whyView(scene));
  expect(read(said)).toEqual(lines);
  expect(buttonsOf(said)).toEqual(buttons);
  expect(checkLimits(said)).toEqual([]);
  expect(said.blocks.length).toBeLessThanOrEqual(4);
});

test('five releases behind it are named, and the others counted', () => {
  const lines = read(whyMessage(whyView({ release: approved, behind: behind(8) }))).join('\n');
  expect(lines).toContain('prod#47 4def456 and 3 more');
  expect(lines).not.toContain('prod#48');
});

test('nobody is mentioned, no limit is broken and no foreign text is parsed, whatever people write', () => {
  const nasty = fc.oneof(
    unicodeText({ maxLength: 400 }),
    fc.constantFrom('<!channel> *x* <@U1> `y`', 'word '.repeat(2000), '&'.repeat(9000), ''),
  );
  fc.assert(
    fc.property(nasty, fc.integer({ min: 0, max: 60 }), (text, many) => {
      const who = { ...LIN, name: text };
      const from = Array.from({ length: many }, (_, index) => `UX${index}`);
      const shut = whyView({
        release: { requestedBy: who, approvals: [approval(who)], build: 'failed' },
        policy: {
          soakMs: 9 * HOUR,
          freeze: [{ ...WEEKEND, reason: text }],
          approvals: oneRule(2, from),
        },
        environment: { lock: lockOf({ owner: { ...MO, name: text }, reason: text }) },
        others: [release({ number: 41, status: 'deploying', attempts: [attempt()] })],
        behind: behind(many),
        view: { names: Object.fromEntries(from.map((id) => [id, text])) },
      });
      const said = whyMessage(shut);
      expect(checkLimits(said)).toEqual([]);
      expect(said.blocks.length).toBeLessThanOrEqual(4);
      const json = JSON.stringify(said.blocks.filter(({ type }) => type !== 'rich_text'));
      expect(json).not.toMatch(/<!channel>|<@/);
    }),
    { numRuns: runs(200) },
  );
});

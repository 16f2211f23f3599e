import { policyFingerprint } from '../../../src/domain/approvals/policy.ts';
import { A, ada, approvalsOf, B, eve, HOUR, lin, mo, policyOf, Walk } from '../support/support.ts';

const MANAGERS = '@release-managers';
const SECURITY = '@security';
const rules = [
  { required: 2, from: [MANAGERS, eve.id] },
  { required: 1, from: [SECURITY] },
];

/** Two rules whose groups overlap in Lin. */
function governed(change: Parameters<typeof approvalsOf>[0] = {}): Walk {
  const walk = new Walk(policyOf({ approvals: approvalsOf({ rules, ...change }) }));
  walk.groups = [
    { group: MANAGERS, members: [ada.id, lin.id, mo.id] },
    { group: SECURITY, members: [lin.id] },
  ];
  return walk;
}

const approve = (release: number) => ({ type: 'approve', release }) as const;

describe('several rules at once', () => {
  it('a person who fits two rules is moved to the one that needs them', () => {
    const walk = governed();
    const release = walk.prepare(A);
    walk.ok(approve(release), lin);
    walk.ok(approve(release), mo);
    expect(walk.status(release)).toBe('prepared');
    walk.ok(approve(release), eve);
    expect(walk.status(release)).toBe('approved');
    expect(walk.release(release).approvals.map(({ fits }) => fits)).toEqual([[0, 1], [0], [0]]);
  });

  it('an approval that fills no place is refused, and the missing ones can still be given', () => {
    const walk = governed();
    walk.groups.push({ group: MANAGERS, members: ['X', 'Y'] });
    const release = walk.prepare(A);
    walk.ok(approve(release), mo);
    walk.ok(approve(release), eve);
    const late = { ...mo, id: 'X' };
    expect(walk.no('approvalNotNeeded', approve(release), late)).toMatchObject({ count: 2, required: 3 });
    walk.ok(approve(release), lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('an approval keeps the rules its giver fitted: leaving the group changes nothing, and an unknown person cannot give one', () => {
    const walk = governed();
    const release = walk.prepare(A);
    walk.ok(approve(release), lin);
    walk.ok(approve(release), mo);
    walk.groups = [];
    expect(walk.no('notApprover', approve(release), { ...lin, id: 'X' })).toMatchObject({
      from: [MANAGERS, eve.id, SECURITY],
    });
    walk.ok(approve(release), eve);
    walk.ok({ type: 'deploy', release }, ada);
    walk.begin(release);
    expect(walk.status(release)).toBe('deploying');
  });

  it('warns the requester of approvals that current members cannot give, and makes the candidate anyway', () => {
    const walk = governed();
    const requested = { type: 'prepare', sha: A, ref: null, note: null } as const;
    expect(walk.ok(requested, ada).warnings).toBeUndefined();
    const needs = [{ missing: 1, from: [SECURITY] }];
    const self = { self: false, authors: true };
    expect(walk.ok({ ...requested, sha: B }, lin).warnings).toEqual([
      { kind: 'outOfReach', count: 2, required: 3, needs, ...self },
    ]);
    walk.groups = [{ group: MANAGERS, members: [lin.id] }];
    const sha = 'c'.repeat(40);
    expect(walk.ok({ ...requested, sha }, ada).warnings).toEqual([{ kind: 'groupUnknown', group: SECURITY }]);
  });

  it('RULES 9: a change of a rule, self, authors or duration is another policy, and voids approvals', () => {
    const changes = [
      { rules: rules.toReversed() },
      { rules: rules.slice(0, 1) },
      { self: true },
      { authors: false },
      { validForMs: HOUR },
    ];
    const prints = [{}, ...changes].map((change) => policyFingerprint(approvalsOf({ rules, ...change })));
    expect(new Set(prints).size).toBe(prints.length);
    for (const change of changes) {
      const walk = governed();
      const release = walk.prepare(A);
      walk.ok(approve(release), lin);
      walk.policy = policyOf({ approvals: approvalsOf({ rules, ...change }) });
      walk.ok({ type: 'tick' });
      expect(walk.release(release)).toMatchObject({ status: 'prepared', approvals: [] });
      expect(walk.replies(release)).toContain('voided');
    }
  });
});

describe('authors of the commits', () => {
  const barring = () => governed({ rules: [{ required: 1, from: null }], authors: false });

  it('may neither approve nor reject if the policy bars them, and an unknown person counts as an author', () => {
    const walk = barring();
    const release = walk.prepare(A);
    for (const [wrote, known] of [
      [true, true],
      [null, false],
    ] as const) {
      walk.authors = [{ person: lin.id, wrote }];
      expect(walk.no('commitAuthor', approve(release), lin)).toMatchObject({ known, count: 0, required: 1 });
      walk.no('commitAuthor', { type: 'reject', release, reason: 'no' }, lin);
    }
    walk.no('commitAuthor', approve(release), mo);
    walk.authors = [{ person: lin.id, wrote: false }];
    walk.ok(approve(release), lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('may do both if it does not', () => {
    const walk = governed({ rules: [{ required: 1, from: null }] });
    const release = walk.prepare(A);
    walk.authors = [{ person: lin.id, wrote: true }];
    walk.ok(approve(release), lin);
  });
});

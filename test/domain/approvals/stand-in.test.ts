import * as fc from 'fast-check';
import { needsStandIn, openRules, outOfReach, tally } from '../../../src/domain/approvals/approvals.ts';
import type { ApprovalRule } from '../../../src/domain/approvals/policy.ts';
import { approvalsGate } from '../../../src/domain/gates/gates.ts';
import { runs } from '../../support/thorough.ts';
import { A, ada, approvalsOf, eve, lin, mo, policyOf, Walk } from '../support/support.ts';

const governed = (approvals: Parameters<typeof approvalsOf>[0]) =>
  new Walk(policyOf({ approvals: approvalsOf(approvals) }));

const STRANGER = '1234+name@users.noreply.github.com';

const ruleOf = fc.record({
  required: fc.integer({ min: 1, max: 2 }),
  from: fc.constant<string[] | null>(['@some']),
}) satisfies fc.Arbitrary<ApprovalRule>;

const rulesAndPeople = fc.array(ruleOf, { minLength: 1, maxLength: 3 }).chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    people: fc.array(
      fc.subarray([...rules.keys()], { minLength: 0 }).map((fits) => ({ fits })),
      { maxLength: 7 },
    ),
  }),
);

describe('rule 30: one more person approves if an author is unknown', () => {
  it('the gate is open when the rules are met without any one of the approvers', () => {
    fc.assert(
      fc.property(rulesAndPeople, ({ rules, people }) => {
        const without = people.map((_, index) => people.filter((__, at) => at !== index));
        const met = (some: typeof people) => tally(some, rules).needs.length === 0;
        const { needs, count, required } = tally(people, rules, true);
        expect(needs.length === 0).toBe(met(people) && without.every(met));
        expect(count >= required).toBe(needs.length === 0);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it('says how many more are needed, and whose approval counts next', () => {
    fc.assert(
      fc.property(rulesAndPeople, ({ rules, people }) => {
        const { needs, count, required } = tally(people, rules, true);
        const open = openRules(people, rules, true);
        expect(open.length > 0).toBe(needs.length > 0);
        for (const rule of open) {
          const one = { fits: [rules.indexOf(rule)] };
          const next = tally([...people, one], rules, true);
          expect(next.count).toBe(count + 1);
        }
        expect(needs.reduce((sum, { missing }) => sum + missing, 0)).toBe(required - count);
      }),
      { numRuns: runs(500) },
    );
  });

  it.each([1, 2, 3])('one rule of %i asks for one more', (required) => {
    const rules = [{ required, from: null }];
    expect(tally([], rules, true)).toEqual({
      count: 0,
      required: required + 1,
      needs: [{ missing: required + 1, from: null }],
    });
    const yes = Array.from({ length: required }, () => ({ fits: [0] }));
    expect(tally(yes, rules, true).needs).toEqual([{ missing: 1, from: null }]);
    expect(tally([...yes, { fits: [0] }], rules, true).needs).toEqual([]);
  });

  it('one more person is enough for two rules if they could take either place', () => {
    const rules = [
      { required: 1, from: ['@a'] },
      { required: 1, from: null },
    ];
    const [both, any] = [{ fits: [0, 1] }, { fits: [1] }];
    expect(tally([both, any, both], rules, true).needs).toEqual([]);
    expect(tally([both, any, any], rules, true).needs).toEqual([{ missing: 1, from: ['@a'] }]);
  });

  const policy = { rules: [{ required: 1, from: null }], authors: false };
  const nobodyWrote = (walk: ReturnType<typeof governed>) => {
    walk.authors = [lin, mo, eve].map(({ id }) => ({ person: id, wrote: false }));
  };

  it('a release waits for one more approval until its authors are known', () => {
    const walk = governed(policy);
    nobodyWrote(walk);
    walk.unknownAuthors = [STRANGER];
    const release = walk.prepare(A);
    expect(walk.release(release).unknownAuthors).toEqual([STRANGER]);
    walk.do({ type: 'approve', release }, lin);
    expect(walk.status(release)).toBe('prepared');
    expect(approvalsGate(walk.release(release), walk.policy, walk.now)).toMatchObject({
      count: 1,
      required: 2,
    });
    walk.no('alreadyApproved', { type: 'approve', release }, lin);
    walk.no('approvals', { type: 'deploy', release }, ada);
    walk.do({ type: 'approve', release }, mo);
    expect(walk.status(release)).toBe('approved');
  });

  it('an author who becomes known needs no extra approval', () => {
    const walk = governed(policy);
    nobodyWrote(walk);
    walk.unknownAuthors = [STRANGER];
    const release = walk.prepare(A);
    walk.do({ type: 'approve', release }, lin);
    walk.unknownAuthors = [];
    walk.no('approvalNotNeeded', { type: 'approve', release }, mo);
    expect(walk.status(release)).toBe('approved');
  });

  it('no extra approval is needed for a release that was stored before authors were looked up', () => {
    const walk = governed(policy);
    const older = structuredClone(walk.release(walk.prepare(A)));
    delete older.unknownAuthors;
    expect(needsStandIn(older, { authors: false })).toBe(false);
  });

  it.each([
    ['authors may approve', { ...policy, authors: true }, [STRANGER]],
    ['all are known', policy, []],
    ['nobody asked', policy, null],
  ])('no extra approval is needed when %s', (_, rules, unknown) => {
    const walk = governed(rules);
    nobodyWrote(walk);
    walk.unknownAuthors = unknown;
    const release = walk.prepare(A);
    walk.do({ type: 'approve', release }, lin);
    expect(walk.status(release)).toBe('approved');
  });

  it('the requester is warned when too few people could approve', () => {
    const one = approvalsOf({ rules: [{ required: 1, from: ['LIN'] }], authors: false });
    const electorate = { requester: ada, groups: [], authors: [] };
    expect(outOfReach(one, electorate)).toBeNull();
    expect(outOfReach(one, { ...electorate, standIn: true })).toMatchObject({ count: 1, required: 2 });
  });
});

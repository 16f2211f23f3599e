import fc from 'fast-check';
import { neverMet, openRules, outOfReach, tally } from '../../../src/domain/approvals/approvals.ts';
import { matchToRules } from '../../../src/domain/approvals/matching.ts';
import type { ApprovalRule } from '../../../src/domain/approvals/policy.ts';
import { runs } from '../../support/thorough.ts';
import { ada, approvalsOf, lin } from '../support/given.ts';

/** Small enough to try every way of placing people. */
const problem = fc.integer({ min: 1, max: 3 }).chain((rules) =>
  fc.record({
    slots: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rules, maxLength: rules }),
    fits: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: rules - 1 })), { maxLength: 6 }),
  }),
);

/** The most places that can be filled: each person in turn takes one of theirs, or none. */
function bruteForce(fits: readonly (readonly number[])[], slots: readonly number[]): number {
  const [first, ...others] = fits;
  if (first === undefined) return 0;
  const taken = first
    .filter((rule) => (slots[rule] ?? 0) > 0)
    .map((rule) => 1 + bruteForce(others, slots.with(rule, (slots[rule] ?? 0) - 1)));
  return Math.max(bruteForce(others, slots), ...taken);
}

const placed = (fits: readonly (readonly number[])[], slots: readonly number[]) =>
  matchToRules(fits, slots).filter((rule) => rule !== null).length;

describe('RULES 9: approvals as a matching', () => {
  it('fills as many places as any assignment of people can, and never more than exist', () => {
    fc.assert(
      fc.property(problem, ({ fits, slots }) => {
        const matched = matchToRules(fits, slots);
        expect(placed(fits, slots)).toBe(bruteForce(fits, slots));
        for (const [person, rule] of matched.entries()) {
          if (rule !== null) expect(fits[person]).toContain(rule);
        }
        for (const [rule, most] of slots.entries()) {
          expect(matched.filter((one) => one === rule).length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('never deadlocks: taking only approvals that count gets as far as taking all, in any order', () => {
    fc.assert(
      fc.property(problem, ({ fits, slots }) => {
        const rules: ApprovalRule[] = slots.map((required) => ({ required, from: null }));
        const given: { fits: number[] }[] = [];
        for (const one of fits) {
          const counts = openRules(given, rules).some((rule) => one.includes(rules.indexOf(rule)));
          const { count } = tally([...given, { fits: one }], rules);
          expect(count > given.length).toBe(counts);
          if (counts) given.push({ fits: one });
        }
        expect(tally(given, rules).count).toBe(given.length);
        expect(given).toHaveLength(bruteForce(fits, slots));
      }),
      { numRuns: runs(1_000) },
    );
  });

  it('never drops an earlier approver for a later one', () => {
    fc.assert(
      fc.property(problem, ({ fits, slots }) => {
        const before = matchToRules(fits.slice(0, -1), slots);
        const after = matchToRules(fits, slots);
        before.forEach((rule, person) => {
          if (rule !== null) expect(after[person]).not.toBeNull();
        });
      }),
    );
  });

  it('says which approvals are still needed', () => {
    const rules = [
      { required: 2, from: ['@managers'] },
      { required: 1, from: ['@security', '@managers'] },
    ];
    expect(tally([], rules)).toEqual({
      count: 0,
      required: 3,
      needs: [
        { missing: 2, from: ['@managers'] },
        { missing: 1, from: ['@security', '@managers'] },
      ],
    });
    const three = [{ fits: [0, 1] }, { fits: [0, 1] }, { fits: [1] }];
    expect(tally(three, rules)).toEqual({ count: 3, required: 3, needs: [] });
    // Either of the two may be moved: the last place is open to both groups.
    expect(openRules(three.slice(0, 2), rules)).toEqual(rules);
    expect(tally(three.slice(0, 2), rules).needs).toEqual([{ missing: 1, from: ['@managers', '@security'] }]);
  });
});

describe('rules that their own numbers never meet', () => {
  it.each([
    ['too few people', [{ required: 2, from: ['A'] }], { rule: 0, missing: 1 }],
    ['enough people', [{ required: 2, from: ['A', 'B'] }], null],
    ['nobody in particular', [{ required: 9, from: null }], null],
    ['a group, which may be large', [{ required: 9, from: ['A', '@a'] }], null],
    [
      'people shared by two rules',
      [
        { required: 2, from: ['A', 'B'] },
        { required: 1, from: ['B'] },
      ],
      { rule: 1, missing: 1 },
    ],
    [
      'people shared by two rules, and one more',
      [
        { required: 2, from: ['A', 'B', 'C'] },
        { required: 1, from: ['B'] },
      ],
      null,
    ],
  ])('%s', (_name, rules, expected) => {
    expect(neverMet(rules)).toEqual(expected);
  });

  it('are exactly those that no choice of their people could meet', () => {
    const closed = fc.array(
      fc.record({
        required: fc.integer({ min: 1, max: 3 }),
        from: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(closed, (rules) => {
        const people = [...new Set(rules.flatMap(({ from }) => from))];
        const fits = people.map((id) => [...rules.keys()].filter((rule) => rules[rule]?.from.includes(id)));
        const slots = rules.map(({ required }) => required);
        const met = bruteForce(fits, slots) === slots.reduce((sum, required) => sum + required, 0);
        expect(neverMet(rules) === null).toBe(met);
      }),
      { numRuns: runs(1_000) },
    );
  });
});

describe('rules that current members cannot meet', () => {
  const managers = { group: '@managers', members: ['ADA', 'LIN'] };
  const electorate = { requester: ada, groups: [managers], authors: [] };
  const two = approvalsOf({ required: 2, from: ['@managers'] });

  it('the requester counts only if the policy allows it', () => {
    expect(outOfReach(two, electorate)).toMatchObject({ count: 1, required: 2 });
    expect(outOfReach({ ...two, self: true }, electorate)).toBeNull();
    expect(outOfReach(two, { ...electorate, requester: { ...ada, id: 'X' } })).toBeNull();
  });

  it('authors count only if the policy allows it, and a person of whom nothing is known counts', () => {
    const one = approvalsOf({ from: ['@managers'], authors: false });
    expect(outOfReach(one, electorate)).toBeNull();
    expect(outOfReach(one, { ...electorate, authors: [{ person: 'LIN', wrote: false }] })).toBeNull();
    for (const wrote of [true, null]) {
      const known = { ...electorate, authors: [{ person: 'LIN', wrote }] };
      expect(outOfReach(one, known)).toMatchObject({ count: 0, required: 1 });
      expect(outOfReach({ ...one, authors: true }, known)).toBeNull();
    }
  });

  it('an unknown group, or any member, counts as enough', () => {
    expect(outOfReach(two, { ...electorate, groups: [] })).toBeNull();
    expect(outOfReach(approvalsOf({ required: 5, from: null }), electorate)).toBeNull();
  });

  it('a given approval stays, whoever left the group since', () => {
    const given = [{ by: { ...lin, id: 'GONE' }, at: 0, until: 1, fits: [0] }];
    expect(outOfReach(two, electorate, given)).toBeNull();
  });
});

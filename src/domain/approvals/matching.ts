/**
 * Computes a largest matching of people to rules. Person `i` may fill a slot of any rule in `fits[i]`, rule `r` has
 * `slots[r]` slots, and one person fills one slot. Returns the rule that each person fills; null: no slot is left for
 * them. Earlier people take precedence, so adding a person never displaces one who counted before.
 */
export function matchToRules(
  fits: readonly (readonly number[])[],
  slots: readonly number[],
): (number | null)[] {
  const filled: number[][] = slots.map(() => []);
  const place = (person: number, tried: Set<number>): boolean => {
    for (const rule of fits[person] ?? []) {
      const there = filled[rule];
      if (there === undefined || tried.has(rule)) continue;
      tried.add(rule);
      // Take a free slot, or one whose holder can move to another rule.
      const at =
        there.length < (slots[rule] ?? 0) ? there.length : there.findIndex((one) => place(one, tried));
      if (at === -1) continue;
      there[at] = person;
      return true;
    }
    return false;
  };
  for (const person of fits.keys()) place(person, new Set());
  return fits.map((_, person) => {
    const rule = filled.findIndex((people) => people.includes(person));
    return rule === -1 ? null : rule;
  });
}

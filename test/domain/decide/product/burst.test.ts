import fc from 'fast-check';
import { BURST_MS, burstAt, pushBurst } from '../../../../src/domain/decide/product/burst.ts';
import type { Head } from '../../../../src/domain/documents/product.ts';

/** The heads of pushes at these times, as a product remembers them. */
function headsAt(times: readonly number[]): Head[] {
  const heads: Head[] = [];
  for (const at of times) {
    const burst = burstAt(heads.at(-1), at, BURST_MS);
    const number = heads.length + 1;
    heads.push({ number, sha: String(number), at, pushedBy: null, ...(burst && { burst }) });
  }
  return heads;
}

/** Pushes whose cards are posted if nothing but the time decides: at once, or held back and not overtaken. */
function posted(heads: readonly Head[]): Head[] {
  return heads.filter((head, index) => {
    const until = pushBurst(head, BURST_MS)?.quietUntil ?? null;
    const next = heads[index + 1];
    return until === null || next === undefined || next.at >= until;
  });
}

const times = fc
  .array(fc.oneof(fc.nat(1_000), fc.nat(BURST_MS), fc.nat(4 * BURST_MS)), { minLength: 1, maxLength: 40 })
  .map((gaps) => gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)));

test('a push by itself, and the first of many, is shown at once', () => {
  expect(headsAt([0, BURST_MS]).map((head) => pushBurst(head, BURST_MS))).toEqual([undefined, undefined]);
});

test.each([
  ['ten within five seconds', 10, 500, 2],
  ['ten within a minute', 10, 6_000, 3],
  ['one a second for ten minutes', 600, 1_000, 21],
])('%s: few cards', (_name, count, gap, most) => {
  const cards = posted(headsAt(Array.from({ length: count }, (_, index) => index * gap)));
  expect(cards.length).toBeLessThanOrEqual(most);
});

test('the newest push is always shown, and no push waits long for a card of its own or of a later one', () => {
  fc.assert(
    fc.property(times, (all) => {
      const heads = headsAt(all);
      const cards = posted(heads);
      expect(cards.at(-1)).toBe(heads.at(-1));
      for (const head of heads) {
        const shown = cards.find(({ number }) => number >= head.number)!;
        const until = pushBurst(shown, BURST_MS)?.quietUntil ?? shown.at;
        expect(until - head.at).toBeLessThanOrEqual(5 * BURST_MS);
      }
    }),
  );
});

test('every push is counted once: on its own card, or on that of the next one shown', () => {
  fc.assert(
    fc.property(times, (all) => {
      const heads = headsAt(all);
      const counted = posted(heads).map((head) => 1 + (head.burst?.earlier ?? 0));
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(heads.length);
    }),
  );
});

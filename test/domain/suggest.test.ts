import fc from 'fast-check';
import { distance, nearest, suggest } from '../../src/domain/suggest.ts';
import { runs } from '../support/thorough.ts';

test.each([
  ['', '', 0],
  ['deploy', 'deploy', 0],
  ['', 'lock', 4],
  ['aprove', 'approve', 1],
  ['locck', 'lock', 1],
  ['lack', 'lock', 1],
  ['lcok', 'lock', 1],
  ['redepoly', 'redeploy', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
])('from "%s" to "%s" it is %d', (a, b, edits) => {
  expect(distance(a, b)).toBe(edits);
  expect(distance(b, a)).toBe(edits);
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '🙂'), maxLength: 12 });

test('an edit distance is what its definition says', () => {
  const slow = (a: string[], b: string[]): number => {
    if (a.length === 0 || b.length === 0) return a.length + b.length;
    const cut = (word: string[], letters: number) => word.slice(0, -letters);
    const [a1, a2, b1, b2] = [a.at(-1), a.at(-2), b.at(-1), b.at(-2)];
    return Math.min(
      slow(cut(a, 1), b) + 1,
      slow(a, cut(b, 1)) + 1,
      slow(cut(a, 1), cut(b, 1)) + (a1 === b1 ? 0 : 1),
      a1 === b2 && a2 === b1 && a2 !== undefined ? slow(cut(a, 2), cut(b, 2)) + 1 : Number.POSITIVE_INFINITY,
    );
  };
  const short = fc.array(fc.constantFrom('a', 'b', '🙂'), { maxLength: 5 });
  fc.assert(
    fc.property(short, short, (a, b) => expect(distance(a.join(''), b.join(''))).toBe(slow(a, b))),
    { numRuns: runs(2_000) },
  );
});

test('an edit distance is at most the length of the longer word, and 0 only between equal words', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b)).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
      expect(distance(a, b) === 0).toBe(a === b);
    }),
    { numRuns: runs(200) },
  );
});

test('a word of any length takes no longer than the longest name', () => {
  expect(distance('a'.repeat(100_000), 'b'.repeat(100_000))).toBe(200);
});

test('one verb is offered, or none', () => {
  const verbs = ['approve', 'deploy', 'redeploy', 'lock', 'unlock'];
  expect(nearest('app', verbs)).toBe('approve');
  expect(nearest('LCOK', verbs)).toBe('lock');
  expect(nearest('dance', verbs)).toBeNull();
});

test('several branches are offered, each once, closest first, at most five', () => {
  const branches = ['main', 'release-1.5', 'release-1.4', 'hotfix/release-1.4-again', 'release-1.4', 'spike'];
  expect(suggest('release-1.4', branches)).toEqual([
    'release-1.4',
    'release-1.5',
    'hotfix/release-1.4-again',
  ]);
  expect(suggest('mian', branches)).toEqual(['main']);
  expect(suggest('x', branches)).toEqual([]);
  expect(suggest('b', ['a1', 'b', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'])).toEqual([
    'b',
    'b1',
    'b2',
    'b3',
    'b4',
  ]);
});

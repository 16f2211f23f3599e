import { citationsIn, expand, filesBelow, problemOf, readSpec, rulesNamedIn } from './citations.ts';

const SPEC = readSpec();
/** Beside the pages: all that cites them. This file cites what does not exist. */
const FILES = ['src', 'test', 'docs', 'README.md']
  .flatMap((place) => filesBelow(place, /\.(ts|tsx|js|css|html|md)$/))
  .filter(({ path }) => !/^test\/rules\/citations\.(test\.)?ts$/.test(path));
const TESTS = FILES.filter(({ path }) => /\.(test\.tsx?|contract\.ts)$/.test(path));

describe('citations of docs/spec', () => {
  it('resolve', () => {
    const problems = FILES.flatMap(({ path, text }) =>
      citationsIn(text)
        .flatMap((citation) => problemOf(citation, SPEC) ?? [])
        .map((what) => `${path}: ${what}`),
    );
    expect(problems).toEqual([]);
  });

  it('exist', () => {
    expect(FILES.flatMap(({ text }) => citationsIn(text)).length).toBeGreaterThan(250);
  });
});

describe('rules', () => {
  const numbers = [...SPEC.RULES.numbers];

  it('are numbered without a gap', () => {
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(40);
  });

  it('are each named by at least one test, and no test names another', () => {
    const named = new Set(TESTS.flatMap(({ text }) => rulesNamedIn(text)));
    expect([...named].sort((a, b) => a - b)).toEqual(numbers);
  });
});

describe('a citation', () => {
  it.each([
    ['(RULES 2)', null],
    ['RULES 1 to 6', null],
    ['RULES 3, 6, 9 and 20', null],
    ['RULES, "Status × command"', null],
    ['DESIGN §3, §4', null],
    ['CARDS §4', null],
    ['SLACK, "Size"', null],
    ['as RULES\n   * 8 says', null],
    ['RULES 99', 'rules.md has no 99'],
    ['RULES 97 to 99', 'rules.md has no 97, 98, 99'],
    ['DESIGN §9', 'design.md has no 9'],
    ['CARDS §0', 'cards.md has no 0'],
    ['SLACK §1', 'names no number and no heading'],
    ['RULES.md', 'names no number and no heading'],
    ['CARDS: lines of a log', 'names no number and no heading'],
    ['CARDS, "Lines"', 'cards.md has no heading "Lines"'],
  ])('%j', (text, problem) => {
    const found = citationsIn(text).map((one) => problemOf(one, SPEC));
    expect(found).toEqual([problem === null ? null : expect.stringContaining(problem)]);
  });

  it('counts ranges and lists out', () => {
    expect(expand('3 to 5, 7 and 9')).toEqual([3, 4, 5, 7, 9]);
    expect(expand('§2 and §4')).toEqual([2, 4]);
  });
});

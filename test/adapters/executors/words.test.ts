import { fillIn, holds, namesIn, unknownWords, WORDS } from '../../../src/adapters/executors/words.ts';
import { attemptOf, COMMIT } from '../../support/executors/world.ts';

const attempt = attemptOf({ ref: 'feature/{attempt}' });

test.each([
  ['{commit}', COMMIT],
  ['{ref}', 'feature/{attempt}'],
  ['{product}/{environment}', 'storefront/prod'],
  ['{release}', 'prod-42'],
  ['{kind}', 'promotion'],
  ['{previous}', 'b'.repeat(40)],
  ['Deploy {commit} ({attempt})', `Deploy ${COMMIT} (slip-1a2b3c4d5e6f)`],
  ['{"image": {"tag": "{product}"}}', '{"image": {"tag": "storefront"}}'],
  ['{constructor} { commit } {} {1} $& $1', '{constructor} { commit } {} {1} $& $1'],
])('%s becomes %s', (text, filled) => {
  expect(fillIn(text, attempt)).toBe(filled);
});

test('what there is none of is empty', () => {
  expect(fillIn('<{ref}{previous}>', attemptOf({ ref: null, previous: null }))).toBe('<>');
});

test('names that are no words are found, each once', () => {
  expect(namesIn('{commit} {Commit} {"a": {b}}')).toEqual(['commit', 'Commit', 'b']);
  expect(unknownWords('{commit} {Commit} {Commit} {toString} { x } {}')).toEqual(['Commit', 'toString']);
  expect(WORDS.filter((word) => unknownWords(`{${word}}`).length > 0)).toEqual([]);
});

test('a text holds the id of an attempt, and not a part of another id', () => {
  for (const text of [
    'slip-1',
    'Deploy slip-1',
    '[slip-1] prod',
    'slip-1.',
    'deploy-slip-1-prod',
    'slip-11 slip-1',
  ])
    expect(holds(text, 'slip-1')).toBe(true);
  for (const text of ['', 'slip-11', 'aslip-1', 'Slip-1', 'slip-', 'slip-12 slip-13'])
    expect(holds(text, 'slip-1')).toBe(false);
});

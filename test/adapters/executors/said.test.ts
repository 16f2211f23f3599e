import { lastLine } from '../../../src/adapters/executors/said.ts';

test.each<[log: string, last: string | null]>([
  ['one\ntwo', 'two'],
  ['one\r\ntwo\r\n', 'two'],
  ['one\n\u001b[32mtwo\u001b[0m\n\u001b[0m\n  \n', 'two'],
  ['10%\r55%\rrolling out\n', 'rolling out'],
  ['the token is S3CRET', 'the token is ***'],
  [`${'x'.repeat(1_000_000)} S3CRET`, `${'x'.repeat(199)}…`],
  ['', null],
  ['\u001b[0m\n\n', null],
])('the last line that says anything, %#', (log, last) => {
  expect(lastLine(log, ['S3CRET'])).toBe(last);
});

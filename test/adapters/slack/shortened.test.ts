import { shortened } from '../../../src/adapters/slack/controllers/caller.ts';

test.each(['a', '🙂'])('of what is typed, 300 characters are kept: %s', (letter) => {
  expect(shortened(letter.repeat(300))).toBe(letter.repeat(300));
  expect(shortened(letter.repeat(301))).toBe(`${letter.repeat(299)}…`);
});

import { pino } from 'pino';
import { crossedBetween } from '../../../src/flow/commands/context/irreversible.ts';
import { GitError } from '../../../src/git/commands/git-error.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

/** Services whose git says this of what lies between two commits. */
function asking(touched: Mirror['touched']) {
  return { mirror: () => ({ touched }) as unknown as Mirror, log: pino({ level: 'silent' }) };
}

const PRODUCT = { name: 'shop', irreversible: ['migrations/**', '!**/*.md'] };

test('commits that touched irreversible paths are found, newest first, asked in the direction of the rollback', async () => {
  const asked: string[][] = [];
  const services = asking(async (from, to) => {
    asked.push([from, to]);
    return [
      { sha: C, files: ['app.txt', 'migrations/2.sql'] },
      { sha: B, files: ['migrations/README.md'] },
      { sha: A, files: ['migrations/1.sql'] },
    ];
  });
  expect(await crossedBetween(services, PRODUCT, C, A)).toEqual([C, A]);
  expect(asked).toEqual([[A, C]]);
});

test('git is not asked where no path is irreversible', async () => {
  const services = asking(() => Promise.reject(new Error('asked')));
  expect(await crossedBetween(services, { name: 'shop' }, C, A)).toEqual([]);
});

test('what git cannot say is unknown, and an error of ours is none of its', async () => {
  const away = asking(() => Promise.reject(new GitError('notFound', 'no such commit', '')));
  expect(await crossedBetween(away, PRODUCT, C, A)).toBeNull();
  const wrong = asking(() => Promise.reject(new TypeError('ours')));
  await expect(crossedBetween(wrong, PRODUCT, C, A)).rejects.toThrow(TypeError);
});

import { pino } from 'pino';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { crossedBetween, irreversibleContext } from '../../../src/flow/commands/context/irreversible.ts';
import { GitError } from '../../../src/git/commands/git-error.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { FAILED, policyOf, Walk } from '../../domain/support/support.ts';

type Configured = Parameters<typeof irreversibleContext>[1];

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

test('whatever is wrong with git, the end of a deploy is recorded: what lies between is unknown', async () => {
  const full = asking(() => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })));
  const walk = new Walk(policyOf());
  walk.accepted(A);
  walk.deploying(C);
  const { environment } = walk;
  const acceptances = environment.acceptances.map(({ acceptance }) => acceptance);
  const policy = policyOf({ onFailure: 'rollback' });
  const configured = { product: PRODUCT, environment: { policy } } as unknown as Configured;
  const base = { id: 'r1', actor: ROBOT } as const;
  const report = { ...base, type: 'report', attempt: 1, outcome: FAILED, log: '' } as const;
  expect(await irreversibleContext(full, configured, environment, report, acceptances)).toEqual({
    leaves: C,
    to: A,
    crossed: null,
  });
  const asked = { ...base, type: 'rollback', to: null, reason: 'slow' } as const;
  await expect(irreversibleContext(full, configured, environment, asked, acceptances)).rejects.toThrow(
    'space',
  );
});

test('at the first begin of a rollback git is asked only about what has begun since', async () => {
  const asked: string[][] = [];
  const services = asking(async (from, to) => {
    asked.push([from, to]);
    return [];
  });
  const walk = new Walk(policyOf());
  for (const commit of [A, B]) walk.after(1).accepted(commit);
  walk.built = 'pending';
  const back = walk.rollback();
  walk.built = 'succeeded';
  const configured = { product: PRODUCT, environment: { policy: walk.policy } } as unknown as Configured;
  const begin = { type: 'begin', release: back, step: 'deploy', worker: 'w1', leaseUntil: 0 } as const;
  const ask = () =>
    irreversibleContext(services, configured, walk.environment, { ...begin, id: 'b', actor: ROBOT }, []);
  expect(await ask()).toBeUndefined();
  walk.after(1).begin(walk.queued(C));
  expect(await ask()).toEqual({ leaves: C, to: B, crossed: [] });
  expect(asked).toEqual([[B, C]]);
});

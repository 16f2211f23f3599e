import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError } from '../../../src/git/commands/git-error.ts';
import type { Ask } from '../../../src/git/mirror/history.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { searchCommits } from '../../../src/git/mirror/search.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

describe('what a search finds in a mirror', () => {
  let repository: TemporaryRepository;
  let root: string;
  let mirror: Mirror;
  const shas: Record<string, string> = {};

  beforeAll(async () => {
    repository = temporaryRepository();
    root = mkdtempSync(join(tmpdir(), 'slipway-mirror-'));
    mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    const lin = { name: 'Lin O’Brien', email: 'lin@example.com' };
    shas.first = repository.commit({ a: '1' }, 'Round the cart (#123)');
    shas.second = repository.commit({ a: '2' }, 'Translate vouchers\n\nRefs: SHOP-7', { author: lin });
    repository.tag('v1.0', { message: 'One' });
    repository.branch('feature/voucher');
    shas.side = repository.commit({ a: '3' }, 'Try [a-z]* as it is');
    repository.push('feature/voucher');
    repository.checkout('main');
    shas.third = repository.commit({ a: '4' }, 'Round prices again');
    repository.push();
    repository.push('v1.0');
    // Requests of strangers are not searched.
    repository.branch('stranger');
    repository.commit({ evil: 'yes' }, 'Round everything');
    repository.git('push', '--quiet', 'origin', 'HEAD:refs/pull/1/head');
    await mirror.fetch();
  });
  afterAll(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const search = async (text: string, limit = 10) => {
    const found = await mirror.search({ text, limit, withinMs: 20_000 });
    const named = (sha: string) => Object.entries(shas).find(([, known]) => known === sha)?.[0] ?? sha;
    return {
      bySha: found.bySha.map(({ sha }) => named(sha)),
      names: found.names.map(({ what, ref, sha }) => `${what} ${ref} ${named(sha)}`),
      byText: found.byText.map(({ sha }) => named(sha)),
      isSlow: found.isSlow,
    };
  };
  const nothing = { bySha: [], names: [], byText: [], isSlow: false };

  test.each([
    ['a word of a message, newest first', 'round', { byText: ['third', 'first'] }],
    ['the number of a pull request in a message', '#123', { byText: ['first'] }],
    ['a line below the subject', 'shop-7', { byText: ['second'] }],
    ['an author', 'o’brien', { byText: ['second'] }],
    ['an address', 'LIN@example', { byText: ['second'] }],
    ['a tag, which is peeled', 'V1', { names: ['tag v1.0 second'] }],
    ['a branch, and messages', 'voucher', { names: ['branch feature/voucher side'], byText: ['second'] }],
    ['a text that is no pattern', '[a-z]*', { byText: ['side'] }],
    ['an option of git', '--all', {}],
    ['nothing like it', 'xyzzy', {}],
    ['what only a stranger has', 'everything', {}],
    ['too little for a SHA', 'ab', {}],
  ])('%s', async (_what, text, found) => {
    expect(await search(text)).toEqual({ ...nothing, ...found });
  });

  test('a SHA, by its beginning and in any case', async () => {
    for (const [name, sha] of Object.entries(shas)) {
      expect((await search(sha.slice(0, 8))).bySha).toEqual([name]);
      expect((await search(sha.toUpperCase())).bySha).toEqual([name]);
    }
  });

  test('an exact name comes before names that contain it, and no more than wanted are found', async () => {
    repository.checkout('main');
    for (const name of ['z-release', 'release', 'a-release']) {
      repository.branch(name, 'main');
      repository.push(name);
    }
    await mirror.fetch();
    const { names } = await search('release');
    expect(names).toHaveLength(3);
    expect(names[0]).toBe('branch release third');
    expect((await search('round', 1)).byText).toEqual(['third']);
  });

  test('a part that takes too long is said, and the others are found', async () => {
    const slow: Ask = (args, ...more) =>
      args.includes('--grep=voucher')
        ? Promise.reject(new GitError('timeout', 'git log took longer than 1.8 s', ''))
        : mirror.ask(args, ...more);
    const found = await searchCommits(slow, { text: 'voucher', limit: 10, withinMs: 1_800 });
    expect(found).toMatchObject({ names: [{ ref: 'feature/voucher' }], byText: [], isSlow: true });
    const broken: Ask = () => Promise.reject(new GitError('other', 'bad object', ''));
    const asked = searchCommits(broken, { text: 'voucher', limit: 10, withinMs: 1_800 });
    await expect(asked).rejects.toMatchObject({ name: 'GitError', kind: 'other' });
  });

  test('commits that the mirror has are read in their order, and others are left out', async () => {
    const { first = '', third = '' } = shas;
    const known = await mirror.known([third, 'f'.repeat(40), first]);
    expect(known.map(({ subject }) => subject)).toEqual(['Round prices again', 'Round the cart (#123)']);
    expect(await mirror.known([])).toEqual([]);
  });
});

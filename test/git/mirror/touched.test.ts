import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { temporaryRepository } from '../../support/repositories/git.ts';

test('commits between two are told with what each of them changes, of a merge what is its own', async () => {
  const repository = temporaryRepository();
  const root = mkdtempSync(join(tmpdir(), 'slipway-touched-'));
  try {
    const mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    const first = repository.commit({ 'a.txt': '1' }, 'First');
    repository.branch('side');
    const side = repository.commit({ 'migrations/1 ü.sql': 'x' }, 'On the side');
    repository.checkout('main');
    const odd = repository.commit({ 'migrations/new\nline.sql': 'x', 'b.txt': '1' }, 'Odd name');
    const merge = repository.merge('side', 'Merge');
    repository.push();
    await mirror.fetch();
    const files = async (from: string, to: string) =>
      Object.fromEntries((await mirror.touched(from, to)).map(({ sha, files: names }) => [sha, names]));
    expect(await files(first, merge)).toEqual({
      [merge]: [],
      [side]: ['migrations/1 ü.sql'],
      [odd]: ['b.txt', 'migrations/new\nline.sql'],
    });
    expect((await mirror.touched(first, merge))[0]?.sha).toBe(merge);
    // What one has and the other has not, whichever came first.
    expect(await files(odd, side)).toEqual({ [side]: ['migrations/1 ü.sql'] });
    expect(await files(merge, first)).toEqual({});
    expect(await files(first, first)).toEqual({});
  } finally {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  }
});

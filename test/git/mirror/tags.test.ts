import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ask } from '../../../src/git/mirror/history.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { readTags } from '../../../src/git/mirror/tags.ts';
import { temporaryRepository } from '../../support/repositories/git.ts';

const NESTED = 40;

describe('the tags of a mirror', () => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-tags-'));
  const repository = temporaryRepository();
  const mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
  let sha: string;

  beforeAll(async () => {
    sha = repository.commit({ 'a.txt': 'one' }, 'First');
    repository.push();
    repository.tag('v0', { sha, message: 'zero' });
    for (let number = 1; number <= NESTED; number += 1) {
      repository.tag(`v${number}`, { sha: `refs/tags/v${number - 1}`, message: `${number}` });
    }
    repository.tag('tree', { sha: `${sha}^{tree}`, message: 'a tree' });
    repository.tag('of-tree', { sha: 'refs/tags/tree', message: 'a tag of it' });
    repository.push('refs/tags/*:refs/tags/*');
    await mirror.fetch();
  });
  afterAll(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  test('are peeled to the end, with as few calls of git whatever is tagged', async () => {
    let calls = 0;
    const ask: Ask = (...asked) => {
      calls += 1;
      return mirror.ask(...asked);
    };
    const tags = await readTags(ask);
    expect(calls).toBeLessThanOrEqual(2);
    const commits = tags.filter(({ isCommit }) => isCommit);
    expect(commits.map(({ name }) => name)).toHaveLength(NESTED + 1);
    expect(new Set(commits.map((tag) => tag.sha))).toEqual(new Set([sha]));
    expect(tags.filter(({ isCommit }) => !isCommit).map(({ name }) => name)).toEqual(['of-tree', 'tree']);
  });

  test('are on what the repository says', async () => {
    const here = (await mirror.tags()).map(({ name, sha }) => ({ name, sha }));
    expect(await mirror.remoteTags()).toEqual(here);
  });
});

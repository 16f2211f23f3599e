import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

describe('the authors of commits', () => {
  let repository: TemporaryRepository;
  let root: string;
  let mirror: Mirror;
  let first: string;

  beforeEach(() => {
    repository = temporaryRepository();
    root = mkdtempSync(join(tmpdir(), 'slipway-authors-'));
    mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    first = repository.commit({ 'a.txt': '1' }, 'First', { author: { name: 'Ed', email: 'ed@example.com' } });
  });
  afterEach(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const by = (name: string, message = name) =>
    repository.commit({ [name]: name }, message, { author: { name, email: `${name}@Example.com` } });

  it('are those of added commits only, in lower case', async () => {
    by('Lin');
    const last = by('mo');
    repository.push();
    await mirror.fetch();
    expect([...(await mirror.authors(first, last)).addresses].sort()).toEqual([
      'lin@example.com',
      'mo@example.com',
    ]);
    expect((await mirror.authors(last, first)).addresses).toEqual(new Set());
    expect([...(await mirror.authors(null, last)).addresses]).toContain('ed@example.com');
  });

  it('are given as written and as mapped by the mailmap, with co-authors', async () => {
    repository.commit({ '.mailmap': 'Lin <lin@work.example> <lin@private.example>\n' }, 'Map');
    const from = repository.head();
    repository.commit({ b: '1' }, 'One\n\nCo-authored-by: Mo Mohr <MO@work.example>', {
      author: { name: 'Lin', email: 'lin@private.example' },
    });
    repository.push();
    await mirror.fetch();
    expect([...(await mirror.authors(from, repository.head())).addresses].sort()).toEqual([
      'lin@private.example',
      'lin@work.example',
      'mo@work.example',
    ]);
  });
});

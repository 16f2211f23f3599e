import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { type GitServer, gitServer } from '../../support/repositories/git-server.ts';

const LOGIN = { user: 'bot', password: 'S3CRET-token' };

describe('a host that answers over http', () => {
  let root: string;
  let repository: TemporaryRepository;
  let server: GitServer;
  let mirror: Mirror;
  let path: string;
  let first: string;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'slipway-pages-'));
    repository = temporaryRepository();
    first = repository.commit({ 'a.txt': 'one' }, 'First');
    repository.push();
    repository.tag('v1');
    repository.push('v1');
    server = await gitServer(tmpdir(), LOGIN);
    path = `${basename(dirname(repository.url))}/origin.git`;
    mirror = openMirror({
      directory: join(root, 'mirror'),
      repository: `${server.origin}/${path}`,
      access: { ...NO_ACCESS, user: LOGIN.user, token: LOGIN.password },
    });
  });
  afterEach(async () => {
    await server.close();
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const tags = async () => (await mirror.tags()).map(({ name }) => name);

  test.each([
    ['of one line', '<html>Log in</html>'],
    ['that is empty', ''],
    ['of several lines', '<html>\nLog in\n</html>\n'],
  ])('with a page %s instead of the repository takes no branch and no tag away', async (_what, page) => {
    await mirror.fetch();
    server.page = page;
    await expect(mirror.fetch()).rejects.toMatchObject({ name: 'GitError' });
    expect([await mirror.head('main'), await tags()]).toEqual([first, ['v1']]);
    server.page = null;
    const second = repository.commit({ 'a.txt': 'two' }, 'Second');
    repository.push();
    await mirror.fetch();
    expect([await mirror.head('main'), await tags()]).toEqual([second, ['v1']]);
  });

  test('is asked once for each fetch, and again only when what was there is gone', async () => {
    await mirror.fetch();
    await mirror.fetch();
    expect(server.visits.get(path)).toBe(2);
    repository.unpush('refs/tags/v1');
    await mirror.fetch();
    expect([await mirror.head('main'), await tags()]).toEqual([first, []]);
    expect(server.visits.get(path)).toBe(5);
  });

  test('with a repository that has nothing yet is no failure', async () => {
    for (const ref of ['refs/heads/main', 'refs/tags/v1'])
      repository.git('--git-dir', repository.url, 'update-ref', '-d', ref);
    await mirror.fetch();
    expect([await mirror.head('main'), await tags()]).toEqual([null, []]);
  });
});

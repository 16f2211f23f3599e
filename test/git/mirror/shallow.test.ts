import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

describe('facts that decide', () => {
  let root: string;
  let repository: TemporaryRepository;
  let shas: string[];
  const mirrorOf = (url: string): Mirror => openMirror({ directory: join(root, 'mirror'), repository: url });
  const git = (directory: string, ...args: string[]) =>
    execFileSync('git', args, {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipway-shallow-'));
    repository = temporaryRepository();
    shas = ['a', 'b', 'c', 'd'].map((name) =>
      repository.commit({ [name]: name }, name, { author: { name, email: `${name}@x.org` } }),
    );
    repository.push();
  });
  afterEach(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const questions: [string, (mirror: Mirror) => Promise<unknown>, unknown][] = [
    ['ancestry', (mirror) => mirror.relation(shas[0]!, shas[3]!), 'ancestor'],
    ['ranges', async (mirror) => (await mirror.commits(shas[0]!, shas[3]!, 0)).count, 3],
    [
      'authors',
      async (mirror) => (await mirror.authors(shas[0]!, shas[3]!)).addresses,
      new Set(['b@x.org', 'c@x.org', 'd@x.org']),
    ],
    ['a whole history', async (mirror) => (await mirror.commits(null, shas[3]!, 0)).count, 4],
  ];
  test.each(questions)(
    '%s: a mirror that became shallow is completed first',
    async (_what, ask, expected) => {
      const mirror = mirrorOf(repository.url);
      await mirror.fetch();
      // As a command did it in a tree of an earlier version.
      git(join(root, 'mirror'), 'fetch', '--quiet', '--depth=1', `file://${repository.url}`, 'main');
      expect(existsSync(join(root, 'mirror', 'shallow'))).toBe(true);
      expect(await ask(mirror)).toEqual(expected);
      expect(existsSync(join(root, 'mirror', 'shallow'))).toBe(false);
    },
  );

  test.each(questions)(
    '%s: a shallow repository is an error until it is complete',
    async (_what, ask, expected) => {
      const shallow = join(root, 'shallow.git');
      git(root, 'clone', '--quiet', '--bare', '--depth=2', `file://${repository.url}`, shallow);
      const mirror = mirrorOf(shallow);
      await expect(mirror.fetch()).rejects.toMatchObject({ name: 'GitError', kind: 'other' });
      await expect(ask(mirror)).rejects.toMatchObject({ name: 'GitError' });
      git(shallow, 'fetch', '--quiet', '--unshallow', `file://${repository.url}`);
      await mirror.fetch();
      expect(await ask(mirror)).toEqual(expected);
    },
  );

  test.each<[string, (directory: string) => void]>([
    ['a replacement', (directory) => void git(directory, 'replace', '--graft', shas[3]!)],
    ['a graft', (directory) => writeFileSync(join(directory, 'info', 'grafts'), `${shas[3]}\n`)],
  ])('are read as committed: %s in the mirror is ignored', async (_what, spoil) => {
    const mirror = mirrorOf(repository.url);
    await mirror.fetch();
    spoil(join(root, 'mirror'));
    for (const [, ask, expected] of questions) expect(await ask(mirror)).toEqual(expected);
  });

  test.each([
    ['url.https://evil.invalid/.insteadOf', '/'],
    ['core.sshCommand', 'false'],
    ['http.proxy', 'http://127.0.0.1:9'],
    ['remote.origin.promisor', 'true'],
    ['log.showSignature', 'true'],
    ['transfer.hideRefs', 'refs/heads'],
    ['fetch.fsckObjects', 'nonsense'],
  ])(
    'configuration that commands wrote into the mirror in an earlier version is gone: %s',
    async (key, value) => {
      await mirrorOf(repository.url).fetch();
      git(join(root, 'mirror'), 'config', key, value);
      const mirror = mirrorOf(repository.url);
      await mirror.fetch();
      expect(await mirror.commits(null, shas[3]!, 1)).toMatchObject({
        count: 4,
        commits: [{ sha: shas[3] }],
      });
      expect(() => git(join(root, 'mirror'), 'config', '--local', key)).toThrow();
    },
  );
});

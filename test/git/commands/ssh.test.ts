import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type AccessSettings, NO_ACCESS } from '../../../src/git/commands/access.ts';
import type { GitErrorKind } from '../../../src/git/commands/git-error.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { lfsOf } from '../../../src/git/trees/lfs.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { gitServer } from '../../support/repositories/git-server.ts';
import { openSshServer } from '../../support/repositories/ssh-server.ts';

const server = await openSshServer();
const HAS_LFS = lfsOf(true) === 'fetched';

/** Commits to `into` a submodule at `path`, and pushes it. */
function addSubmodule(into: TemporaryRepository, of: TemporaryRepository, path: string, url: string): string {
  writeFileSync(
    join(into.directory, '.gitmodules'),
    `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
  );
  into.git('update-index', '--add', '--cacheinfo', `160000,${of.head()},${path}`);
  mkdirSync(join(into.directory, path));
  into.git('add', '.gitmodules');
  into.git('commit', '--quiet', '-m', `With ${path}`);
  into.push();
  return into.head();
}

if (server === null) test.skip('sshd does not run here', () => {});
else {
  describe('a repository behind a real sshd', () => {
    let root: string;
    let app: TemporaryRepository;
    let lib: TemporaryRepository;
    let inner: TemporaryRepository;
    let sha: string;

    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'slipway-ssh-'));
      [app, lib, inner] = [temporaryRepository(), temporaryRepository(), temporaryRepository()];
      inner.commit({ 'inner.txt': 'inner' }, 'Inner');
      inner.push();
      lib.commit({ 'lib.txt': 'lib' }, 'Library');
      // Nested and absolute, then relative.
      addSubmodule(lib, inner, 'inner', server.origin + inner.url);
      app.commit({ 'app.txt': 'app' }, 'App');
      sha = addSubmodule(app, lib, 'lib', `../../${basename(dirname(lib.url))}/origin.git`);
    });
    const closing: (() => unknown)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });
    afterAll(async () => {
      await server.close();
      for (const each of [app, lib, inner]) each.cleanup();
      rmSync(root, { recursive: true, force: true });
    });

    let places = 0;
    const mirrorOf = (access: Partial<AccessSettings>, address = server.origin + app.url) => {
      places += 1;
      const directory = join(root, `${places}`, 'app.git');
      return openMirror({ directory, repository: address, access: { ...NO_ACCESS, ...access } });
    };
    let pools = 0;
    const poolOf = (mirror: Mirror) => {
      pools += 1;
      return openPool({
        directory: join(root, `trees-${pools}`),
        mirror,
        guardIsGone: () => true,
        now: Date.now,
        onProblem: (error) => {
          throw error;
        },
        submodules: true,
        lfs: true,
      });
    };
    const right = () => ({ sshKey: server.key('user'), knownHosts: server.known() });

    test('is fetched with its submodules, relative and nested, by the same key', async () => {
      const mirror = mirrorOf(right());
      await mirror.fetch();
      const pool = poolOf(mirror);
      const tree = await pool.take({ sha, built: null, lockFile: '/none' });
      const text = (path: string) => readFileSync(join(tree.directory, path), 'utf8');
      expect([text('app.txt'), text('lib/lib.txt'), text('lib/inner/inner.txt')]).toEqual([
        'app',
        'lib',
        'inner',
      ]);
      await tree.release();
    });

    (HAS_LFS ? test : test.skip)('has its files in Git LFS, whose login ssh gives', async () => {
      const login = { user: 'lfs', password: 'lfs-S3CRET' };
      const files = await gitServer(tmpdir(), login);
      closing.push(() => files.close());
      const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
      const answer = {
        href: `${files.origin}/app.git/info/lfs`,
        header: { Authorization: `Basic ${basic}` },
        expires_in: 60,
      };
      server.install('git-lfs-authenticate', `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
      server.install('git-lfs-transfer', '#!/bin/sh\nexit 127\n');
      const repository = temporaryRepository();
      closing.push(() => repository.cleanup());
      writeFileSync(
        join(repository.directory, '.gitattributes'),
        '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      );
      const head = repository.commit({ 'big.bin': files.keep('a large file') }, 'Large');
      repository.push();
      const tree = await poolOf(mirrorOf(right(), server.origin + repository.url)).take({
        sha: head,
        built: null,
        lockFile: '/none',
      });
      expect(readFileSync(join(tree.directory, 'big.bin'), 'utf8')).toBe('a large file');
      expect(readFileSync(join(tree.directory, '.git', 'config'), 'utf8')).not.toMatch(/S3CRET|sshCommand/);
      await tree.release();
    });

    test.each<[what: string, access: () => Partial<AccessSettings>]>([
      ['as another machine ends lines', () => ({ sshKey: server.key('user').replaceAll('\n', '\r\n') })],
      ['indented', () => ({ sshKey: server.key('user').replaceAll(/^/gm, '  ') })],
      ['in one line of a variable', () => ({ sshKey: server.key('user').trimEnd().replaceAll('\n', '\\n') })],
      [
        'whose known hosts end lines as another machine does',
        () => ({ knownHosts: server.known().replace('\n', '\r\n') }),
      ],
    ])('is read with a key %s', async (_what, access) => {
      expect(await mirrorOf({ ...right(), ...access() }).remoteHead('main')).toBe(sha);
    });

    test.each<[what: string, access: () => Partial<AccessSettings>, kind: GitErrorKind, message: string]>([
      [
        'a key that the host does not take',
        () => ({ sshKey: server.key('stranger') }),
        'auth',
        'the host refuses our ssh key, or there is none',
      ],
      [
        'a key with a passphrase',
        () => ({ sshKey: server.key('locked') }),
        'auth',
        'the host refuses our ssh key, or there is none',
      ],
      [
        'a damaged key',
        () => ({ sshKey: server.key('user').replaceAll(/[A-Z]{2}/g, 'x') }),
        'auth',
        'our ssh key cannot be read: it is damaged, or not a private key',
      ],
      [
        'a host that shows another key',
        () => ({ knownHosts: server.known('renewed') }),
        'untrusted',
        'the host shows another key than the one that is known: if its operator renewed it, put the new one into git.knownHosts, else somebody may be in between',
      ],
      [
        'a host whose key is revoked',
        () => ({ knownHosts: `${server.known()}@revoked ${server.known()}` }),
        'untrusted',
        'the host shows a key that was revoked: somebody may be in between',
      ],
      [
        'a host that is not listed',
        () => ({ knownHosts: server.known().replace('127.0.0.1', '127.0.0.2') }),
        'untrusted',
        'the host key is not known: put it into git.knownHosts, when its operator has confirmed it',
      ],
    ])('is not read with %s, and the error says so', async (_what, access, kind, message) => {
      await expect(mirrorOf({ ...right(), ...access() }).remoteHead('main')).rejects.toMatchObject({
        name: 'GitError',
        kind,
        message,
      });
    });

    test('is told from one that does not exist', async () => {
      await expect(
        mirrorOf(right(), `${server.origin}${root}/nowhere.git`).remoteHead('main'),
      ).rejects.toMatchObject({ kind: 'notFound', message: 'no such repository' });
    });

    test('is unreachable once the server is gone', async () => {
      await server.stop();
      await expect(mirrorOf(right()).remoteHead('main')).rejects.toMatchObject({
        kind: 'unreachable',
        message: 'connection refused',
      });
    });
  });
}

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type AccessSettings, NO_ACCESS } from '../../../src/git/commands/access.ts';
import { GitError } from '../../../src/git/commands/git-error.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { type GitServer, gitServer } from '../../support/repositories/git-server.ts';

const TOKEN = 's3cr3t/+token';
const USER = 'x-access-token';

/** Stages a submodule with an address relative to the repository's own. */
function addSubmodule(into: TemporaryRepository, of: TemporaryRepository, path: string): void {
  const url = `../../${dirname(of.url).split('/').at(-1)}/origin.git`;
  writeFileSync(
    join(into.directory, '.gitmodules'),
    `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
  );
  into.git('update-index', '--add', '--cacheinfo', `160000,${of.head()},${path}`);
  mkdirSync(join(into.directory, path));
  into.git('add', '.gitmodules');
}

describe('a repository that requires a login', () => {
  let root: string;
  let server: GitServer;
  let repository: TemporaryRepository;
  let library: TemporaryRepository;
  let inner: TemporaryRepository;
  let sha: string;
  let addresses: { shop: string; plain: string };
  const before = { ...process.env };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'slipway-access-'));
    repository = temporaryRepository();
    library = temporaryRepository();
    inner = temporaryRepository();
    inner.commit({ 'inner.txt': 'inner' }, 'Inner');
    inner.push();
    library.commit({ 'lib.txt': 'lib' }, 'Library');
    addSubmodule(library, inner, 'inner');
    library.git('commit', '--quiet', '-m', 'With inner');
    library.push();
    server = await gitServer(tmpdir(), { user: USER, password: TOKEN });
    addSubmodule(repository, library, 'lib');
    writeFileSync(
      join(repository.directory, '.gitattributes'),
      '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    );
    writeFileSync(join(repository.directory, 'big.bin'), server.keep('a large file'));
    repository.git('add', '.gitattributes', 'big.bin');
    repository.git('commit', '--quiet', '-m', 'First');
    sha = repository.head();
    repository.push();
    const plain = `${server.origin}/${dirname(repository.url).split('/').at(-1)}/origin.git`;
    addresses = { plain, shop: plain.replace('://', `://${USER}:${encodeURIComponent(TOKEN)}@`) };
  });
  afterAll(async () => {
    await server.close();
    repository.cleanup();
    library.cleanup();
    inner.cleanup();
    rmSync(root, { recursive: true, force: true });
  });
  beforeEach(() => {
    rmSync(join(root, 'home'), { recursive: true, force: true });
    mkdirSync(join(root, 'home'));
    process.env.HOME = join(root, 'home');
    server.logins.length = 0;
  });
  afterEach(() => {
    process.env = { ...before };
  });

  let places = 0;
  const mirrorOf = (address: string, access: Partial<AccessSettings> = {}): Mirror => {
    places += 1;
    const directory = join(root, `${places}`, 'shop.git');
    return openMirror({ directory, repository: address, access: { ...NO_ACCESS, ...access } });
  };
  const poolOf = (mirror: Mirror, more = {}) =>
    openPool({
      directory: join(dirname(mirror.directory), 'trees'),
      mirror,
      guardIsGone: () => true,
      now: Date.now,
      onProblem: (error) => {
        throw error;
      },
      submodules: true,
      lfs: true,
      ...more,
    });
  /** Puts programs in front of git that note what they were called with. */
  function watched(): () => string {
    const bin = join(root, 'bin');
    const log = join(root, `calls-${places}`);
    mkdirSync(bin, { recursive: true });
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8', env: before }).trim();
    // Also whatever runs then, by /proc: what every user of the machine can read.
    writeFileSync(
      join(bin, 'git'),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\n( i=0; while [ $i -lt 20 ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; i=$((i+1)); sleep 0.01; done ) >> ${log} 2>/dev/null &\nexec ${real} "$@"\n`,
    );
    chmodSync(join(bin, 'git'), 0o755);
    process.env.PATH = `${bin}${delimiter}${before.PATH}`;
    return () => readFileSync(log, 'utf8');
  }
  /** Every text in files below. */
  const allOf = (directory: string) =>
    readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  const ways: [string, () => [string, Partial<AccessSettings>]][] = [
    ['a login in its address', () => [addresses.shop, {}]],
    ['user and token', () => [addresses.plain, { user: USER, token: TOKEN }]],
    ['only a token', () => [addresses.plain, { token: TOKEN }]],
    [
      'a token that replaces an old one in its address',
      () => [addresses.plain.replace('://', `://${USER}:old@`), { token: TOKEN }],
    ],
  ];
  test.each(ways)('is fetched with %s, and the token is in no argument, file or tree', async (_what, way) => {
    const calls = watched();
    const mirror = mirrorOf(...way());
    expect(await mirror.remoteHead('main')).toBe(sha);
    await mirror.fetch();
    const tree = await poolOf(mirror).take({ sha, built: null, lockFile: '/none' });
    // The submodule and the file in LFS are of the same host.
    expect(readFileSync(join(tree.directory, 'lib', 'lib.txt'), 'utf8')).toBe('lib');
    expect(readFileSync(join(tree.directory, 'lib', 'inner', 'inner.txt'), 'utf8')).toBe('inner');
    expect(readFileSync(join(tree.directory, 'big.bin'), 'utf8')).toBe('a large file');
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: tree.directory,
        encoding: 'utf8',
        env: { PATH: before.PATH },
      }).trim();
    expect(git('remote', 'get-url', 'origin')).toBe(addresses.plain);
    expect(git('status', '--porcelain')).toBe('');
    expect(server.logins).toContain(`${USER}:${TOKEN}`);
    expect(calls()).toContain('fetch');
    for (const text of [calls(), allOf(join(root, `${places}`))]) {
      for (const secret of [TOKEN, encodeURIComponent(TOKEN)]) expect(text).not.toContain(secret);
    }
    await tree.release();
  });

  test.each(ways.slice(0, 2))('does not reveal the login when it fails: %s', async (_what, way) => {
    const [address, access] = way();
    const wrong = address.replace('/origin.git', '/nowhere.git');
    const error = await mirrorOf(wrong, access)
      .fetch()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GitError);
    const { message, stderr, stack, cause } = error as GitError;
    const text = [message, stderr, stack, String(cause), JSON.stringify(error)].join('\n');
    for (const secret of [TOKEN, encodeURIComponent(TOKEN)]) expect(text).not.toContain(secret);
  });

  test('reports a refused login', async () => {
    await expect(mirrorOf(addresses.plain, { token: 'wrong' }).fetch()).rejects.toMatchObject({
      kind: 'auth',
    });
    await expect(mirrorOf(addresses.plain).fetch()).rejects.toMatchObject({ kind: 'auth' });
  });

  test('gets its login, and no other host does', async () => {
    const elsewhere = await gitServer(tmpdir(), { user: 'a', password: 'b' });
    const mirror = mirrorOf(addresses.plain, { token: TOKEN });
    const foreign = mirror.submodule(addresses.plain.replace(server.origin, elsewhere.origin));
    await expect(foreign.fetch()).rejects.toMatchObject({ kind: 'auth' });
    expect(elsewhere.logins).not.toContain(`${USER}:${TOKEN}`);
    await elsewhere.close();
  });

  test("uses the credential helpers of Slipway's user, and nothing else that affects what is fetched", async () => {
    const helper = `!f() { test "$1" = get && echo username=${USER} && echo "password=${TOKEN}"; }; f`;
    const file = join(root, 'home', '.gitconfig');
    const set = (key: string, value: string) => execFileSync('git', ['config', '--file', file, key, value]);
    set('credential.helper', helper);
    set(`url.${library.url}.insteadOf`, addresses.plain);
    set('core.autocrlf', 'true');
    set('core.hooksPath', join(root, 'hooks'));
    set('fetch.recurseSubmodules', 'true');
    set('filter.lfs.smudge', 'false');
    set('filter.lfs.required', 'true');
    set('core.attributesFile', join(root, 'attributes'));
    writeFileSync(join(root, 'attributes'), '* eol=crlf\n');
    const mirror = mirrorOf(addresses.plain);
    await mirror.fetch();
    expect(await mirror.head('main')).toBe(sha);
    const tree = await poolOf(mirror).take({ sha, built: null, lockFile: '/none' });
    expect(readFileSync(join(tree.directory, '.gitmodules'), 'utf8')).not.toContain('\r');
    await tree.release();
  });

  test("has its ssh key and trusted hosts in files that only Slipway's user can read", async () => {
    process.env.PATH = `${join(root, 'ssh')}${delimiter}${before.PATH}`;
    mkdirSync(join(root, 'ssh'), { recursive: true });
    writeFileSync(
      join(root, 'ssh', 'ssh'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(root, 'ssh', 'args')}\nfor last; do :; done\neval "exec $last"\n`,
      { mode: 0o755 },
    );
    const mirror = mirrorOf(`ssh://git@git.example.com${repository.url}`, {
      sshKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----',
      knownHosts: 'git.example.com ssh-ed25519 AAAA',
    });
    await mirror.fetch();
    expect(await mirror.head('main')).toBe(sha);
    const args = readFileSync(join(root, 'ssh', 'args'), 'utf8').split('\n');
    const key = args[args.indexOf('-i') + 1] ?? '';
    const hosts = args.find((arg) => arg.startsWith('-oUserKnownHostsFile='))?.split('=')[1] ?? '';
    expect(args).toEqual(expect.arrayContaining(['-oIdentitiesOnly=yes', '-oStrictHostKeyChecking=yes']));
    expect(readFileSync(key, 'utf8')).toMatch(/END OPENSSH PRIVATE KEY-----\n$/);
    expect(readFileSync(hosts, 'utf8')).toBe('git.example.com ssh-ed25519 AAAA\n');
    expect([key, dirname(key)].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0]);
  });

  describe('files in Git LFS', () => {
    const bare = () => {
      const bin = join(root, 'without-lfs');
      mkdirSync(bin, { recursive: true });
      for (const name of ['git', 'sh', 'false']) {
        const real = execFileSync('sh', ['-c', `command -v ${name}`], {
          encoding: 'utf8',
          env: before,
        }).trim();
        if (!existsSync(join(bin, name)))
          execFileSync('ln', ['-s', real.startsWith('/') ? real : `/bin/${name}`, join(bin, name)]);
      }
      process.env.PATH = bin;
    };
    const access = { token: TOKEN };

    test('are an error with advice if git-lfs is missing', async () => {
      bare();
      const pool = poolOf(mirrorOf(addresses.plain, access));
      const error = await pool
        .take({ sha, built: null, lockFile: '/none' })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'GitError' });
      expect((error as Error).message).toContain('big.bin');
      expect((error as Error).message).toContain('lfs: false');
      await pool.idle();
    });

    test('stay pointer files if configured, and are real otherwise', async () => {
      const mirror = mirrorOf(addresses.plain, access);
      const first = await poolOf(mirror, { lfs: false }).take({ sha, built: null, lockFile: '/none' });
      expect(readFileSync(join(first.directory, 'big.bin'), 'utf8')).toContain('git-lfs.github.com');
      await first.release();
      const then = await poolOf(mirror).take({ sha, built: null, lockFile: '/none' });
      expect(then.directory).toBe(first.directory);
      expect(readFileSync(join(then.directory, 'big.bin'), 'utf8')).toBe('a large file');
      await then.release();
    });

    test('are an error if the server does not have them', async () => {
      const pointer = server.keep('lost').replace(/sha256:..../, 'sha256:0000');
      const lost = repository.commit({ 'lost.bin': pointer }, 'Lost');
      repository.push();
      const pool = poolOf(mirrorOf(addresses.plain, access));
      await expect(pool.take({ sha: lost, built: null, lockFile: '/none' })).rejects.toMatchObject({
        name: 'GitError',
      });
      await pool.idle();
      repository.reset(sha);
      repository.push('main', { force: true });
    });
  });
});

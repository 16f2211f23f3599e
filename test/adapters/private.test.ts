import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeToOthers } from '../../src/adapters/private.ts';

describe('a data directory', () => {
  let directory: string;
  let outside: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-private-'));
    outside = await mkdtemp(join(tmpdir(), 'slipway-outside-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
    await rm(outside, { recursive: true });
  });

  const put = async (path: string, mode: number) => {
    await mkdir(join(directory, path, '..'), { recursive: true, mode: 0o755 });
    await writeFile(join(directory, path), 'x');
    await chmod(join(directory, path), mode);
  };
  const modeOf = async (path: string) => (await stat(join(directory, path))).mode & 0o777;

  test.each([
    ['owner', 0o644],
    ['pglite/base/1/2600', 0o666],
    ['pglite/PG_VERSION', 0o777],
    ['logs/shop/prod/1.log', 0o664],
    ['locks/shop~prod.lock', 0o644],
    ['artifacts/shop/1.tgz', 0o640],
  ])('%s of mode %o becomes accessible to its user only, and so do its folders', async (path, mode) => {
    await chmod(directory, 0o777);
    await put(path, mode);
    await closeToOthers(directory);
    expect(await modeOf(path)).toBe(0o600);
    const folders = execFileSync('find', [directory, '-type', 'd', '-perm', '/077'], { encoding: 'utf8' });
    expect(folders).toBe('');
  });

  test.each(['mirrors', 'trees', 'homes'])(
    'modes within %s are kept, as nobody else can reach them',
    async (name) => {
      await put(`${name}/shop/1/build.sh`, 0o755);
      await chmod(join(directory, name), 0o755);
      await closeToOthers(directory);
      expect(await modeOf(`${name}/shop/1/build.sh`)).toBe(0o755);
      expect(await modeOf(name)).toBe(0o700);
    },
  );

  test('the targets of links are left as they are', async () => {
    await writeFile(join(outside, 'file'), 'x');
    await chmod(join(outside, 'file'), 0o644);
    await mkdir(join(directory, 'logs'));
    await symlink(outside, join(directory, 'logs', 'elsewhere'));
    await symlink(join(outside, 'file'), join(directory, 'logs', 'file'));
    await closeToOthers(directory);
    expect((await stat(join(outside, 'file'))).mode & 0o777).toBe(0o644);
  });

  test('the directory of a process is closed together with its parent folders', async () => {
    const place = join(directory, 'processes', '1');
    await mkdir(place, { recursive: true, mode: 0o755 });
    await chmod(directory, 0o755);
    await closeToOthers(place, [directory, join(directory, 'processes')]);
    for (const path of ['.', 'processes', 'processes/1', 'processes/1/logs'])
      expect(await modeOf(path)).toBe(0o700);
  });
});

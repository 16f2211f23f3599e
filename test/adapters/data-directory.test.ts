import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDirectory, DataDirectoryInUse, holderOf } from '../../src/adapters/data-directory.ts';
import { type Program, startProgram } from './processes/start.ts';

describe('the claim on a data directory', () => {
  let parent: string;
  let directory: string;
  const programs: Program[] = [];
  const owner = () => {
    const program = startProgram('owner.ts', directory);
    programs.push(program);
    return program;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'slipway-claim-'));
    directory = join(parent, 'deep', 'data');
  });
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
    await rm(parent, { recursive: true });
  });

  test('creates the directory, for its user only', async () => {
    const { path, release } = claimDataDirectory(directory);
    expect(path).toBe(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    release();
  });

  test('is seen by others, who neither claim nor make the directory', () => {
    expect(holderOf(directory)).toBeNull();
    expect(existsSync(parent) && !existsSync(directory)).toBe(true);
    const claimed = claimDataDirectory(directory);
    expect(holderOf(directory)).toEqual({ pid: process.pid });
    claimed.release();
    expect(holderOf(directory)).toBeNull();
    claimDataDirectory(directory).release();
  });

  test('resolves links in its path, as they may point elsewhere later', () => {
    mkdirSync(directory, { recursive: true });
    symlinkSync(directory, join(parent, 'link'));
    const { path, release } = claimDataDirectory(join(parent, 'link'));
    expect(path).toBe(directory);
    release();
  });

  test('refuses a second process and tells it the pid of the first', async () => {
    const first = owner();
    expect(await first.line()).toBe('claimed');
    const refusal = await owner().line();
    expect(refusal).toMatch(/^DataDirectoryInUse: /);
    expect(refusal).toContain(directory);
    expect(refusal).toContain(`process ${first.process.pid},`);
    expect(refusal).toContain('DATA_DIR');
  });

  test('goes to the next process at once after kill -9 of its owner', async () => {
    const first = owner();
    expect(await first.line()).toBe('claimed');
    expect(() => claimDataDirectory(directory)).toThrow(DataDirectoryInUse);
    await first.kill();
    claimDataDirectory(directory).release();
  });

  test('is refused to the same process until its first claim is released', () => {
    const first = claimDataDirectory(directory, Date.UTC(2026, 0, 2));
    try {
      claimDataDirectory(directory);
      throw new Error('not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(DataDirectoryInUse);
      expect(error).toMatchObject({
        path: directory,
        pid: process.pid,
        startedAt: '2026-01-02T00:00:00.000Z',
      });
    }
    first.release();
    first.release();
    claimDataDirectory(directory).release();
  });

  test('counts an owner whose name cannot be read', async () => {
    const first = claimDataDirectory(directory);
    await writeFile(join(directory, 'owner'), 'garbage');
    expect(() => claimDataDirectory(directory)).toThrow('in use by another process');
    first.release();
    claimDataDirectory(directory).release();
  });
});

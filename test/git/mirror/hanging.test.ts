import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { until } from '../../support/until.ts';

/** Whether the process can still run. A zombie that nobody waits for cannot. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

describe('a fetch that hangs', () => {
  const { PATH } = process.env;
  let repository: TemporaryRepository;
  let root: string;
  let mirror: Mirror;

  beforeEach(() => {
    repository = temporaryRepository();
    repository.commit({ 'a.txt': 'one' }, 'First');
    repository.push();
    root = mkdtempSync(join(tmpdir(), 'slipway-hanging-'));
    mirror = openMirror({
      directory: join(root, 'mirror'),
      repository: repository.url,
      slowTimeoutMs: 1_500,
      quickTimeoutMs: 60_000,
    });
  });
  afterEach(() => {
    process.env.PATH = PATH;
    for (const pid of pids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const pids = () => {
    const file = join(root, 'pids');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
  };

  /** From now on, `fetch` runs this script. */
  function replaceFetch(...lines: string[]): void {
    const bin = join(root, 'bin');
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = [
      '#!/bin/sh',
      `case " $* " in *" fetch "*) ;; *) exec ${real} "$@" ;; esac`,
      `echo $$ >> ${root}/pids`,
      ...lines,
    ];
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `${script.join('\n')}\n`);
    chmodSync(join(bin, 'git'), 0o755);
    process.env.PATH = `${bin}${delimiter}${PATH}`;
  }

  it.each([
    ['in git itself', ["trap '' INT TERM HUP", 'while :; do sleep 1; done']],
    ['in git and in a process that it started', ["trap '' INT TERM", 'CHILD', 'wait']],
    [
      'in a process that left the session of git',
      ["trap '' INT TERM", 'SESSION', 'while :; do sleep 1; done'],
    ],
  ])('%s does not block its mirror, and is killed', async (_where, lines) => {
    const locks = ['packed-refs.lock', 'shallow.lock', 'refs/heads/main.lock'];
    const child = (word: string) =>
      `${word}sh -c 'echo $$ >> "$0"; while :; do sleep 1; done' ${root}/pids &`;
    replaceFetch(
      // What a fetch may leave behind when it is killed.
      `touch ${locks.join(' ')}`,
      ...lines.map((line) => line.replace('CHILD', child('')).replace('SESSION', child('setsid '))),
    );
    expect(await mirror.fetch().catch((error: unknown) => error)).toMatchObject({
      name: 'GitError',
      kind: 'timeout',
    });
    expect(pids()).toHaveLength(1 + lines.filter((line) => line === 'CHILD' || line === 'SESSION').length);
    await until('the end of all', () => !pids().some(isAlive));
    for (const lock of locks) expect(existsSync(join(root, 'mirror', lock))).toBe(false);
    process.env.PATH = PATH;
    const isFetched = () =>
      mirror.fetch().then(
        () => true,
        () => false,
      );
    // More than once on a machine that takes longer than the limit for it.
    await until('a fetch by the real git', isFetched);
    expect(await mirror.head('main')).toBe(repository.head());
  });
});

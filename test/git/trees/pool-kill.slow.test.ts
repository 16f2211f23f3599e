import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { openPool } from '../../../src/git/trees/pool.ts';
import { temporaryRepository } from '../../support/repositories/git.ts';
import { until } from '../../support/until.ts';
import { expectCommit } from './trees.ts';

const TYPESCRIPT = new URL('../../support/typescript.js', import.meta.url).href;
const SWITCHER = fileURLToPath(new URL('../processes/switcher.ts', import.meta.url));
const ROUNDS = 4;
const FILES = 800;

test('after kill -9 during a switch, the next process gives out whole commits and leaves nothing behind', async () => {
  const repository = temporaryRepository();
  const root = mkdtempSync(join(tmpdir(), 'slipway-pool-'));
  try {
    const files = (text: string) =>
      Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`d${n % 30}/${n}.txt`, `${text} ${n}`]));
    const shas = ['one', 'two'].map((text) => repository.commit(files(text), text));
    repository.push();
    const trees = join(root, 'trees');
    const changing = () =>
      readdirSync(trees)
        .filter((name) => name.endsWith('.json'))
        .some((name) => JSON.parse(readFileSync(join(trees, name), 'utf8')).changing);
    let interrupted = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = spawn(
        process.execPath,
        ['--import', TYPESCRIPT, SWITCHER, root, repository.url, ...shas],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      // Looks at intervals of its own: so each round sees another moment of the switch.
      await until('a switch is under way', changing);
      child.kill('SIGKILL');
      await ended;
      if (changing()) interrupted += 1;
      const pool = openPool({
        directory: trees,
        mirror: openMirror({ directory: join(root, 'mirror'), repository: repository.url }),
        guardIsGone: () => true,
        now: Date.now,
        onProblem: (error) => {
          throw error;
        },
      });
      for (const sha of shas) {
        const lease = await pool.take({ sha, built: null, lockFile: '/none' });
        expectCommit(lease.directory, repository, sha);
        await lease.release();
      }
      await pool.idle();
      expect(readdirSync(trees)).toHaveLength(2);
    }
    // Else this has shown nothing.
    expect(interrupted).toBeGreaterThan(0);
  } finally {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  }
}, 180_000);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SLIPWAY } from '../../../src/git/changes/author.ts';
import { openChanges } from '../../../src/git/changes/changes.ts';
import type { Change } from '../../../src/git/changes/types.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

const TYPESCRIPT = new URL('../../support/typescript.js', import.meta.url).href;
const PUSHER = fileURLToPath(new URL('../processes/pusher.ts', import.meta.url));
const FILE = 'lines.yaml';
const ROUNDS = 12;
const LIMIT_MS = 240_000;

describe('changes of a file that race', () => {
  let repository: TemporaryRepository;
  let root: string;
  beforeEach(() => {
    repository = temporaryRepository();
    repository.commit({ [FILE]: 'zero: 1\n' }, 'First');
    repository.push();
    root = mkdtempSync(join(tmpdir(), 'slipway-races-'));
  });
  afterEach(() => {
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const open = (name = 'changes') => openChanges({ directory: join(root, name), repository: repository.url });
  const there = (...args: string[]) => repository.git('--git-dir', repository.url, ...args);
  const lines = () => there('show', `main:${FILE}`).trim().split('\n').toSorted();
  const change = (edit: Change['edit'], key: string): Change => ({
    branch: 'main',
    file: FILE,
    edit,
    author: SLIPWAY,
    message: 'Add a line',
    trailers: { 'Slipway-Attempt': key },
    withinMs: 600_000,
  });
  const adding = (line: string) => change((present) => `${present ?? ''}${line}: 1\n`, line);

  test(
    'are all made, once each, here and elsewhere',
    async () => {
      const all = [open(), open('elsewhere'), open()];
      const keys = Array.from({ length: 9 }, (_, at) => `line-${at}`);
      const changed = await Promise.all(keys.map((key, at) => all[at % 3]?.change(adding(key))));
      expect(changed.map((one) => one?.kind)).toEqual(keys.map(() => 'pushed'));
      expect(lines()).toEqual([...keys, 'zero'].map((key) => `${key}: 1`));
      expect(there('rev-list', '--count', 'main')).toBe('10');
    },
    LIMIT_MS,
  );

  test(
    'give up when others are always faster',
    async () => {
      let rounds = 0;
      const changed = await open().change(
        change((present) => {
          rounds += 1;
          repository.git('pull', '--quiet', '--rebase', 'origin', 'main');
          repository.commit({ [`${rounds}.txt`]: 'theirs\n' }, 'Theirs');
          repository.push();
          return `${present}mine: 1\n`;
        }, 'mine'),
      );
      expect(changed).toMatchObject({ kind: 'late', reason: expect.stringContaining('faster') });
      expect(lines()).toEqual(['zero: 1']);
    },
    LIMIT_MS,
  );

  test(
    'are made once or not at all when their process is killed at any moment',
    async () => {
      const seen = { pushed: 0, missing: 0 };
      // The first call tells how long one takes; the others are killed in all parts of it.
      let callMs = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS; round += 1) {
        const key = `killed-${round}`;
        const child = spawn(
          process.execPath,
          ['--import', TYPESCRIPT, PUSHER, join(root, 'changes'), repository.url, key],
          { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
        );
        const { pid } = child;
        if (pid === undefined) throw new Error('it did not start');
        const ended = once(child, 'exit');
        await once(child.stdout, 'data');
        const begun = performance.now();
        if (round === 0) await ended;
        else await Promise.race([delay(((round - 0.5) / ROUNDS) * callMs), ended]);
        if (round === 0) callMs = performance.now() - begun;
        // With all that it started: no git of its goes on.
        if (child.exitCode === null) process.kill(-pid, 'SIGKILL');
        await ended;
        const sought = { ...adding(key), trailer: ['Slipway-Attempt', key] as const };
        const found = await open().find(sought);
        if (found.kind === 'same') throw new Error('the edit always adds a line');
        seen[found.kind] += 1;
        expect(lines().includes(`${key}: 1`)).toBe(found.kind === 'pushed');
        // Whoever comes next is not in the way of what is left.
        expect((await open().change(adding(`after-${round}`))).kind).toBe('pushed');
        there('fsck', '--strict');
      }
      expect(seen.pushed).toBeGreaterThan(0);
      expect(seen.missing).toBeGreaterThan(0);
      expect(new Set(lines()).size).toBe(lines().length);
      expect(
        readdirSync(join(root, 'changes')).filter((name) => name.startsWith('call-')).length,
      ).toBeLessThanOrEqual(ROUNDS);
    },
    LIMIT_MS,
  );
});

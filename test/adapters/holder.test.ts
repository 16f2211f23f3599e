import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDirectory, holderOf } from '../../src/adapters/data-directory.ts';

test('who has a data directory is told without claiming or making it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-holder-'));
  const place = join(directory, 'data');
  expect(holderOf(place)).toBeNull();
  expect(readdirSync(directory)).toEqual([]);
  const claimed = claimDataDirectory(place);
  expect(holderOf(place)).toEqual({ pid: process.pid });
  claimed.release();
  expect(holderOf(place)).toBeNull();
  claimDataDirectory(place).release();
  rmSync(directory, { recursive: true });
});

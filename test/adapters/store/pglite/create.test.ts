import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCluster } from '../../../../src/adapters/store/pglite/connection.ts';
import { until } from '../../../support/until.ts';

/** The environment of the process whose arguments contain a text. null: there is none. */
function environmentOf(argument: string): string | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (args.includes(argument)) return `environment:${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
    } catch {
      // It ended meanwhile.
    }
  }
  return null;
}

(process.platform === 'linux' ? test : test.skip)(
  'the process that creates a database gets no environment',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-create-'));
    const created = createCluster(directory);
    try {
      expect(await until('its process is seen', () => environmentOf(directory))).toBe('environment:');
    } finally {
      await created;
      rmSync(directory, { recursive: true });
    }
  },
  60_000,
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Report } from './figures/report.ts';
import { readOptions, WrongOption } from './options.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const LOADER = new URL('../support/typescript.js', import.meta.url).href;

describe('the options of the benchmark', () => {
  test('everything is measured unless something is named', () => {
    const options = readOptions([]);
    expect(options).toMatchObject({ tiers: ['embedded', 'services'], rounds: 5, quick: false, json: null });
    expect(options.measurements).toContain('acknowledge');
    expect(
      readOptions(['--quick', '--tier', 'services', '--only', 'start', '--only', 'history']),
    ).toMatchObject({
      measurements: ['start', 'history'],
      tiers: ['services'],
      rounds: 1,
    });
  });

  test('an unknown option is refused', () => {
    expect(() => readOptions(['--only', 'nothing'])).toThrow(WrongOption);
    expect(() => readOptions(['--tier', 'nothing'])).toThrow(WrongOption);
    expect(() => readOptions(['--rounds', '0'])).toThrow(WrongOption);
    expect(() => readOptions(['--nothing'])).toThrow(WrongOption);
  });
});

describe('a short run of the benchmark', () => {
  test('measures the real bot and the bare queue, and writes a report', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-test-'));
    const json = join(directory, 'report.json');
    const args = ['--quick', '--tier', 'embedded', '--only', 'start', '--json', json];
    const child = spawn(process.execPath, ['--import', LOADER, MAIN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    const [code] = await once(child, 'close');
    expect([code, code === 0 ? '' : said]).toEqual([0, '']);
    const report = JSON.parse(await readFile(json, 'utf8')) as Report;
    await rm(directory, { recursive: true });
    expect(report.figures.length).toBeGreaterThan(0);
    for (const { slipway, baseline, ratio } of report.figures) {
      const numbers = [slipway, baseline?.value, ratio].flatMap((of) => [of?.low, of?.median, of?.high]);
      expect(numbers.every((number) => Number.isFinite(number) && Number(number) > 0)).toBe(true);
    }
    expect(said).toContain('webhook to build start');
  }, 120_000);
});

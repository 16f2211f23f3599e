import { describe, expect, test } from '@jest/globals';
import { figure, isReached, type Report } from './report.ts';
import { amount, markdownTable, textTable } from './table.ts';

const about = { measurement: 'start', tier: 'embedded', what: 'webhook | build', unit: 'ms' } as const;
const bare = { what: 'bare', rounds: [10, 10, 10] };

describe('the table of the benchmark', () => {
  test('a target is met by the median of the ratio, or of the value', () => {
    const atMost = (limit: number) => ({ of: 'ratio', bound: 'at most', limit }) as const;
    const atLeast = (limit: number) => ({ of: 'value', bound: 'at least', limit }) as const;
    const rounds = [10, 30, 40];
    expect(isReached(figure(about, rounds, bare, atMost(3)))).toBe(true);
    expect(isReached(figure(about, rounds, bare, atMost(2.9)))).toBe(false);
    expect(isReached(figure(about, rounds, bare, atLeast(30)))).toBe(true);
    expect(isReached(figure(about, rounds, bare, atLeast(31)))).toBe(false);
    expect(isReached(figure(about, rounds, bare))).toBeNull();
  });

  test('shows ratios with their spread, and each missed target', () => {
    const report: Report = {
      machine: 'a machine',
      node: 'v20',
      servers: ['redis-server'],
      rounds: 3,
      quick: true,
      figures: [
        figure(about, [10, 30, 40], bare, { of: 'ratio', bound: 'at most', limit: 2 }),
        figure({ ...about, what: 'alone' }, [1_234]),
      ],
    };
    const row =
      '| webhook \\| build | embedded | 30.0 ms | 10.0 ms (bare) | 3.00 × (1.00 to 4.00) | at most 2 × | not reached |';
    expect(markdownTable(report).split('\n')).toContain(row);
    expect(markdownTable(report).split('\n')).toContain('| alone | embedded | 1234 ms |  |  |  |  |');
    expect(textTable(report)).toContain('3.00 × (1.00 to 4.00)');
    expect(textTable(report)).toContain('a machine; Node v20; redis-server.');
    expect(textTable(report)).toContain('A short run');
  });

  test('numbers have only significant digits', () => {
    expect([0.123, 9.999, 12.34, 1234.5].map(amount)).toEqual(['0.12', '10.00', '12.3', '1235']);
  });
});

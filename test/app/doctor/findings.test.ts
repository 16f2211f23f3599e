import { Clocks, clockFinding, readDate } from '../../../src/app/doctor/clock.ts';
import { roomFinding, sizeText } from '../../../src/app/doctor/disk.ts';
import { versionFinding } from '../../../src/app/doctor/machine.ts';
import { hostsOf } from '../../../src/app/doctor/store/address.ts';
import { webhookFinding } from '../../../src/app/doctor/webhooks.ts';
import { findingsText } from '../../../src/bin/findings-text.ts';
import { settingsOf, toldOf } from './support.ts';

const [product] = settingsOf('https://example.com/acme/shop.git').products;

test.each<[said: string, told: string]>([
  ['git version 2.32.0', 'ok: 2.32.0; 2.32 or later is enough'],
  ['git version 3.0.1', 'ok: 3.0.1; 2.32 or later is enough'],
  ['git version 2.31.9', 'wrong: 2.31.9 is too old. To do: install 2.32 or later'],
  ['1.99', 'wrong: 1.99 is too old. To do: install 2.32 or later'],
  ['unknown', 'warn: does not say its version (unknown). To do: use 2.32 or later'],
])('a version: %s', (said, told) => {
  expect(toldOf([versionFinding('git', said, [2, 32])], 'git')).toEqual([told]);
});

test.each<[free: number, total: number, told: RegExp]>([
  [50e9, 100e9, /^ok: 50 GB of 100 GB are free; trees 1 GB$/],
  [1.9e9, 100e9, /^warn: 1.9 GB of 100 GB .* below 1 GB no build begins. To do: make room there soon$/],
  [0.9e9, 100e9, /^wrong: 900 MB of 100 GB .* To do: make room there; deploys/],
  // A small disk: 5 %.
  [90e6, 1e9, /^warn: /],
  [40e6, 1e9, /^wrong: /],
])('a disk with %d of %d bytes free', (free, total, told) => {
  expect(toldOf([roomFinding('disk', { free, total }, 'trees 1 GB')], 'disk')).toEqual([
    expect.stringMatching(told),
  ]);
});

test.each<[number, string]>([
  [0, '0 kB'],
  [4_096, '4.1 kB'],
  [999_400, '999 kB'],
  [999_600, '1 MB'],
  [12_345_678_901, '12 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each<[secret: string | null, pollMs: number | null, told: RegExp]>([
  ['0123456789abcdef', null, /^ok: its secret is set; .*cannot be verified from outside/],
  ['0123456789', null, /^warn: its secret has only 10 characters. To do: make a longer one/],
  [null, 300_000, /^warn: has no secret.*found by polling, every 5m. To do: write webhook:/],
  [null, null, /^warn: has no secret.*only at a start, as poll is never. To do: write webhook:/],
])('a webhook with the secret %s, polled every %s ms', (webhookSecret, pollMs, told) => {
  expect(toldOf([webhookFinding({ ...product!, webhookSecret, pollMs })], 'shop: webhook')).toEqual([
    expect.stringMatching(told),
  ]);
});

test.each<[string, string]>([
  ['mongodb://user:p%40ss@one:27017,two:27018/slipway?authSource=admin', 'one:27017,two:27018'],
  ['mongodb+srv://user:p@ss@cluster.example.com', 'cluster.example.com'],
  ['redis://:secret@host:6379/0', 'host:6379'],
  ['rediss://host?password=secret', 'host'],
  ['redis://', 'localhost'],
])('of %s only the hosts are told', (address, hosts) => {
  expect(hostsOf(address)).toBe(hosts);
});

describe('clocks', () => {
  const at = (ms: number, took = 0) => ({ time: 0, sentAt: ms - took / 2, heardAt: ms + took / 2 });

  test.each<[reading: { time: number; sentAt: number; heardAt: number }, told: RegExp]>([
    [at(5_000), /^ok: /],
    [at(-5_001), /^warn: this machine is 5 s behind it/],
    [at(60_000), /^warn: this machine is 1 min ahead of it/],
    [at(60_001), /^wrong: this machine is 1 min ahead of it/],
    // A slow answer says less.
    [at(8_000, 8_000), /^ok: /],
  ])('%j', (reading, told) => {
    expect(toldOf([clockFinding('host', reading)], 'clock: host')).toEqual([expect.stringMatching(told)]);
  });

  test('are told once for each server, by its fastest answer; none: a warning', () => {
    const clocks = new Clocks();
    expect(toldOf(clocks.findings(), 'clock')).toEqual([expect.stringMatching(/^warn: was not compared/)]);
    clocks.saw('b', at(90_000, 10));
    clocks.saw('a', at(0));
    clocks.saw('b', at(0, 5));
    clocks.saw('b', at(70_000, 20));
    clocks.saw('b', null);
    expect(clocks.findings().map(({ what, ok }) => [what, ok])).toEqual([
      ['clock: a', true],
      ['clock: b', true],
    ]);
  });

  test.each<[Record<string, string>, number | null]>([
    [{ date: 'Thu, 01 Jan 1970 00:00:07 GMT' }, 7_500],
    [{ date: 'Thu, 01 Jan 1970 00:00:07 GMT', age: '0' }, 7_500],
    [{ date: 'Thu, 01 Jan 1970 00:00:07 GMT', age: '12' }, null],
    [{ date: 'yesterday' }, null],
    [{}, null],
  ])('the time of an answer with %j', (headers, time) => {
    expect(readDate(new Headers(headers), 1, 2)?.time ?? null).toBe(time);
  });
});

test('findings are lines with a mark, broken where a terminal ends', () => {
  const findings = [
    { what: 'git', ok: true, said: '2.40', todo: null },
    { what: 'clock', ok: true, said: 'was not compared', todo: 'compare it' },
    { what: 'Slack', ok: false, said: 'did not answer', todo: 'see whether this machine reaches Slack' },
  ];
  expect(findingsText(findings, 44)).toBe(`  ok     git: 2.40
  warn   clock: was not compared. To do:
         compare it
  wrong  Slack: did not answer. To do: see
         whether this machine reaches Slack

1 thing is wrong; 1 warning.`);
  expect(findingsText(findings.slice(0, 1))).toBe('  ok     git: 2.40\n\nNothing is wrong.');
});

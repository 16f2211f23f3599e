import fc from 'fast-check';
import { commandText, parseCommand, type Where } from '../../../src/chat/command/parse.ts';

const ONE: Where = {
  products: [{ name: 'storefront', environments: ['integration', 'prod'] }],
  channelProducts: ['storefront'],
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SPANS: [string, number][] = [
  ['30 mins', 30 * MINUTE],
  ['30min', 30 * MINUTE],
  ['30m', 30 * MINUTE],
  ['2hrs', 2 * HOUR],
  ['2 hr', 2 * HOUR],
  ['2h.', 2 * HOUR],
  ['2H', 2 * HOUR],
  ['2 hours please', 2 * HOUR],
  ['2h, thanks!', 2 * HOUR],
  ['2 hours max', 2 * HOUR],
  ['1h30m', 90 * MINUTE],
  ['1h 30m', 90 * MINUTE],
  ['1h30', 90 * MINUTE],
  ['1 h 30', 90 * MINUTE],
  ['1:30h', 90 * MINUTE],
  ['1.5h', 90 * MINUTE],
  ['1,5 hours', 90 * MINUTE],
  ['1 hour and 30 minutes', 90 * MINUTE],
  ['an hour', HOUR],
  ['one hour', HOUR],
  ['two hours', 2 * HOUR],
  ['half an hour', 30 * MINUTE],
  ['an hour and a half', 90 * MINUTE],
  ['half a day', 12 * HOUR],
  ['a quarter of an hour', 15 * MINUTE],
  ['a day', DAY],
  ['2 days', 2 * DAY],
  ['a week', 7 * DAY],
  ['2w', 14 * DAY],
  ['90 secs', 90_000],
  ['twenty minutes', 20 * MINUTE],
  ['1\u00bd hours', 90 * MINUTE],
  ['\u00bdh', 30 * MINUTE],
  ['the next 2 hours', 2 * HOUR],
  ['about 2h', 2 * HOUR],
  ['~2h', 2 * HOUR],
  ['up to 2h', 2 * HOUR],
];

test.each(SPANS)('a lock ends for %s', (typed, forMs) => {
  for (const verb of ['lock', 'takeover']) {
    const lock = { kind: verb, product: 'storefront', environment: 'prod', reason: 'migration', forMs };
    expect(parseCommand(`${verb} prod migration for ${typed}`, ONE)).toEqual(lock);
    expect(parseCommand(`${verb} prod "migration" for ${typed}`, ONE)).toEqual(lock);
  }
});

test.each(SPANS.filter(([typed]) => !/[.!]|please|thanks|max/.test(typed)))(
  'a lock ends for %s before the reason',
  (typed, forMs) => {
    const reason = 'database migration';
    expect(parseCommand(`lock all for ${typed} ${reason}`, ONE)).toMatchObject({
      kind: 'lock',
      reason,
      forMs,
    });
  },
);

test.each([
  'for *2h*',
  'for "2h"',
  'for `2h`',
  '(for 2h)',
  '[for 2h]',
  'for=2h',
  'for: 2h',
  '--for 2h',
  '\u2014 for 2h',
])('"%s" is found, whatever is around it', (typed) => {
  const lock = { kind: 'lock', reason: 'migration', forMs: 2 * HOUR };
  expect(parseCommand(`lock prod migration ${typed}`, ONE)).toMatchObject(lock);
});

test.each(['for 2h: migration', 'for 2h - migration', '(for 2h) migration', 'for 2h, migration'])(
  '"%s" has the end first',
  (typed) => {
    const lock = { kind: 'lock', reason: 'migration', forMs: 2 * HOUR };
    expect(parseCommand(`lock prod ${typed}`, ONE)).toMatchObject(lock);
  },
);

const TIMES: [string, object][] = [
  ['17:00', { day: null, minute: 1020, zone: null }],
  ['17.00', { day: null, minute: 1020, zone: null }],
  ['5pm', { day: null, minute: 1020, zone: null }],
  ['5:30 PM.', { day: null, minute: 1050, zone: null }],
  ['17h', { day: null, minute: 1020, zone: null }],
  ['noon', { day: null, minute: 720, zone: null }],
  ['midnight', { day: null, minute: 1440, zone: null }],
  ['today 17:00', { day: 'today', minute: 1020, zone: null }],
  ['tomorrow 09:00 please', { day: 'tomorrow', minute: 540, zone: null }],
  ['tomorrow at 9am', { day: 'tomorrow', minute: 540, zone: null }],
  ['9am tomorrow', { day: 'tomorrow', minute: 540, zone: null }],
  ['Fri 16:00', { day: 5, minute: 960, zone: null }],
  ['Friday, 16:00', { day: 5, minute: 960, zone: null }],
  ['4pm on thurs', { day: 4, minute: 960, zone: null }],
  ['2026-12-01 10:00', { day: { date: '2026-12-01' }, minute: 600, zone: null }],
  ['2026-12-01T10:00Z', { day: { date: '2026-12-01' }, minute: 600, zone: 'UTC' }],
  ['17:00 UTC', { day: null, minute: 1020, zone: 'UTC' }],
];

test.each(TIMES)('a lock ends until %s', (typed, until) => {
  for (const word of ['until', 'till', 'Until']) {
    const parsed = parseCommand(`lock prod migration ${word} ${typed}`, ONE);
    expect(parsed).toMatchObject({ kind: 'lock', reason: 'migration', forMs: null, until });
    if (parsed.kind === 'problem') throw new TypeError(typed);
    expect(parseCommand(commandText(parsed), ONE)).toEqual(parsed);
  }
});

test.each([
  ['for 2 hurs', 'for 2h'],
  ['for 20 mintues', 'for 20m'],
  ['for 0h', 'for 1h'],
  ['for a couple of hours', 'for 1h'],
  ['for the weekend', 'for 1d'],
  ['for 2-3 hours', 'for 1h'],
  ['for 3 months', 'for 1d'],
  ['for 2h because of ada', 'for 2h'],
  ['2h', 'for 2h'],
  ['30 mins', 'for 30 mins'],
  ['for2h', 'for 2h'],
  ['(2h)', 'for 2h'],
  ['until tomorrow', 'until tomorrow 09:00'],
  ['until Fri', 'until fri 17:00'],
  ['until 2026-12-01', 'until 2026-12-01 12:00'],
  ['until 17', 'until 17:00'],
  ['until 17:00 CET', 'until 17:00'],
  ['until 25:00', 'until 17:00'],
  ['until tonight', 'until tomorrow 09:00'],
  ['until tonight 22:00', 'until 22:00'],
  ['until 1.12.', 'until 1:12'],
  ['until 9.10', 'until 9:10'],
  ['until the 5th', 'until 17:00'],
  ['for 45', 'for 45m'],
  ['for 1:30', 'for 1h30m'],
  ["for 120'", 'for 120m'],
  ['for at least 2h', 'for 2h'],
  ['for 2h until 17:00', 'until 17:00'],
  ['until 17:00 for 2h', 'for 2h'],
  ['by 5pm', 'until 17:00'],
  ['at 17:00', 'until 17:00'],
  ['through Friday', 'until friday 17:00'],
  ['before Fri 16:00', 'until fri 16:00'],
  ['expires 17:00', 'until 17:00'],
  ['17:00', 'until 17:00'],
  ['(5pm)', 'until 17:00'],
  ['until next week', 'until tomorrow 09:00'],
  ['until the end of the day', 'until 17:00'],
])('"%s" is asked about, never taken as part of the reason', (typed, offered) => {
  const parsed = parseCommand(`lock prod migration ${typed}`, ONE);
  if (parsed.kind !== 'problem' || parsed.problem.kind !== 'unclearEnd') throw new TypeError(parsed.kind);
  const commands = parsed.problem.commands.map(({ command }) => command);
  // Written otherwise, it may be the same.
  expect(commands.map((command) => parseCommand(command, ONE))).toContainEqual(
    parseCommand(`lock storefront/prod migration ${offered}`, ONE),
  );
  const ends = commands.map((command) => parseCommand(command, ONE));
  expect(ends.map(({ kind }) => kind)).toEqual(ends.map(() => 'lock'));
  // The last one takes all of it for the reason.
  expect(ends.at(-1)).toEqual({
    kind: 'lock',
    product: 'storefront',
    environment: 'prod',
    reason: `migration ${typed}`,
    forMs: null,
  });
  for (const end of ends.slice(0, -1))
    expect(end).toMatchObject({ reason: expect.stringMatching(/^migration/) });
});

test.each(['for 9999999d', 'for 91 days', 'for 99999999999999h', 'for 14 weeks'])(
  '%s is too far away',
  (typed) => {
    expect(parseCommand(`lock prod migration ${typed}`, ONE)).toEqual({
      kind: 'problem',
      problem: { kind: 'endTooFar', typed, command: 'lock storefront/prod migration' },
    });
  },
);

test.each([
  'waiting for ada',
  'wait for 2 people',
  'until ada is back',
  'until further notice',
  'for Monday’s launch'.replace('’', "'"),
  'for version 2',
  'no deploys for now',
  'for a second opinion',
  'for 2 customers',
  'moves 3 days of data',
  'upgrade to 9',
  'form 2b is broken',
  'forty users complain',
  'the database is moved',
])('"%s" is a reason', (reason) => {
  expect(parseCommand(`lock prod ${reason}`, ONE)).toEqual({
    kind: 'lock',
    product: 'storefront',
    environment: 'prod',
    reason,
    forMs: null,
  });
});

test.each([
  ['for a day or two', 'for 1d', 'or two'],
  ['2h migration', 'for 2h', 'migration'],
  ['1h for migration', 'for 1h', 'for migration'],
])('"%s" is asked about', (typed, end, reason) => {
  const parsed = parseCommand(`lock prod ${typed}`, ONE);
  if (parsed.kind !== 'problem' || parsed.problem.kind !== 'unclearEnd') throw new TypeError(parsed.kind);
  const [first, last] = parsed.problem.commands.map(({ command }) => parseCommand(command, ONE));
  expect(first).toMatchObject({
    kind: 'lock',
    reason,
    forMs: end === 'for 1d' ? DAY : Number(end.at(4)) * HOUR,
  });
  expect(last).toMatchObject({ kind: 'lock', reason: typed, forMs: null });
});

test('the text of any parsed request parses to the same request', () => {
  const word = fc.constantFrom(
    ...[
      'for',
      'until',
      '(for',
      'by',
      'at',
      'or',
      '5pm)',
      '45',
      '2h',
      '17:00',
      'tomorrow',
      'fri',
      'ada',
      '"',
      "'",
      'please',
      '1.5',
      'hours',
      'an',
      '9999d',
      '.',
    ],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const parsed = parseCommand(`lock prod ${words.join(' ')}`, ONE);
      if (parsed.kind === 'problem') return;
      const again = parseCommand(commandText(parsed), ONE);
      // Of quotes within quotes only the outer ones stay double.
      const plain = (text: string) => text.replaceAll('"', "'");
      expect(plain(JSON.stringify(again).replaceAll('\\"', "'"))).toBe(
        plain(JSON.stringify(parsed).replaceAll('\\"', "'")),
      );
    }),
    { numRuns: 2000 },
  );
});

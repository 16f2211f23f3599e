import fc from 'fast-check';
import { type FreezeWindow, frozenAt, nextFreeze } from '../../../src/domain/time/freeze.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null | undefined) => (ms == null ? null : new Date(ms).toISOString().slice(0, 16));

const WEEKEND: FreezeWindow = {
  kind: 'weekly',
  from: { weekday: 5, minute: 16 * 60 },
  to: { weekday: 1, minute: 8 * 60 },
  timezone: 'Europe/Amsterdam',
  reason: 'Weekend',
};
const HOLIDAYS: FreezeWindow = {
  kind: 'dated',
  from: '2026-12-24T12:00',
  to: '2027-01-02T08:00',
  timezone: 'Europe/Amsterdam',
  reason: 'Holidays',
};

describe('a freeze', () => {
  it('begins with its first minute and ends with its last', () => {
    expect(frozenAt([WEEKEND], at('2026-11-20T14:59:59Z'))).toBeNull();
    expect(iso(frozenAt([WEEKEND], at('2026-11-20T15:00:00Z'))?.until)).toBe('2026-11-23T07:00');
    expect(frozenAt([WEEKEND], at('2026-11-23T06:59:59Z'))).toMatchObject({ reason: 'Weekend' });
    expect(frozenAt([WEEKEND], at('2026-11-23T07:00:00Z'))).toBeNull();
  });

  it('keeps to the wall clock over daylight saving changes, in spring and in autumn', () => {
    // 29 March 2026: clocks go from 2:00 to 3:00; 25 October 2026: from 3:00 to 2:00.
    const spring = frozenAt([WEEKEND], at('2026-03-28T12:00:00Z'));
    expect([iso(spring?.since), iso(spring?.until)]).toEqual(['2026-03-27T15:00', '2026-03-30T06:00']);
    const autumn = frozenAt([WEEKEND], at('2026-10-24T12:00:00Z'));
    expect([iso(autumn?.since), iso(autumn?.until)]).toEqual(['2026-10-23T14:00', '2026-10-26T07:00']);
  });

  it('begins after the gap if its wall clock time does not exist', () => {
    const night: FreezeWindow = {
      ...WEEKEND,
      from: { weekday: 7, minute: 150 },
      to: { weekday: 7, minute: 240 },
    };
    expect(iso(frozenAt([night], at('2026-03-29T01:30:00Z'))?.since)).toBe('2026-03-29T01:30');
    expect(iso(nextFreeze([night], at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:30');
  });

  it('may lie within one day or take almost the whole week', () => {
    const lunch: FreezeWindow = {
      ...WEEKEND,
      from: { weekday: 3, minute: 720 },
      to: { weekday: 3, minute: 780 },
    };
    expect(iso(frozenAt([lunch], at('2026-11-25T11:30:00Z'))?.until)).toBe('2026-11-25T12:00');
    const others: FreezeWindow = { ...lunch, from: lunch.to, to: lunch.from };
    expect(frozenAt([others], at('2026-11-25T11:30:00Z'))).toBeNull();
    expect(iso(frozenAt([others], at('2026-11-24T11:30:00Z'))?.until)).toBe('2026-11-25T11:00');
  });

  it('is merged with windows that touch or overlap it', () => {
    const both = [WEEKEND, HOLIDAYS];
    const christmas = frozenAt(both, at('2026-12-25T12:00:00Z'));
    expect(iso(christmas?.until)).toBe('2027-01-04T07:00');
    expect(frozenAt([HOLIDAYS], at('2026-12-24T11:00:00Z'))).toMatchObject({ reason: 'Holidays' });
    expect(frozenAt([HOLIDAYS], at('2027-01-02T07:00:00Z'))).toBeNull();
  });

  it('that never ends is reported up to the search limit', () => {
    const always: FreezeWindow[] = [
      { ...WEEKEND, from: { weekday: 1, minute: 0 }, to: { weekday: 4, minute: 0 } },
      { ...WEEKEND, from: { weekday: 4, minute: 0 }, to: { weekday: 1, minute: 0 } },
    ];
    const now = at('2026-11-24T12:00:00Z');
    expect((frozenAt(always, now)?.until ?? 0) - now).toBeGreaterThan(100 * 24 * 3_600_000);
  });

  it('that comes next is known, and a dated one occurs once', () => {
    expect(iso(nextFreeze([WEEKEND, HOLIDAYS], at('2026-12-23T12:00:00Z')))).toBe('2026-12-24T11:00');
    expect(iso(nextFreeze([WEEKEND], at('2026-11-20T15:00:00Z')))).toBe('2026-11-27T15:00');
    expect(nextFreeze([HOLIDAYS], at('2026-12-24T11:00:00Z'))).toBeNull();
    expect(nextFreeze([], 0)).toBeNull();
  });
});

const MINUTE = 60_000;
const NIGHT = {
  kind: 'daily',
  from: 22 * 60,
  to: 6 * 60,
  timezone: 'Europe/Amsterdam',
  reason: 'Night',
} as const;

describe('a freeze of every day', () => {
  it('crosses midnight, and keeps to the wall clock when clocks change', () => {
    expect(iso(frozenAt([NIGHT], at('2026-11-20T23:30:00Z'))?.until)).toBe('2026-11-21T05:00');
    expect(frozenAt([NIGHT], at('2026-11-20T12:00:00Z'))).toBeNull();
    expect(iso(nextFreeze([NIGHT], at('2026-11-20T12:00:00Z')))).toBe('2026-11-20T21:00');
    expect(iso(nextFreeze([NIGHT], at('2026-11-20T21:00:00Z')))).toBe('2026-11-21T21:00');
    const spring = frozenAt([NIGHT], at('2026-03-29T00:30:00Z'));
    expect([iso(spring?.since), iso(spring?.until)]).toEqual(['2026-03-28T21:00', '2026-03-29T04:00']);
    const autumn = frozenAt([NIGHT], at('2026-10-25T00:30:00Z'));
    expect([iso(autumn?.since), iso(autumn?.until)]).toEqual(['2026-10-24T20:00', '2026-10-25T05:00']);
  });

  it('is merged with the weekend that it touches', () => {
    const both = frozenAt([NIGHT, WEEKEND], at('2026-11-20T15:00:00Z'));
    expect([iso(both?.since), iso(both?.until)]).toEqual(['2026-11-20T15:00', '2026-11-23T07:00']);
    expect(iso(frozenAt([NIGHT, WEEKEND], at('2026-11-19T22:00:00Z'))?.until)).toBe('2026-11-20T05:00');
  });

  /** The minutes around a moment as a wall clock shows them, read without the code that is tested. */
  function walked(zone: string, around: number): { at: number; day: string; minute: number }[] {
    const clock = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const minutes: { at: number; day: string; minute: number }[] = [];
    for (let time = around - 50 * 60 * MINUTE; time < around + 50 * 60 * MINUTE; time += 5 * MINUTE) {
      const part = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, value]));
      const minute = Number(part.hour) * 60 + Number(part.minute);
      minutes.push({ at: time, day: `${part.year}-${part.month}-${part.day}`, minute });
    }
    return minutes;
  }

  /** When a day's clock shows this time first; one that it leaves out is as much later as it leaves out. */
  function shown(minutes: ReturnType<typeof walked>, day: string, minute: number): number | null {
    const those = minutes.filter((each) => each.day === day);
    const found = those.find((each) => each.minute === minute);
    if (found) return found.at;
    const after = those.findIndex((each) => each.minute > minute);
    const later = those[after];
    if (!later) return null;
    const earlier = those[after - 1]?.minute ?? -5;
    return later.at + (minute - earlier - 5) * MINUTE;
  }

  it('matches a walk through the minutes, even on days when clocks change', () => {
    const changes: [string, string][] = [
      ['Europe/Amsterdam', '2026-03-29T01:00:00Z'],
      ['Europe/Amsterdam', '2026-10-25T01:00:00Z'],
      ['America/New_York', '2026-03-08T07:00:00Z'],
      ['America/New_York', '2026-11-01T06:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
      ['Asia/Kolkata', '2026-06-01T00:00:00Z'],
      ['UTC', '2026-06-01T00:00:00Z'],
    ];
    const walks = changes.map(([zone, moment]) => ({ zone, minutes: walked(zone, at(moment)) }));
    const time = fc.integer({ min: 0, max: 287 }).map((part) => part * 5);
    const ends = fc.tuple(time, time).filter(([from, to]) => from !== to);
    const looks = fc.array(fc.integer({ min: 300, max: 899 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...walks), ends, looks, ({ zone, minutes }, [from, to], at5) => {
        const days = [...new Set(minutes.map(({ day }) => day))];
        const spans = days.flatMap((day, index) => {
          const start = shown(minutes, day, from);
          const end = shown(minutes, to > from ? day : (days[index + 1] ?? ''), to);
          return start === null || end === null ? [] : [{ start, end }];
        });
        const window: FreezeWindow = { kind: 'daily', from, to, timezone: zone, reason: 'x' };
        // The outermost days are not walked whole; ends, and the minutes before them, tell most.
        const edges = spans.flatMap(({ start, end }) => [start, start - 5 * MINUTE, end, end - 5 * MINUTE]);
        const some = new Set([...edges, ...at5.map((index) => minutes[index]?.at)]);
        for (const each of minutes.slice(300, -300).filter((one) => some.has(one.at))) {
          const open = spans.find(({ start, end }) => start <= each.at && each.at < end);
          const frozen = frozenAt([window], each.at);
          expect({ at: iso(each.at), frozen: frozen !== null }).toEqual({
            at: iso(each.at),
            frozen: open !== undefined,
          });
          const next = nextFreeze([window], each.at);
          const starts = spans.map(({ start }) => start).filter((start) => start > each.at);
          if (starts.length > 0) expect(iso(next)).toBe(iso(Math.min(...starts)));
          if (open && !spans.some(({ start, end }) => start <= open.end && open.end < end)) {
            expect(iso(frozen?.until)).toBe(iso(open.end));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

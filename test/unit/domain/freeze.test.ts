import { type FreezeWindow, frozenAt, nextFreeze } from '../../../src/domain/freeze.ts';

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
  it('begins with its first minute and is over with its last', () => {
    expect(frozenAt([WEEKEND], at('2026-11-20T14:59:59Z'))).toBeNull();
    expect(iso(frozenAt([WEEKEND], at('2026-11-20T15:00:00Z'))?.until)).toBe('2026-11-23T07:00');
    expect(frozenAt([WEEKEND], at('2026-11-23T06:59:59Z'))).toMatchObject({ reason: 'Weekend' });
    expect(frozenAt([WEEKEND], at('2026-11-23T07:00:00Z'))).toBeNull();
  });

  it('keeps the wall clock over a daylight saving change, in spring and in autumn', () => {
    // 29 March 2026: clocks go from 2:00 to 3:00; 25 October 2026: from 3:00 to 2:00.
    const spring = frozenAt([WEEKEND], at('2026-03-28T12:00:00Z'));
    expect([iso(spring?.since), iso(spring?.until)]).toEqual(['2026-03-27T15:00', '2026-03-30T06:00']);
    const autumn = frozenAt([WEEKEND], at('2026-10-24T12:00:00Z'));
    expect([iso(autumn?.since), iso(autumn?.until)]).toEqual(['2026-10-23T14:00', '2026-10-26T07:00']);
  });

  it('begins after the gap where its wall clock time does not exist', () => {
    const night: FreezeWindow = {
      ...WEEKEND,
      from: { weekday: 7, minute: 150 },
      to: { weekday: 7, minute: 240 },
    };
    expect(iso(frozenAt([night], at('2026-03-29T01:30:00Z'))?.since)).toBe('2026-03-29T01:30');
    expect(iso(nextFreeze([night], at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:30');
  });

  it('of one day may be within it or take the whole week but a while', () => {
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

  it('is one with the windows that touch or overlap it', () => {
    const both = [WEEKEND, HOLIDAYS];
    const christmas = frozenAt(both, at('2026-12-25T12:00:00Z'));
    expect(iso(christmas?.until)).toBe('2027-01-04T07:00');
    expect(frozenAt([HOLIDAYS], at('2026-12-24T11:00:00Z'))).toMatchObject({ reason: 'Holidays' });
    expect(frozenAt([HOLIDAYS], at('2027-01-02T07:00:00Z'))).toBeNull();
  });

  it('that never ends is told as far as it was looked at', () => {
    const always: FreezeWindow[] = [
      { ...WEEKEND, from: { weekday: 1, minute: 0 }, to: { weekday: 4, minute: 0 } },
      { ...WEEKEND, from: { weekday: 4, minute: 0 }, to: { weekday: 1, minute: 0 } },
    ];
    const now = at('2026-11-24T12:00:00Z');
    expect((frozenAt(always, now)?.until ?? 0) - now).toBeGreaterThan(100 * 24 * 3_600_000);
  });

  it('that comes next is known, and a dated one comes once', () => {
    expect(iso(nextFreeze([WEEKEND, HOLIDAYS], at('2026-12-23T12:00:00Z')))).toBe('2026-12-24T11:00');
    expect(iso(nextFreeze([WEEKEND], at('2026-11-20T15:00:00Z')))).toBe('2026-11-27T15:00');
    expect(nextFreeze([HOLIDAYS], at('2026-12-24T11:00:00Z'))).toBeNull();
    expect(nextFreeze([], 0)).toBeNull();
  });
});

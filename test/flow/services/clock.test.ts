import { describe, expect, it } from '@jest/globals';
import { Clock, ClockWrong } from '../../../src/flow/services/clock.ts';

const HOUR = 3_600_000;
const SERVER = 1_800_000_000_000;

/** A machine: its clock, which somebody may set, and its monotonic one. */
function machine({ server = SERVER as number | null, off = 0, answersIn = 0 } = {}) {
  const at = { real: SERVER, off };
  const clock = new Clock({ now: () => at.real + at.off, monotonic: () => at.real - SERVER + 5_000 });
  const store = {
    clock: async () => {
      at.real += answersIn;
      return server === null ? null : server + (at.real - SERVER) - answersIn / 2;
    },
  };
  return { at, clock, look: () => clock.check(store) };
}

describe('rule 35: the clock of a process', () => {
  it.each([
    [0, null],
    [59_000, null],
    [-59_000, null],
    [90_000, 'the clock of this process is 1 min 30 s ahead of the clock of the database'],
    [-HOUR, 'the clock of this process is 1 h behind the clock of the database'],
  ])('rule 35: is reported when it is %d ms off the server’s', async (off, says) => {
    const { clock, look, at } = machine({ off });
    await look();
    expect(clock.wrong).toBe(says);
    expect(clock.now()).toBe(says === null ? at.real + off : at.real);
    if (says === null) expect(() => clock.mustBeRight()).not.toThrow();
    else expect(() => clock.mustBeRight()).toThrow(ClockWrong);
  });

  it('rule 35: is right again when corrected, and wrong when it goes wrong', async () => {
    const { clock, look, at } = machine({ off: HOUR });
    await look();
    expect(clock.wrong).not.toBeNull();
    at.off = 0;
    await look();
    expect(clock.wrong).toBeNull();
    at.off = -HOUR;
    await look();
    expect(clock.wrong).not.toBeNull();
  });

  it('rule 35: counts leases by the server’s time, whatever its own says, even between two measurements', async () => {
    const { clock, look, at } = machine({ off: 40_000, answersIn: 200 });
    await look();
    for (const off of [0, HOUR, -HOUR]) {
      at.off = off;
      at.real += 1_000;
      expect(Math.abs(clock.leaseNow() - at.real)).toBeLessThanOrEqual(200);
    }
  });

  it('rule 35: gives whole milliseconds, as stores hold them', () => {
    const clock = new Clock({ now: () => SERVER });
    expect(Number.isInteger(clock.leaseNow())).toBe(true);
    expect(Number.isInteger(clock.dueNow())).toBe(true);
  });

  it('rule 35: ignores a slow answer once a better one is known', async () => {
    const { clock, look } = machine();
    await look();
    await clock.check({ clock: async () => SERVER + HOUR });
    expect(clock.wrong).not.toBeNull();
    const slow = machine({ answersIn: 30_000 });
    await slow.look();
    expect(slow.clock.wrong).toBeNull();
  });

  it('rule 35: is trusted without a server, does not move leases, and has each jump noticed once', async () => {
    const { clock, look, at } = machine({ server: null });
    const before = clock.leaseNow();
    at.off = HOUR;
    at.real += 1_000;
    await look();
    expect(clock.wrong).toBeNull();
    expect(clock.now()).toBe(at.real + HOUR);
    expect(clock.leaseNow()).toBe(before + 1_000);
    expect(clock.wasSet()).toBe(HOUR);
    expect(clock.wasSet()).toBeNull();
    at.off = 0;
    expect(clock.wasSet()).toBe(-HOUR);
  });
});

import fc from 'fast-check';
import { AGGREGATES } from '../../../src/adapters/store/documents/aggregates.ts';
import { decidePerson } from '../../../src/domain/decide/person/decide.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { PersonCommand } from '../../../src/domain/documents/commands/person.ts';
import { newProfile, type Profile, TOUCHED_KEPT } from '../../../src/domain/documents/profile.ts';
import { DIRECT_KINDS, type DirectKind, wants } from '../../../src/domain/documents/values/switches.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';

const OPEN_MS = 1_000;
const HELD_MS = 100;

function sent(profile: Profile, command: Unsent<PersonCommand>, now = 10, leaseNow = now): Profile {
  const whole = { ...command, id: 'x', actor: ROBOT } as PersonCommand;
  return decidePerson(profile, whole, { now, homeOpenMs: OPEN_MS, leaseNow, homeHeldMs: HELD_MS }).aggregate;
}

const ada = newProfile('U1');

describe('direct messages', () => {
  test.each<[DirectKind, boolean]>([
    ['awaited', true],
    ['group', false],
    ['ended', false],
    ['reached', false],
    ['lock', true],
  ])('%s is sent to somebody who chose nothing: %p', (kind, usual) => {
    expect(wants(ada.switches, kind)).toBe(usual);
  });

  test.each(DIRECT_KINDS)('%s goes by the choice of the person once there is one', (kind) => {
    for (const on of [true, false]) {
      expect(
        wants(sent(ada, { type: 'switched', switches: { [kind]: on }, clickedAt: 1 }).switches, kind),
      ).toBe(on);
    }
  });

  test('the last click counts, in whichever order clicks arrive and however often', () => {
    const clicks = [1, 2, 3].map((clickedAt) => ({
      type: 'switched' as const,
      switches: { ended: clickedAt % 2 === 1, lock: clickedAt > 2 },
      clickedAt,
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...clicks, ...clicks], { minLength: 6 }), (order) => {
        const end = order.reduce<Profile>((profile, click) => sent(profile, click), ada);
        expect(end.switches).toEqual({ ended: true, lock: true });
      }),
    );
  });
});

describe('the Home tab', () => {
  const turned = sent(ada, { type: 'homeTurned', page: 2, search: 'shop', clickedAt: 5 });

  test('stays at its page while it is open, and begins again later', () => {
    expect(sent(turned, { type: 'homeOpened' }, 10 + OPEN_MS).home).toEqual({
      openedAt: 10 + OPEN_MS,
      page: 2,
      search: 'shop',
      clickedAt: 5,
    });
    expect(sent(turned, { type: 'homeOpened' }, 11 + OPEN_MS).home).toMatchObject({ page: 0, search: '' });
  });

  test('does not go back to the page of an older click', () => {
    expect(sent(turned, { type: 'homeTurned', page: 1, search: '', clickedAt: 4 })).toEqual(turned);
    expect(sent(turned, { type: 'homeTurned', page: 1, search: '', clickedAt: 6 }).home?.page).toBe(1);
  });

  test('is kept up to date by the process that took it last, whatever page it is at', () => {
    const taken = sent(turned, { type: 'homeTaken', worker: 'one' });
    expect(taken.home).toEqual({ ...turned.home, worker: 'one', heldUntil: 10 + HELD_MS });
    expect(sent(taken, { type: 'homeOpened' }, 11 + OPEN_MS).home?.worker).toBe('one');
    expect(sent(taken, { type: 'homeTurned', page: 1, search: '', clickedAt: 6 }).home?.worker).toBe('one');
    expect(sent(taken, { type: 'homeTaken', worker: 'two' }).home?.worker).toBe('two');
    expect(sent(ada, { type: 'homeTaken', worker: 'one' })).toEqual(ada);
  });

  const taken = sent(turned, { type: 'homeTaken', worker: 'one' });
  const held = { type: 'homeHeld', worker: 'one' } as const;
  const other = { type: 'homeHeld', worker: 'two' } as const;

  test('is held by that process for as long as it says so, and then by whoever says so first', () => {
    expect(sent(taken, other, 10, 9 + HELD_MS)).toEqual(taken);
    const longer = sent(taken, held, 10, 9 + HELD_MS);
    expect(longer).toMatchObject({ home: { worker: 'one' }, wakeAt: 9 + 2 * HELD_MS });
    expect(sent(longer, other, 10, 10 + HELD_MS)).toEqual(longer);
    const over = sent(longer, other, 10, 9 + 2 * HELD_MS);
    expect(over).toMatchObject({ home: { worker: 'two' }, wakeAt: 9 + 3 * HELD_MS });
    expect(sent(over, held, 10, 9 + 2 * HELD_MS)).toEqual(over);
  });

  test.each<[string, (profile: Profile) => Profile]>([
    ['its process leaves it', (profile) => sent(profile, { type: 'homeLeft', worker: 'one' })],
    ['it was opened long ago', (profile) => sent(profile, held, 11 + OPEN_MS)],
    ['it was opened long ago, for another one', (profile) => sent(profile, other, 11 + OPEN_MS)],
  ])('is held by no process once %s, until it is opened again', (_why, ends) => {
    const left = ends(taken);
    expect([left.home?.heldUntil, left.wakeAt]).toEqual([undefined, null]);
    const again = sent(sent(left, { type: 'homeOpened' }, 2_000), other, 2_000);
    expect(again.home).toMatchObject({ worker: 'two', heldUntil: 2_000 + HELD_MS });
  });

  test('is left only by the process that holds it', () => {
    expect(sent(taken, { type: 'homeLeft', worker: 'two' })).toEqual(taken);
  });

  test('counts as opened when a switch in it is turned', () => {
    expect(sent(taken, { type: 'switched', switches: {}, clickedAt: 9 }, 500).home?.openedAt).toBe(500);
  });
});

test('products touched last come first, each once, and not without end', () => {
  const touched = ['a', 'b', 'a', ...Array.from({ length: TOUCHED_KEPT }, (_, n) => `p${n}`), 'b', 'a'];
  const end = touched.reduce<Profile>((profile, product) => sent(profile, { type: 'touched', product }), ada);
  expect(end.touched).toHaveLength(TOUCHED_KEPT);
  expect(end.touched.slice(0, 3)).toEqual(['a', 'b', `p${TOUCHED_KEPT - 1}`]);
});

test('a profile can be stored, owes nothing, and is due only when its tab is held no more', () => {
  const commands: fc.Arbitrary<Unsent<PersonCommand>> = fc.oneof(
    fc.record({
      type: fc.constant('switched' as const),
      switches: fc.dictionary(fc.constantFrom(...DIRECT_KINDS), fc.boolean(), { noNullPrototype: true }),
      clickedAt: fc.nat(),
    }),
    fc.record({ type: fc.constant('touched' as const), product: fc.string() }),
    fc.record({ type: fc.constant('homeOpened' as const) }),
    fc.record({
      type: fc.constantFrom('homeTaken' as const, 'homeHeld' as const, 'homeLeft' as const),
      worker: fc.string(),
    }),
    fc.record({
      type: fc.constant('homeTurned' as const),
      page: fc.nat(),
      search: fc.string(),
      clickedAt: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(fc.array(commands, { minLength: 1 }), (all) => {
      const end = all.reduce<Profile>((profile, command, index) => sent(profile, command, index), ada);
      expect([end.effects, end.settled, end.wakeAt]).toEqual([[], [], end.home?.heldUntil ?? null]);
      if (end.revision > 0) expect(AGGREGATES.people.safeParse(end).error).toBeUndefined();
    }),
  );
});

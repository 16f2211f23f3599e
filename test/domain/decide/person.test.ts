import fc from 'fast-check';
import { AGGREGATES } from '../../../src/adapters/store/documents/aggregates.ts';
import { decidePerson } from '../../../src/domain/decide/person/decide.ts';
import type { PersonCommand, Unsent } from '../../../src/domain/documents/commands.ts';
import { newProfile, type Profile, TOUCHED_KEPT } from '../../../src/domain/documents/profile.ts';
import { DIRECT_KINDS, type DirectKind, wants } from '../../../src/domain/documents/values/switches.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';

const OPEN_MS = 1_000;

function sent(profile: Profile, command: Unsent<PersonCommand>, now = 10): Profile {
  const whole = { ...command, id: 'x', actor: ROBOT } as PersonCommand;
  return decidePerson(profile, whole, { now, homeOpenMs: OPEN_MS }).aggregate;
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
    expect(taken.home).toEqual({ ...turned.home, worker: 'one' });
    expect(sent(taken, { type: 'homeOpened' }, 11 + OPEN_MS).home?.worker).toBe('one');
    expect(sent(taken, { type: 'homeTurned', page: 1, search: '', clickedAt: 6 }).home?.worker).toBe('one');
    expect(sent(taken, { type: 'homeTaken', worker: 'two' }).home?.worker).toBe('two');
    expect(sent(ada, { type: 'homeTaken', worker: 'one' })).toEqual(ada);
  });
});

test('products touched last come first, each once, and not without end', () => {
  const touched = ['a', 'b', 'a', ...Array.from({ length: TOUCHED_KEPT }, (_, n) => `p${n}`), 'b', 'a'];
  const end = touched.reduce<Profile>((profile, product) => sent(profile, { type: 'touched', product }), ada);
  expect(end.touched).toHaveLength(TOUCHED_KEPT);
  expect(end.touched.slice(0, 3)).toEqual(['a', 'b', `p${TOUCHED_KEPT - 1}`]);
});

test('a profile can be stored, owes nothing, and is never woken', () => {
  const commands: fc.Arbitrary<Unsent<PersonCommand>> = fc.oneof(
    fc.record({
      type: fc.constant('switched' as const),
      switches: fc.dictionary(fc.constantFrom(...DIRECT_KINDS), fc.boolean(), { noNullPrototype: true }),
      clickedAt: fc.nat(),
    }),
    fc.record({ type: fc.constant('touched' as const), product: fc.string() }),
    fc.record({ type: fc.constant('homeOpened' as const) }),
    fc.record({ type: fc.constant('homeTaken' as const), worker: fc.string() }),
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
      expect([end.effects, end.settled, end.wakeAt]).toEqual([[], [], null]);
      if (end.revision > 0) expect(AGGREGATES.people.safeParse(end).error).toBeUndefined();
    }),
  );
});

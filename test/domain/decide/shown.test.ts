import { decideProduct } from '../../../src/domain/decide/product/decide.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { LockCommand } from '../../../src/domain/documents/commands/lock.ts';
import type { ProductCommand } from '../../../src/domain/documents/commands/product.ts';
import { newProduct, type Product } from '../../../src/domain/documents/product.ts';
import type { Lock, ShownLock } from '../../../src/domain/documents/values/lock.ts';
import { leftBehind } from '../../../src/domain/eligibility/environment.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { type Kind, statesOf } from '../support/states.ts';
import {
  A,
  ada,
  B,
  C,
  continuousPolicy,
  D,
  eve,
  frozen,
  lin,
  mo,
  policyOf,
  refusedBy,
  START,
  Walk,
} from '../support/support.ts';

const KINDS = ['promotion', 'hotfix', 'continuous', 'rollback'] as const satisfies readonly Kind[];
/** What keeps everybody from rolling back, whatever was shown. */
const BEFORE_ALL = ['rollbackFirst', 'nothingDeployed'];
const NOBODYS = '9'.repeat(40);

/** What a rollback would change. */
function whatIs({ environment }: Walk) {
  const { acceptances, open, paused, releases } = environment;
  return structuredClone({ acceptances, open, paused, releases });
}

describe.each(KINDS)('a rollback that was asked for while a %s release was in some state', (kind) => {
  const states = statesOf(kind);

  it.each(Object.keys(states))('rule 13: %s, leaves the commit that was shown, and no other', (state) => {
    const { walk } = states[state]!();
    const left = leftBehind(walk.environment)?.sha ?? null;
    for (const to of [null, { sha: B, ref: null }]) {
      const ask = { type: 'rollback', to, reason: 'it burns' } as const;
      const typed = refusedBy(walk.copy().try(ask, mo));
      if (left !== null) expect(refusedBy(walk.copy().try({ ...ask, leaves: left }, mo))).toBe(typed);
      const stale = walk.copy();
      const before = whatIs(stale);
      const refused = refusedBy(stale.do({ ...ask, leaves: NOBODYS }, mo));
      expect(refused).toBe(typed !== null && BEFORE_ALL.includes(typed) ? typed : 'leavesAnother');
      expect(whatIs(stale)).toEqual(before);
    }
  });
});

describe('a rollback that was shown what it leaves', () => {
  /** A and B were accepted here, B runs; then Lin deploys C, accepted too. */
  function overtaken(): Walk {
    const walk = new Walk();
    for (const sha of [A, B, C]) {
      walk.accepted(sha);
      walk.after(1);
    }
    return walk;
  }

  it('rule 13: says what it would leave now, and that keeps its acceptance', () => {
    const walk = overtaken();
    const to = { sha: A, ref: null };
    const refused = walk.no('leavesAnother', { type: 'rollback', to, reason: 'burns', leaves: B }, mo);
    expect(refused).toEqual({ rule: 'leavesAnother', sha: A, shown: B, leaves: C });
    expect(walk.environment.accepted).toMatchObject({ sha: C });
    expect(walk.environment.acceptances.filter(({ acceptance }) => acceptance.revoked !== null)).toEqual([]);
    walk.ok({ type: 'rollback', to, reason: 'burns', leaves: C }, mo);
  });

  it('rule 13: says so before it speaks of the target, but not to who may not roll back', () => {
    const walk = overtaken();
    for (const sha of [C, D]) {
      const ask = { type: 'rollback', to: { sha, ref: null }, reason: 'burns', leaves: B } as const;
      walk.no('leavesAnother', ask, mo);
    }
    const ask = { type: 'rollback', to: null, reason: ' ', leaves: B } as const;
    walk.no('leavesAnother', ask, mo);
    walk.policy = policyOf({ roles: { ...walk.policy.roles, rollback: [lin.id] } });
    walk.no('notRole', ask, mo);
  });
});

it.each([true, false])(
  'rule 34: a redeploy deploys what was shown, and no other; continuous: %s',
  (alone) => {
    const walk = alone ? new Walk(continuousPolicy({ verify: false })) : new Walk();
    if (alone) walk.run(walk.head(A, 1));
    else walk.accepted(A);
    const ask = { type: 'redeploy', sha: A, reason: 'it drifted' } as const;
    expect(refusedBy(walk.copy().try(ask, eve))).toBeNull();
    if (alone) walk.run(walk.head(B, 2));
    else walk.accepted(B);
    expect(walk.no('runsAnother', ask, eve)).toEqual({ rule: 'runsAnother', sha: A, deployed: B });
  },
);

type LockAsk = Unsent<LockCommand>;

/** What each command about a lock in force is from whom it is accepted from. */
const OF_LOCK: { [T in Exclude<LockCommand['type'], 'lock'>]: [Extract<LockAsk, { type: T }>, Person] } = {
  unlock: [{ type: 'unlock', ownerGone: false }, lin],
  takeOver: [{ type: 'takeOver', reason: 'mine', forMs: null }, mo],
  extendLock: [{ type: 'extendLock', forMs: 1000 }, lin],
  editLock: [{ type: 'editLock', reason: 'still' }, lin],
  askToUnlock: [{ type: 'askToUnlock' }, mo],
  handOver: [{ type: 'handOver', to: ada }, lin],
  keepLock: [{ type: 'keepLock' }, lin],
};
const LOCK = { type: 'lock', reason: 'migration', forMs: null } as const;

/** Where there is a lock: in one environment, or in all of a product. */
interface Place {
  do(ask: LockAsk, by: Person): string | null;
  card(): string;
  shown(): ShownLock;
  /** A minute passes. */
  later(): void;
  seen(): string;
}

const shownOf = ({ card, at: since }: Lock): ShownLock => ({ card, since });

const PLACES: Record<string, () => Place> = {
  'of one environment': () => {
    const walk = new Walk();
    return {
      do: (ask, by) => refusedBy(walk.do(ask, by)),
      card: () => walk.environment.lock!.card,
      shown: () => shownOf(walk.environment.lock!),
      later: () => void walk.after(60_000),
      seen: () => JSON.stringify(walk.environment.lock),
    };
  },
  'of all environments': () => {
    let product: Product = newProduct('shop');
    let commands = 0;
    let now = START;
    return {
      do: (ask, by) => {
        commands += 1;
        const command = { ...ask, id: `c${commands}`, actor: by } as ProductCommand;
        const facts = { environments: ['shop/prod'], mayLock: true, now };
        const decision = decideProduct(frozen(product), frozen(command), facts);
        product = decision.aggregate;
        return decision.kind === 'refused' ? decision.refusal.rule : null;
      },
      card: () => product.lock!.card,
      shown: () => shownOf(product.lock!),
      later: () => {
        now += 60_000;
      },
      seen: () => JSON.stringify(product.lock),
    };
  },
};

describe.each(Object.entries(PLACES))('a change to the lock %s', (_name, open) => {
  it.each(Object.entries(OF_LOCK))(
    'rule 8: %s, is about the lock that was shown, and no later one',
    (_type, [ask, by]) => {
      const place = open();
      expect(place.do(LOCK, lin)).toBeNull();
      const card = place.card();
      expect(place.do({ type: 'unlock', ownerGone: false, card }, lin)).toBeNull();
      expect(place.do({ ...ask, card }, by)).toBe('notLocked');
      expect(place.do(LOCK, lin)).toBeNull();
      const before = place.seen();
      expect(place.do({ ...ask, card }, by)).toBe(by === lin ? 'ownLock' : 'notLocked');
      expect(place.seen()).toBe(before);
      expect(place.do({ ...ask, card: place.card() }, by)).toBeNull();
    },
  );

  it.each(Object.entries(OF_LOCK))(
    'rule 8: %s, is not about the lock once another owner has it, on the same card',
    (_type, [ask, by]) => {
      const place = open();
      place.do(LOCK, lin);
      const shown = place.shown();
      place.later();
      expect(place.do({ type: 'takeOver', reason: 'mine', forMs: null }, ada)).toBeNull();
      expect(place.card()).toBe(shown.card);
      const before = place.seen();
      expect(place.do({ ...ask, ...shown }, by)).toBe(by === ada ? 'ownLock' : 'notLocked');
      expect(place.seen()).toBe(before);
      // Nor once the same owner has it back.
      place.later();
      place.do({ type: 'handOver', to: lin }, ada);
      expect(place.do({ ...ask, ...shown }, by)).toBe(by === lin ? 'ownLock' : 'notLocked');
      expect(place.do({ ...ask, ...place.shown() }, by)).toBeNull();
    },
  );

  it('rule 8: that of somebody who has left is free to take, and not that of who has it since', () => {
    const place = open();
    const unlock = { type: 'unlock', ownerGone: true, owner: lin.id } as const;
    place.do(LOCK, lin);
    place.do({ type: 'takeOver', reason: 'mine', forMs: null }, mo);
    expect(place.do({ ...unlock, card: place.card() }, ada)).toBe('notLockOwner');
    expect(place.do(unlock, ada)).toBe('notLockOwner');
    expect(place.do({ ...unlock, owner: mo.id }, ada)).toBeNull();
  });
});

import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { A, B, C, frozen, START } from '../../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

/** One product that commands are walked through. */
class Walk {
  product: Product = newProduct('shop');
  now = START;
  sent: string[] = [];
  private commands = 0;

  do(ask: Bare<ProductCommand>): void {
    this.commands += 1;
    const command = { ...ask, id: `c${this.commands}`, actor: ROBOT } as ProductCommand;
    const decision = decideProduct(frozen(this.product), frozen(command), {
      environments: ['shop/integration', 'shop/prod'],
      mayLock: true,
      now: this.now,
    });
    this.product = decision.aggregate;
    this.sent = decision.effects.map(({ to, command: { type } }) => `${type} ${to.id}`);
  }

  look(delivery: string | null, after: string | null = null, pushedBy: string | null = null): void {
    this.do({ type: 'look', delivery: delivery === null ? null : { id: delivery, after, pushedBy } });
  }

  fetched(sha: string | null, asked = this.product.asked): void {
    this.do({ type: 'fetched', sha, branch: 'main', asked });
  }

  carry(): void {
    const { effects, settled, concluded } = this.product;
    const ids = (entries: { id: string }[]) => entries.map(({ id }) => id);
    this.do({ type: 'carried', effects: ids(effects), settled: ids(settled), concluded: ids(concluded) });
  }

  heads(): string[] {
    return this.product.heads.map(({ number, sha }) => `${number}:${sha[0]}`);
  }
}

describe('the head of a branch', () => {
  it('is the fetched commit, numbered as it moves, whatever the payloads say', () => {
    const walk = new Walk();
    walk.look('d1', C, 'lin');
    walk.fetched(A);
    expect(walk.heads()).toEqual(['1:a']);
    expect(walk.sent).toEqual([`requestBuild shop@${A}`]);
    walk.look('d2', B, 'mo');
    walk.fetched(B);
    expect(walk.heads()).toEqual(['1:a', '2:b']);
    expect(walk.sent).toEqual([`requestBuild shop@${B}`, `skipBuild shop@${A}`]);
    expect(walk.product.heads[1]).toMatchObject({ pushedBy: 'mo' });
  });

  it('that did not move is not a new head', () => {
    const walk = new Walk();
    walk.look('d1');
    walk.fetched(A);
    walk.look('d2');
    walk.fetched(A);
    expect(walk.heads()).toEqual(['1:a']);
    expect(walk.sent).toEqual([]);
    expect(walk.product.concluded.at(-1)).toMatchObject({
      id: 'd2',
      outcome: expect.stringContaining('before'),
    });
  });

  it('moved back by force counts as a move like any other', () => {
    const walk = new Walk();
    for (const sha of [A, B, A]) {
      walk.look(null);
      walk.fetched(sha);
    }
    expect(walk.heads()).toEqual(['1:a', '2:b', '3:a']);
    expect(walk.product.effects.map(({ command }) => command)).toContainEqual(
      expect.objectContaining({ type: 'skipBuild', newer: A, head: 3 }),
    );
  });

  it('is not moved back by a fetch that a later one overtook', () => {
    const walk = new Walk();
    walk.look('d1');
    walk.look('d2');
    walk.fetched(B, 2);
    walk.fetched(A, 1);
    expect(walk.heads()).toEqual(['1:b']);
    expect(walk.product).toMatchObject({ looked: 2, asked: 2 });
  });

  it('keeps the last twenty, and keeps counting', () => {
    const walk = new Walk();
    for (let i = 1; i <= 30; i += 1) {
      walk.look(null);
      walk.fetched(i.toString(16).padStart(40, '0'));
      walk.carry();
    }
    expect(walk.product.heads).toHaveLength(20);
    expect(walk.product.heads.at(-1)?.number).toBe(30);
  });
});

describe('a delivery', () => {
  it('ends with the fetch after it: fifty at once need one fetch and one build', () => {
    const walk = new Walk();
    for (let i = 1; i <= 50; i += 1) walk.look(`d${i}`, i === 50 ? A : B, `p${i}`);
    walk.fetched(A, 50);
    expect(walk.product.pending).toEqual([]);
    expect(walk.product.concluded).toHaveLength(50);
    expect(walk.heads()).toEqual(['1:a']);
    expect(walk.product.heads[0]?.pushedBy).toBe('p50');
    walk.carry();
    expect(walk.product).toMatchObject({ concluded: [], wakeAt: null });
  });

  it('that arrives during a fetch waits for the next one', () => {
    const walk = new Walk();
    walk.look('d1');
    walk.look('d2');
    walk.fetched(A, 1);
    expect(walk.product.pending.map(({ id }) => id)).toEqual(['d2']);
    walk.carry();
    expect(walk.product.wakeAt).toBe(0);
    walk.fetched(A, 2);
    expect(walk.product.pending).toEqual([]);
  });

  it('for a branch that does not exist says so', () => {
    const walk = new Walk();
    walk.look('d1');
    walk.fetched(null);
    expect(walk.product.concluded).toEqual([
      { id: 'd1', outcome: 'the branch main does not exist in the repository' },
    ]);
    expect(walk.heads()).toEqual([]);
  });

  it('waits longer each time while the repository cannot be reached, until somebody asks', () => {
    const walk = new Walk();
    walk.look('d1');
    walk.carry();
    const waits = [5_000, 15_000, 60_000, 300_000, 300_000].map((wait) => {
      walk.do({ type: 'fetchFailed', reason: 'no route' });
      walk.carry();
      return (walk.product.wakeAt ?? 0) - walk.now - wait;
    });
    expect(waits).toEqual([0, 0, 0, 0, 0]);
    expect(walk.product.pending).toHaveLength(1);
    walk.look('d2');
    expect(walk.product.fetchError?.notBefore).toBe(walk.now);
    walk.fetched(A);
    expect(walk.product.fetchError).toBeNull();
    expect(walk.product.concluded.map(({ id }) => id)).toEqual(['d1', 'd2']);
  });
});

import fc from 'fast-check';
import { AWAITED_BACKOFF_MS, AWAITED_MS } from '../../../../src/domain/decide/product/awaited.ts';
import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import { nextFetch } from '../../../../src/domain/gates/wake.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { A, B, C, D, frozen, START } from '../../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

/** `A - B - D`, and `C` beside `B`: each with all that it contains. */
const HISTORY: Record<string, string[]> = { [A]: [A], [B]: [A, B], [C]: [A, C], [D]: [A, B, D] };
const COMMITS = Object.keys(HISTORY);

const contains = (head: string, commit: string) => HISTORY[head]!.includes(commit);

/** A forge that shows pushes late and tells of them in order, and who looks at its branch. No time is kept but that of waits. */
class Forge {
  product: Product = newProduct('shop');
  now = START;
  /** All that was pushed; the first `shown` of it can be fetched. */
  readonly pushed: string[] = [A];
  shown = 1;
  heard = 1;
  private commands = 0;
  /** Looks whose fetch is over, and that are not reported yet. */
  private looks: { sha: string; asked: number; contains: string[] }[] = [];
  private readonly saysForced: boolean;

  constructor(saysForced: boolean) {
    this.saysForced = saysForced;
    this.do({ type: 'look', delivery: null });
    this.look();
    this.report(0);
  }

  do(ask: Bare<ProductCommand>): 'accepted' | 'refused' {
    this.commands += 1;
    const command = { ...ask, id: `c${this.commands}`, actor: ROBOT } as ProductCommand;
    const decision = decideProduct(frozen(this.product), frozen(command), {
      environments: ['shop/integration'],
      mayLock: true,
      now: this.now,
    });
    this.product = decision.aggregate;
    return decision.kind;
  }

  push(commit: string): void {
    if (this.pushed.at(-1) !== commit) this.pushed.push(commit);
  }

  show(): void {
    this.shown = Math.min(this.shown + 1, this.pushed.length);
  }

  hear(number = this.heard, again = false): void {
    const after = this.pushed[number];
    if (after === undefined) return;
    if (!again) this.heard += 1;
    const forced = this.saysForced ? !contains(after, this.pushed[number - 1]!) : null;
    this.do({ type: 'look', delivery: { id: `d${number}`, after, pushedBy: null, forced } });
  }

  get visible(): string {
    return this.pushed[this.shown - 1]!;
  }

  /** Fetches, if somebody asked. */
  look(): void {
    const { asked, looked, announced = [] } = this.product;
    if (asked === looked) return;
    const sha = this.visible;
    const afters = announced
      .map(({ after }) => after)
      .filter((after) => after !== sha && contains(sha, after));
    this.looks.push({ sha, asked, contains: afters });
  }

  report(at: number): void {
    const [seen] = this.looks.splice(at % Math.max(1, this.looks.length), 1);
    if (seen) this.do({ type: 'fetched', branch: 'main', ...seen });
  }

  /** Asks what the branch is, when it is time for that; a fetch only where it is another. */
  glance(): void {
    if (this.do({ type: 'glance' }) === 'refused') return;
    if (this.product.heads.at(-1)?.sha !== this.visible) this.do({ type: 'look', delivery: null });
  }

  /** The next time at which there is something to do; false: there is nothing. */
  goOn(): boolean {
    const next = nextFetch(this.product);
    if (next === null) return false;
    this.now = Math.max(this.now, next);
    this.glance();
    this.look();
    while (this.looks.length > 0) this.report(0);
    return true;
  }

  asksFor(): string | undefined {
    return this.product.heads.at(-1)?.sha;
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), what: fc.constantFrom(...COMMITS) }),
  fc.record({ do: fc.constantFrom('hear', 'show', 'look', 'report', 'goOn', 'again'), what: fc.nat(9) }),
);

function take(forge: Forge, { do: doing, what }: { do: string; what: string | number }): void {
  const number = Number(what);
  if (doing === 'push') forge.push(String(what));
  else if (doing === 'hear') forge.hear();
  else if (doing === 'show') forge.show();
  else if (doing === 'look') forge.look();
  else if (doing === 'report') forge.report(number);
  else if (doing === 'goOn') forge.goOn();
  else if (number > 0 && number < forge.heard) forge.hear(number, true);
}

describe('a repository that shows pushes late', () => {
  test('is followed to its end without a poll, even if the branch returns to an earlier commit', () => {
    let late = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.boolean(), (steps, saysForced) => {
        const forge = new Forge(saysForced);
        for (const each of steps) take(forge, each);
        while (forge.heard < forge.pushed.length) forge.hear();
        // Nothing is shown yet of what is late: it is looked for in vain a few times.
        for (let time = 0; time < 5; time += 1) forge.goOn();
        if (forge.shown < forge.pushed.length) late += 1;
        while (forge.shown < forge.pushed.length) {
          forge.show();
          if (forge.shown % 2 === 0) forge.goOn();
        }
        for (let time = 0; time < 200 && forge.goOn(); time += 1);
        expect(forge.asksFor()).toBe(forge.pushed.at(-1));
        expect(forge.product).toMatchObject({ wakeAt: expect.anything(), pending: [] });
      }),
      { numRuns: 600, seed: 20_261_129 },
    );
    expect(late).toBeGreaterThan(100);
  });
});

describe('a push that the repository does not show', () => {
  const unmet = () => {
    const forge = new Forge(true);
    forge.push(B);
    forge.hear();
    forge.goOn();
    return forge;
  };

  it('is looked for at growing intervals, and given up after an hour, with a message', () => {
    const forge = unmet();
    const began = forge.now;
    const waits: number[] = [];
    for (let before = forge.now; forge.goOn(); before = forge.now) waits.push(forge.now - before);
    expect(waits.slice(0, AWAITED_BACKOFF_MS.length)).toEqual(AWAITED_BACKOFF_MS);
    expect(forge.now - began).toBeGreaterThanOrEqual(AWAITED_MS);
    expect(forge.now - began).toBeLessThanOrEqual(AWAITED_MS + 60_000);
    expect(forge.product).toMatchObject({ announced: [], awaits: null, pending: [], unseen: { sha: B } });
    expect(forge.product.concluded).toContainEqual({
      id: 'd1',
      outcome: expect.stringContaining('never shown'),
    });
  });

  it('is no longer mentioned when the branch moves after all', () => {
    const forge = unmet();
    while (forge.goOn());
    forge.show();
    forge.do({ type: 'look', delivery: null });
    forge.goOn();
    expect(forge.asksFor()).toBe(B);
    expect(forge.product.unseen).toBeNull();
  });

  it('is awaited from the beginning when it is announced again', () => {
    const forge = unmet();
    for (let time = 0; time < 5; time += 1) forge.goOn();
    forge.hear(1, true);
    forge.goOn();
    expect(forge.product).toMatchObject({ awaits: { tries: 1 }, announced: [{ delivery: 'd1' }] });
    expect(forge.product.pending).toHaveLength(1);
  });

  it('is over when a later push is there', () => {
    const forge = unmet();
    forge.push(D);
    forge.hear();
    forge.show();
    forge.show();
    forge.goOn();
    expect(forge.asksFor()).toBe(D);
    expect(forge.product).toMatchObject({ awaits: null, pending: [] });
  });

  it('is over when the branch moves on without an announcement', () => {
    const forge = unmet();
    forge.push(D);
    forge.show();
    forge.show();
    forge.goOn();
    forge.goOn();
    expect(forge.asksFor()).toBe(D);
    expect(forge.product).toMatchObject({ awaits: null, pending: [] });
  });
});

test('is looked for by one of several processes', () => {
  const forge = new Forge(true);
  forge.push(B);
  forge.hear();
  forge.goOn();
  forge.now += AWAITED_BACKOFF_MS[0]!;
  expect([1, 2, 3].map(() => forge.do({ type: 'glance' }))).toEqual(['accepted', 'refused', 'refused']);
});

test.each([
  ['older', 0],
  ['newer', 1],
])('ends at the newer of two fetches of one request, even if the %s is reported first', (_which, at) => {
  const forge = new Forge(true);
  forge.push(B);
  forge.do({ type: 'look', delivery: null });
  forge.look();
  forge.show();
  forge.look();
  forge.report(at);
  forge.report(0);
  forge.goOn();
  expect(forge.product.heads.map(({ sha }) => sha)).toEqual([A, B]);
  expect(nextFetch(forge.product)).toBeNull();
});

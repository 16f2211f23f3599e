import { keptArtifacts, type StoredRun } from '../../../src/domain/retention/artifacts.ts';
import { built, commit, keeping, reference, release, stored } from './world.ts';

const DAYS = 365;
const BUILDS_A_DAY = 20;
const MB = 200;

/** A busy product: every build runs in integration, one a day is tested in preprod, and one in three days goes to prod. */
class Product {
  stored: StoredRun[] = [];
  readonly #accepted = { integration: [] as number[], preprod: [] as number[], prod: [] as number[] };
  /** The commit that waits for its approval in prod. */
  #waits = 0;

  build(n: number): void {
    this.stored.push(stored(built(n)));
    this.#accepted.integration.push(n);
    if (n % BUILDS_A_DAY === 7) this.#accepted.preprod.push(n);
    if (n % (3 * BUILDS_A_DAY) === 7) this.#waits = n;
    if (n % (3 * BUILDS_A_DAY) === 47) this.#accepted.prod.push(this.#waits);
  }

  get environments() {
    const { integration, preprod, prod } = this.#accepted;
    const of = (accepted: number[]) => ({
      // The store gives the newest first, and not more than are asked for.
      accepted: accepted.slice(-20),
      deployed: accepted.length === 0 ? null : reference(accepted.at(-1) ?? 0),
    });
    return [
      keeping('integration', 'continuous', of(integration)),
      keeping('preprod', 'approval', of(preprod)),
      keeping('prod', 'approval', { ...of(prod), open: [release(this.#waits, 'prepared')] }),
    ];
  }

  /** What must be whole on any day, whatever else is kept. */
  get needed(): string[] {
    const { integration, preprod, prod } = this.#accepted;
    return [...integration.slice(-2), ...preprod.slice(-10), ...prod.slice(-10), this.#waits].map(commit);
  }
}

test('a year of twenty builds a day, 200 MB each, stays as large as its first weeks', () => {
  const product = new Product();
  const sizes: number[] = [];
  for (let day = 0; day < DAYS; day += 1) {
    for (let n = day * BUILDS_A_DAY; n < (day + 1) * BUILDS_A_DAY; n += 1) {
      product.build(n);
      const verdicts = keptArtifacts(product.stored, product.environments, 20);
      product.stored = verdicts.flatMap((verdict) => ('stays' in verdict ? [verdict.run] : []));
    }
    const whole = product.stored.map(({ build }) => build?.sha);
    expect(whole).toEqual(expect.arrayContaining(product.needed.filter((sha) => sha !== commit(0))));
    sizes.push(product.stored.length * MB);
  }
  const settled = sizes.slice(60);
  // Twenty newest, ten and ten accepted where people approve, one that waits.
  expect(Math.max(...settled)).toBeLessThanOrEqual(41 * MB);
  expect(Math.max(...settled) - Math.min(...settled)).toBeLessThanOrEqual(2 * MB);
});

import fc from 'fast-check';
import { decideBuild } from '../../../../src/domain/decide/build/decide.ts';
import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import { mayStandFor } from '../../../../src/domain/decide/product/head.ts';
import { type Build, newBuild } from '../../../../src/domain/documents/build.ts';
import type { BuildCommand } from '../../../../src/domain/documents/commands/build.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import type { Effect } from '../../../../src/domain/documents/document.ts';
import { newestWanted, newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import { environmentId } from '../../../../src/domain/ids.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { runs } from '../../../support/thorough.ts';
import { frozen, START } from '../../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;
type Fetched = Bare<Extract<ProductCommand, { type: 'fetched' }>>;

const INTEGRATION = environmentId('shop', 'integration');

/** A commit is what it has in `app` and in `lib`, and what else. */
const commitOf = (app: number, lib: number, other: number) => `${app}${lib}${other}`.padEnd(40, '0');
const partOf = (sha: string, part: string) => sha[part === 'app' ? 0 : 1];

/** A branch, the product that follows it, its builds, and what runs. Everything may come late, except that no document forgets. */
class World {
  product: Product = newProduct('shop');
  builds = new Map<string, Build>();
  branch = commitOf(0, 0, 0);
  paths = ['app'];
  runs: { sha: string; head: number } | null = null;
  private looks: Fetched[] = [];
  private effects: Effect[] = [];
  private commands = 0;
  private now = START;

  ask(ask: Bare<ProductCommand>): void {
    const { aggregate, effects } = decideProduct(frozen(this.product), this.command(ask), {
      environments: [],
      mayLock: true,
      now: this.now,
      paths: this.paths,
    });
    this.product = { ...aggregate, effects: [], settled: [], concluded: [] };
    this.effects.push(...effects);
  }

  private command<C>(ask: object): C {
    this.commands += 1;
    this.now += 1_000;
    return { ...ask, id: `c${this.commands}`, actor: ROBOT } as C;
  }

  /** Fetches, and compares; what that found is reported later. */
  look(): void {
    if (this.product.asked === this.product.looked) return;
    const last = newestWanted(this.product);
    const sha = this.branch;
    const mayBe = last && mayStandFor(this.builds.get(last.sha)?.status);
    const changes = !last || this.paths.some((part) => partOf(last.sha, part) !== partOf(sha, part));
    const leftOut = { why: 'paths', since: last?.sha ?? '', paths: this.paths } as const;
    const found = mayBe && this.paths.length > 0 && !changes ? { leftOut } : {};
    this.looks.push({ type: 'fetched', sha, branch: 'main', asked: this.product.asked, ...found });
  }

  report(at: number): void {
    const [found] = this.looks.splice(at % Math.max(1, this.looks.length), 1);
    if (found) this.ask(found);
  }

  /** Hands on what documents owe each other, each in its order. */
  carry(): void {
    const effect = this.effects.shift();
    if (!effect) return;
    const { to, command } = effect;
    if (to.kind === 'builds') this.build(to.id.slice('shop@'.length), command as BuildCommand);
    if (command.type === 'makeRelease' && command.head > (this.runs?.head ?? 0)) {
      this.runs = { sha: command.sha, head: command.head };
    }
  }

  build(sha: string, ask: Bare<BuildCommand>): void {
    const before = this.builds.get(sha) ?? newBuild('shop', sha);
    const lowest = { id: INTEGRATION, mode: 'continuous' } as const;
    const context = { now: this.now, lowest, guardGone: true };
    const { aggregate, effects } = decideBuild(frozen(before), this.command(ask), context);
    this.builds.set(sha, { ...aggregate, effects: [], settled: [] });
    this.effects.push(...effects);
  }

  /** Begins a build that waits, or ends one that runs. */
  work(at: number, fails: boolean): void {
    const busy = [...this.builds.values()].filter(
      ({ status }) => status === 'requested' || status === 'building',
    );
    const build = busy[at % Math.max(1, busy.length)];
    if (!build) return;
    const { sha, status, attempts } = build;
    if (status === 'requested') {
      this.build(sha, { type: 'beginBuild', worker: 'w', leaseUntil: Number.MAX_SAFE_INTEGER });
    } else {
      const how = { kind: 'exit', code: 1 } as const;
      const outcome = fails
        ? ({ kind: 'failed', step: 'build', command: 'make', how } as const)
        : ({ kind: 'succeeded' } as const);
      this.build(sha, { type: 'reportBuild', attempt: attempts, outcome, log: '' });
    }
  }

  /** Until there is nothing left to do. */
  settle(): void {
    this.ask({ type: 'look', delivery: null });
    for (let rounds = 0; rounds < 200; rounds += 1) {
      this.look();
      while (this.looks.length > 0) this.report(0);
      while (this.effects.length > 0) this.carry();
      this.work(0, false);
    }
  }
}

const digit = fc.nat(2);
const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), app: digit, lib: digit, other: digit }),
  fc.record({
    do: fc.constantFrom('look', 'report', 'carry', 'carry', 'work', 'fail', 'hear'),
    at: fc.nat(5),
  }),
  fc.record({
    do: fc.constant('configure' as const),
    paths: fc.constantFrom(['app'], ['lib'], ['app', 'lib'], [] as string[]),
  }),
);

test('whatever is left out, what runs in the end is the branch, as far as paths name it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const world = new World();
      for (const one of steps) {
        if (one.do === 'push') {
          world.branch = commitOf(one.app, one.lib, one.other);
          world.ask({ type: 'look', delivery: null });
        } else if (one.do === 'configure') world.paths = one.paths;
        else if (one.do === 'look') world.look();
        else if (one.do === 'report') world.report(one.at);
        else if (one.do === 'carry') world.carry();
        else if (one.do === 'hear') world.ask({ type: 'look', delivery: null });
        else world.work(one.at, one.do === 'fail');
      }
      world.settle();
      const wanted = newestWanted(world.product)!;
      // People are told of a build that failed, and the next push is built whatever it changes.
      fc.pre(world.builds.get(wanted.sha)?.status !== 'failed');
      for (const part of world.paths) {
        expect(partOf(world.runs!.sha, part)).toBe(partOf(world.branch, part));
      }
    }),
    { numRuns: runs(2_000) },
  );
});

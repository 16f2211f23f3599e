import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { newestWanted, newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import type { PushRequest } from '../../../../src/domain/documents/values/build/run.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { A, B, C, D, frozen, START } from '../../support/support.ts';

const PATHS = ['apps/shop'];

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

/** A product with `paths`; each fetch says whether its head changes them since the newest one that was not left out. */
class Walk {
  product: Product = newProduct('shop');
  paths = PATHS;
  now = START;
  sent: string[] = [];
  pushes: PushRequest[] = [];

  do(ask: Bare<ProductCommand>): void {
    const id = `c${this.product.revision}`;
    const decision = decideProduct(
      frozen(this.product),
      frozen({ ...ask, id, actor: ROBOT } as ProductCommand),
      {
        environments: [],
        mayLock: true,
        now: this.now,
        paths: this.paths,
      },
    );
    this.product = decision.aggregate;
    this.pushes = decision.effects.flatMap(({ command }) =>
      command.type === 'requestBuild' && command.push ? [command.push] : [],
    );
    this.sent = decision.effects.map(({ to, command }) => {
      const push = command.type === 'requestBuild' ? command.push : null;
      return `${command.type}${push?.leftOut ? ' left out' : ''} ${to.id.slice(0, 6)}`;
    });
  }

  head(sha: string, changes: boolean, since = newestWanted(this.product)?.sha): void {
    this.do({ type: 'look', delivery: { id: `d${this.product.asked}`, after: sha, pushedBy: null } });
    const leftOut =
      changes || since === undefined ? {} : { leftOut: { why: 'paths', since, paths: this.paths } as const };
    this.do({ type: 'fetched', sha, branch: 'main', asked: this.product.asked, ...leftOut });
  }
}

describe('a head that changes nothing that paths names', () => {
  let walk: Walk;
  beforeEach(() => {
    walk = new Walk();
    walk.head(A, false);
  });

  it('is recorded, and its build is told why it is not needed', () => {
    expect(walk.sent).toEqual(['requestBuild shop@a']);
    walk.head(B, false);
    expect(walk.sent).toEqual(['requestBuild left out shop@b']);
    expect(walk.product.heads.at(-1)).toMatchObject({
      number: 2,
      sha: B,
      leftOut: { why: 'paths', since: A, paths: PATHS },
    });
    expect(walk.product.concluded.at(-1)?.outcome).toMatch(/not built.*since a+$/);
  });

  it('does not keep the build before it from beginning; a head that is built does', () => {
    walk.head(B, true);
    expect(walk.sent).toEqual(['requestBuild shop@b', 'skipBuild shop@a']);
    walk.head(C, false);
    expect(walk.sent).toEqual(['requestBuild left out shop@c']);
    walk.head(D, true);
    expect(walk.sent).toEqual(['requestBuild shop@d', 'skipBuild shop@b']);
  });

  it('is built if it was compared with another head than the newest one that was not left out', () => {
    walk.head(B, true);
    walk.head(C, false, A);
    expect(walk.sent).toEqual(['requestBuild shop@c', 'skipBuild shop@b']);
  });

  it('never makes the one forgotten that later heads are compared with', () => {
    for (let number = 2; number <= 60; number += 1) {
      walk.head(number.toString(16).padStart(40, '0'), false);
      walk.do({ type: 'look', delivery: null });
      walk.product.effects = [];
    }
    expect(newestWanted(walk.product)?.sha).toBe(A);
    expect(walk.product.heads).toHaveLength(21);
    walk.head(B, true);
    expect(walk.product.heads).toHaveLength(20);
  });

  it('is not part of a burst, and begins none', () => {
    walk.now += 60_000;
    walk.head(B, false);
    walk.now += 1_000;
    walk.head(C, true);
    expect(walk.pushes[0]).not.toHaveProperty('burst');
    walk.now += 1_000;
    walk.head(D, false);
    expect(walk.pushes[0]).not.toHaveProperty('burst');
  });

  it.each<[string, string[], boolean, string[]]>([
    ['it is built if it changes those', ['libs'], true, ['requestBuild shop@b', 'skipBuild shop@a']],
    [
      'the reason is a new one if it changes none of those',
      ['libs'],
      false,
      ['requestBuild left out shop@b'],
    ],
    ['it is built if there are none any more', [], true, ['requestBuild shop@b', 'skipBuild shop@a']],
    ['nothing happens if they are the same', PATHS, true, []],
  ])('is looked at anew when paths are others: %s', (_what, paths, changes, sent) => {
    walk.head(B, false);
    walk.paths = paths;
    walk.head(B, changes);
    expect(walk.sent).toEqual(sent);
    expect(walk.product.heads.map(({ number }) => number)).toEqual([1, 2]);
    const leftOut = walk.product.heads.at(-1)?.leftOut;
    expect(leftOut?.why === 'paths' ? leftOut.paths : undefined).toEqual(
      paths === PATHS ? PATHS : changes ? undefined : paths,
    );
  });

  it('leaves one that is built already alone when paths are others', () => {
    walk.head(B, true);
    walk.paths = ['libs'];
    walk.head(B, false);
    expect(walk.sent).toEqual([]);
  });
});

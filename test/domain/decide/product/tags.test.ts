import { decideProduct } from '../../../../src/domain/decide/product/decide.ts';
import {
  type FoundTag,
  hasMoved,
  newestTag,
  seenTags,
  shownTags,
} from '../../../../src/domain/decide/product/tags.ts';
import type { ProductCommand } from '../../../../src/domain/documents/commands/product.ts';
import { newProduct, type Product } from '../../../../src/domain/documents/product.ts';
import type { LeftOut, PushRequest } from '../../../../src/domain/documents/values/build/run.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { A, B, C, D, frozen, START } from '../../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

const GLOB = 'v*';

/** A repository's tags, and a product that follows them. */
class Walk {
  product: Product = newProduct('shop');
  tags = new Map<string, FoundTag>();
  pushes: PushRequest[] = [];
  sent: string[] = [];
  now = START;

  do(ask: Bare<ProductCommand>): void {
    const command = { ...ask, id: `c${this.product.revision}`, actor: ROBOT } as ProductCommand;
    const context = { environments: [], mayLock: true, now: this.now };
    const decision = decideProduct(frozen(this.product), frozen(command), context);
    this.product = decision.aggregate;
    this.pushes = decision.effects.flatMap(({ command }) =>
      command.type === 'requestBuild' && command.push ? [command.push] : [],
    );
    this.sent = decision.effects.map(({ to, command: { type } }) => `${type} ${to.id.slice(0, 6)}`);
  }

  tag(name: string, sha: string, at = START): void {
    this.tags.set(name, { name, sha, at, isCommit: true });
  }

  hear(tag: string, after: string): void {
    this.do({ type: 'look', delivery: { id: `hook ${tag}`, after, pushedBy: 'lin', tag } });
  }

  /** What a fetch reports; `leftOut`: what it finds of the newest. */
  look(leftOut?: LeftOut, glob = GLOB): void {
    if (this.product.asked === this.product.looked) this.do({ type: 'look', delivery: null });
    const found = [...this.tags.values()];
    const newest = newestTag(this.product, glob, found);
    const { sha = null, ...tag } = newest ?? { name: '' };
    this.do({
      type: 'fetched',
      sha,
      branch: newest?.name ?? `tags ${glob}`,
      asked: this.product.asked,
      contains: shownTags(this.product, found),
      tags: seenTags(this.product, glob, found, newest),
      ...(newest ? { tag } : {}),
      leftOut,
    });
  }

  heads = () => this.product.heads.map(({ sha, tag }) => `${tag?.name}:${sha[0]}`);
  outcomes = () => Object.fromEntries(this.product.concluded.map(({ id, outcome }) => [id, outcome]));
}

describe('tags', () => {
  let walk: Walk;
  beforeEach(() => {
    walk = new Walk();
    walk.tag('v1', A);
  });

  it('that are there at the first look are no heads, and neither are they when others are followed', () => {
    walk.look();
    expect(walk.heads()).toEqual([]);
    expect(walk.product.missing ?? null).toBeNull();
    walk.tag('release-1', B);
    walk.look(undefined, 'release-*');
    expect(walk.heads()).toEqual([]);
    walk.tag('release-2', C);
    walk.look(undefined, 'release-*');
    expect(walk.heads()).toEqual(['release-2:c']);
  });

  it('that were pushed just before the first look are new when their webhook comes, as no webhook tells of older ones', () => {
    walk.look();
    walk.hear('v1', A);
    walk.look();
    expect(walk.heads()).toEqual(['v1:a']);
    walk.hear('v1', A);
    walk.look();
    expect(walk.heads()).toEqual(['v1:a']);
  });

  it('that a webhook announced before the first look are new', () => {
    walk.tag('v2', B);
    walk.hear('v2', B);
    walk.look();
    expect(walk.heads()).toEqual(['v2:b']);
    expect(walk.outcomes()).toEqual({ 'hook v2': `build of ${B}, head 1` });
  });

  it('that are new or have moved are heads, deleted ones change nothing, and one that comes back is new', () => {
    walk.look();
    walk.tag('v2', B);
    walk.look();
    expect(walk.pushes).toMatchObject([{ branch: 'v2', tag: { name: 'v2' } }]);
    walk.tag('v1', C);
    walk.look();
    expect(walk.pushes).toMatchObject([{ branch: 'v1', tag: { name: 'v1', from: A } }]);
    expect(walk.sent).toContain('skipBuild shop@b');
    walk.tags.delete('v2');
    walk.look();
    expect(walk.heads()).toEqual(['v2:b', 'v1:c']);
    walk.tag('v2', B);
    walk.look();
    expect(walk.heads()).toEqual(['v2:b', 'v1:c', 'v2:b']);
  });

  it('on the commit of the newest head are no new head', () => {
    walk.look();
    walk.tag('v2-rc', B);
    walk.look();
    walk.tag('v2', B);
    walk.hear('v2', B);
    walk.look();
    expect(walk.heads()).toEqual(['v2-rc:b']);
    expect(walk.outcomes()).toEqual({ 'hook v2': `${B} was seen before, as head 1` });
  });

  it('that are seen at once count by arrival, then by age, then by name', () => {
    walk.look();
    walk.tag('v1.9', B, START + 1);
    walk.tag('v1.10', C, START + 1);
    walk.tag('v1.8', D, START);
    walk.look();
    expect(walk.heads()).toEqual(['v1.10:c']);
    walk.tag('v2', D, START + 9);
    walk.tag('v1.11', B, START + 2);
    walk.tag('v1.12', A, START + 3);
    walk.hear('v1.12', A);
    walk.hear('v1.11', B);
    walk.look();
    expect(walk.heads()).toEqual(['v1.10:c', 'v1.11:b']);
    expect(walk.product.heads.at(-1)).toMatchObject({ pushedBy: 'lin' });
    expect(walk.outcomes()).toEqual({
      'hook v1.11': `build of ${B}, head 2`,
      'hook v1.12': 'seen together with v1.11, which is newer',
    });
  });

  describe('that a look sees before their webhook comes, beside one that was announced', () => {
    beforeEach(() => {
      walk.look();
      walk.tag('v2', B);
      walk.tag('v3', C);
      walk.tag('v4', D);
      walk.hear('v2', B);
      walk.look();
      expect(walk.heads()).toEqual(['v2:b']);
    });

    it('are new when it comes', () => {
      walk.hear('v3', C);
      walk.look();
      walk.look();
      walk.hear('v4', D);
      walk.look();
      walk.look();
      expect(walk.heads()).toEqual(['v2:b', 'v3:c', 'v4:d']);
      expect(walk.outcomes()).toMatchObject({ 'hook v4': `build of ${D}, head 3` });
    });

    it('are new once, and count by arrival', () => {
      walk.hear('v4', D);
      walk.hear('v3', C);
      walk.look();
      walk.hear('v4', D);
      walk.look();
      expect(walk.heads()).toEqual(['v2:b', 'v3:c']);
    });

    it('are not when something newer has come first', () => {
      walk.tag('v5', A);
      walk.look();
      walk.hear('v4', D);
      walk.look();
      expect(walk.heads()).toEqual(['v2:b', 'v5:a']);
    });
  });

  it('that moved before the webhook about it came are new when it comes', () => {
    walk.hear('v1', A);
    walk.look();
    walk.tag('v1', D);
    walk.tag('v2', B);
    walk.hear('v2', B);
    walk.look();
    walk.do({ type: 'look', delivery: { id: 'moved', after: D, pushedBy: 'lin', tag: 'v1' } });
    walk.look();
    expect(walk.heads()).toEqual(['v1:a', 'v2:b', 'v1:d']);
  });

  it('whose webhooks come after a poll are not built again, in whatever order these come', () => {
    walk.look();
    walk.tag('v2', B);
    walk.tag('v3', C, START + 1);
    walk.look();
    walk.hear('v3', C);
    walk.hear('v2', B);
    walk.look();
    expect(walk.heads()).toEqual(['v3:c']);
  });

  it('that are gone are noticed, so that they are new when they come back', () => {
    walk.look();
    expect(hasMoved(walk.product, GLOB, [...walk.tags.values()])).toBe(false);
    expect(hasMoved(walk.product, GLOB, [])).toBe(true);
  });

  it('on an old commit are told, and take the place of no build', () => {
    walk.look();
    walk.tag('v2', B);
    walk.look();
    walk.tag('v1.1', A);
    walk.look({ why: 'old', of: B });
    expect(walk.sent).toEqual(['requestBuild shop@a']);
    expect(walk.pushes).toMatchObject([{ leftOut: { why: 'old', of: B }, tag: { name: 'v1.1' } }]);
    walk.tag('v3', C);
    walk.look();
    expect(walk.sent).toEqual(['requestBuild shop@c', 'skipBuild shop@b']);
  });

  it('on a commit that was too old for the last tag are decided anew: it may have been rolled back to', () => {
    walk.look();
    walk.tag('v2', B);
    walk.look();
    walk.tag('v1.1', A);
    walk.look({ why: 'old', of: B });
    walk.tag('v1.2', A);
    walk.hear('v1.2', A);
    walk.look();
    expect(walk.heads()).toEqual(['v2:b', 'v1.1:a', 'v1.2:a']);
    expect(walk.sent).toEqual(['requestBuild shop@a', 'skipBuild shop@b']);
    expect(walk.outcomes()).toEqual({ 'hook v1.2': `build of ${A}, head 3` });
  });

  it('that webhooks announce are awaited until they are there, whatever becomes of them then', () => {
    walk.look();
    walk.hear('v2', B);
    walk.look();
    expect(walk.product.awaits).not.toBeNull();
    expect(walk.product.pending).toHaveLength(1);
    walk.tag('v2', B);
    walk.look();
    expect(walk.product).toMatchObject({ awaits: null, pending: [] });
    walk.tags.delete('v2');
    walk.look();
    expect(walk.product.awaits).toBeNull();
  });

  it('that webhooks announced before one that is there already are awaited all the same: each tag comes by itself', () => {
    walk.look();
    walk.hear('v2', B);
    walk.hear('v3', C);
    walk.tag('v3', C);
    walk.look();
    expect(walk.heads()).toEqual(['v3:c']);
    expect(walk.product.awaits).not.toBeNull();
    expect(walk.outcomes()).toEqual({ 'hook v3': `build of ${C}, head 1` });
    walk.tag('v2', B);
    walk.look();
    // It came before the one that is built.
    expect(walk.heads()).toEqual(['v3:c']);
    expect(walk.product).toMatchObject({ awaits: null, pending: [] });
    walk.look();
    expect(walk.heads()).toEqual(['v3:c']);
    walk.tag('v2', D);
    walk.do({ type: 'look', delivery: { id: 'moved', after: D, pushedBy: 'lin', tag: 'v2' } });
    walk.look();
    expect(walk.heads()).toEqual(['v3:c', 'v2:d']);
  });

  it('that moved again before they were seen are awaited no more', () => {
    walk.look();
    walk.do({ type: 'look', delivery: { id: 'first', after: B, pushedBy: 'lin', tag: 'v2' } });
    walk.do({ type: 'look', delivery: { id: 'second', after: C, pushedBy: 'lin', tag: 'v2' } });
    walk.tag('v2', C);
    walk.look();
    expect(walk.product).toMatchObject({ awaits: null, pending: [] });
    expect(walk.heads()).toEqual(['v2:c']);
  });

  it('on something else than a commit are none', () => {
    walk.look();
    walk.tags.set('v-tree', { name: 'v-tree', sha: D, at: START + 9, isCommit: false });
    walk.look();
    expect(walk.heads()).toEqual([]);
    expect(hasMoved(walk.product, GLOB, [...walk.tags.values()])).toBe(false);
  });

  it('are forgotten when a branch is followed again', () => {
    walk.look();
    walk.do({ type: 'look', delivery: null });
    walk.do({ type: 'fetched', sha: B, branch: 'main', asked: walk.product.asked });
    expect(walk.product).not.toHaveProperty('tags');
    walk.tag('v9', C);
    walk.look();
    expect(walk.heads()).toEqual(['undefined:b']);
  });
});

test.each(['__proto__', 'constructor', 'v1.2', 'v$1', 'apps/shop/v1'])('a tag may be called %s', (name) => {
  const product = newProduct('shop');
  product.tags = { glob: '**', seen: [] };
  const found = { name, sha: A, at: 1, isCommit: true };
  expect(newestTag(product, '**', [found])).toEqual({ name, sha: A });
  product.tags.seen = [{ name, sha: B }];
  expect(newestTag(product, '**', [found])).toEqual({ name, sha: A, from: B });
  product.tags.seen = [{ name, sha: A }];
  expect(newestTag(product, '**', [found])).toBeNull();
});

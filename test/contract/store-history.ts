import type { Release } from '../../src/domain/documents/values/release.ts';
import { environmentId, releaseId } from '../../src/domain/ids.ts';
import { ROBOT } from '../../src/domain/people/people.ts';
import type { Store } from '../../src/ports/store.ts';
import { acceptance, audit, released } from './samples.ts';

/** The part of the store's contract that is about what is kept for ever. `fresh`: a name nobody has used. */
export function historyContract(open: () => Store, fresh: () => string): void {
  describe('history', () => {
    let store: Store;
    beforeAll(() => {
      store = open();
    });

    test('an audit record is added once and never changes', async () => {
      const [first, second] = [fresh(), fresh()];
      expect(await store.findAudit(first)).toBeNull();
      await store.addAudit([]);
      await store.addAudit([audit(first, { reason: 'a\u0000b' })]);
      await store.addAudit([audit(first, { reason: 'another' }), audit(second)]);
      expect(await store.findAudit(first)).toEqual(audit(first, { reason: 'a\u0000b' }));
      expect(await store.findAudit(second)).toEqual(audit(second));
    });

    test('audit records are ordered by time and id, in pages, for one product or all', async () => {
      const [product, other] = [fresh(), fresh()];
      const at = 1_800_000_000_000;
      const record = (id: string, later: number, of = product) =>
        audit(`${product}-${id}`, { product: of, at: at + later });
      const [b, a, d, c] = [record('b', 1), record('a', 1), record('d', 3), record('c', 1)];
      const theirs = record('e', 2, other);
      await store.addAudit([d, c, theirs, b, a]);
      const of = { product, since: 0 };
      expect(await store.audits(of, null, 10)).toEqual([a, b, c, d]);
      expect(await store.audits(of, null, 2)).toEqual([a, b]);
      expect(await store.audits(of, b, 2)).toEqual([c, d]);
      expect(await store.audits(of, d, 2)).toEqual([]);
      expect(await store.audits(of, null, 0)).toEqual([]);
      expect(await store.audits({ product, since: at + 2 }, null, 10)).toEqual([d]);
      expect(await store.audits({ product, since: at + 3 }, b, 10)).toEqual([d]);
      expect(await store.audits({ product: null, since: at }, b, 10)).toEqual([c, theirs, d]);
      expect(await store.audits({ product: fresh(), since: 0 }, null, 10)).toEqual([]);
    });

    test('releases of one commit, or of one kind, are listed newest first', async () => {
      const [environment, other] = [environmentId(fresh(), 'prod'), environmentId(fresh(), 'prod')];
      const sha = 'b'.repeat(40);
      const of = (number: number, changes: Partial<Release>, where = environment) => {
        const record = released(where, number, 1);
        return { ...record, release: { ...record.release, ...changes } };
      };
      const [first, second] = [of(1, { sha }), of(2, { sha, kind: 'rollback' })];
      const [third, tenth] = [of(3, {}), of(10, { sha })];
      await store.putReleases([second, tenth, third, first, of(11, { sha, kind: 'rollback' }, other)]);
      expect(await store.releasesBy(environment, { sha }, 10)).toEqual([tenth, second, first]);
      expect(await store.releasesBy(environment, { sha }, 1)).toEqual([tenth]);
      expect(await store.releasesBy(environment, { kind: 'rollback' }, 10)).toEqual([second]);
      expect(await store.releasesBy(environment, { sha: 'c'.repeat(40) }, 10)).toEqual([]);
    });

    test('the newest revision of a release is kept, in whatever order revisions arrive', async () => {
      const environment = environmentId(fresh(), 'prod');
      await store.putReleases([]);
      await store.putReleases([released(environment, 1, 5, 'five')]);
      await store.putReleases([released(environment, 1, 4, 'four')]);
      expect((await store.findRelease(releaseId(environment, 1)))?.release.note).toBe('five');
      await store.putReleases([released(environment, 1, 6, 'six'), released(environment, 1, 5, 'again')]);
      expect(await store.findRelease(releaseId(environment, 1))).toEqual(released(environment, 1, 6, 'six'));
      expect(await store.findRelease(releaseId(environment, 2))).toBeNull();
    });

    test('releases of one environment are listed newest first, in pages', async () => {
      const [environment, other] = [environmentId(fresh(), 'prod'), environmentId(fresh(), 'prod')];
      const records = [9, 10, 11, 100].map((number) => released(environment, number, 1));
      await store.putReleases([...records, released(other, 50, 1)]);
      const newest = [...records].reverse();
      expect(await store.releases(environment, null, 2)).toEqual(newest.slice(0, 2));
      expect(await store.releases(environment, 11, 10)).toEqual(newest.slice(2));
      expect(await store.releases(environment, 9, 10)).toEqual([]);
    });

    test('the newest revision of an acceptance is kept, and revoked ones are not listed', async () => {
      const environment = environmentId(fresh(), 'prod');
      const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
      await store.putAcceptances([acceptance(environment, a, { revision: 2, at: 1_000 })]);
      await store.putAcceptances([
        acceptance(environment, b, { at: 3_000 }),
        acceptance(environment, c, { at: 2_000 }),
        acceptance(environmentId(fresh(), 'prod'), a, { at: 9_000 }),
      ]);
      const shas = async (limit: number) =>
        (await store.acceptances(environment, limit)).map(({ sha }) => sha);
      expect(await shas(10)).toEqual([b, c, a]);
      expect(await shas(1)).toEqual([b]);

      const revoked = acceptance(environment, b, {
        revision: 4,
        revoked: { at: 4_000, by: ROBOT, release: 2 },
      });
      await store.putAcceptances([revoked]);
      await store.putAcceptances([acceptance(environment, b, { revision: 3, at: 5_000 })]);
      expect(await store.findAcceptance(environment, b)).toEqual(revoked);
      expect(await shas(10)).toEqual([c, a]);

      await store.putAcceptances([acceptance(environment, a, { revision: 5, at: 6_000 })]);
      expect(await shas(10)).toEqual([a, c]);
      expect(await store.findAcceptance(environment, 'd'.repeat(40))).toBeNull();
    });
  });
}

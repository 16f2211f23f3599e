import { environmentId, releaseId } from '../../src/domain/names.ts';
import { ROBOT } from '../../src/domain/people.ts';
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

    test('of a release the state of the newest revision is kept, whichever comes last', async () => {
      const environment = environmentId(fresh(), 'prod');
      await store.putReleases([]);
      await store.putReleases([released(environment, 1, 5, 'five')]);
      await store.putReleases([released(environment, 1, 4, 'four')]);
      expect((await store.findRelease(releaseId(environment, 1)))?.release.note).toBe('five');
      await store.putReleases([released(environment, 1, 6, 'six'), released(environment, 1, 5, 'again')]);
      expect(await store.findRelease(releaseId(environment, 1))).toEqual(released(environment, 1, 6, 'six'));
      expect(await store.findRelease(releaseId(environment, 2))).toBeNull();
    });

    test('releases come newest first, in pages, of one environment', async () => {
      const [environment, other] = [environmentId(fresh(), 'prod'), environmentId(fresh(), 'prod')];
      const records = [9, 10, 11, 100].map((number) => released(environment, number, 1));
      await store.putReleases([...records, released(other, 50, 1)]);
      const newest = [...records].reverse();
      expect(await store.releases(environment, null, 2)).toEqual(newest.slice(0, 2));
      expect(await store.releases(environment, 11, 10)).toEqual(newest.slice(2));
      expect(await store.releases(environment, 9, 10)).toEqual([]);
    });

    test('of an acceptance the newest revision is kept, and a revoked one is not listed', async () => {
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

import { renameSync } from 'node:fs';
import { build } from '../../../src/flow/pipeline/build.ts';
import { deploy } from '../../../src/flow/pipeline/deploy.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { watchRecords } from '../../../src/flow/records/trouble.ts';
import { writeRecord } from '../../../src/flow/records/write-record.ts';
import { type Store, StoreError } from '../../../src/ports/store.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { recordsIn } from '../../support/repositories/records.ts';
import { QUICK } from '../../support/timing.ts';
import { openStage, requestBuild, type Stage } from '../support.ts';
import { entry, Scene, shaOf, whenRead } from './scene.ts';

let stage: Stage;
let records: TemporaryRepository;
let scenes = 0;
let scene: Scene;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  records = temporaryRepository();
  stage.services.settings.products[0]!.records = recordsIn(records, { tags: true });
}, 60_000);
afterAll(async () => {
  await stage.close();
  records.cleanup();
});
beforeEach(() => {
  scenes += 1;
  scene = new Scene(stage, records, `e${scenes}`);
});

const tags = () => scene.git('tag', '--list', `${scene.id}/*`).split('\n').filter(Boolean);

test('a deploy and its acceptance are recorded by whoever decides them', async () => {
  const sha = stage.repository.commit({ 'a.txt': 'a' }, 'First');
  stage.repository.push();
  const id = await requestBuild(stage.services, sha);
  await build(stage.services, id);
  await dispatchEffects(stage.services, { kind: 'builds', id });
  const environment = 'shop/integration';
  await deploy(stage.services, environment);
  expect(await stage.services.store.load('records', environment)).toBeNull();
  await dispatchEffects(stage.services, { kind: 'environments', id: environment });
  await writeRecord(stage.services, environment);
  const stored = await stage.services.store.load('environments', environment);
  const { at } = stored!.deployed!;
  const said = {
    commit: sha,
    ref: 'main',
    release: 'integration#1',
    by: 'Slipway',
    at: new Date(at).toISOString(),
  };
  expect(scene.file('shop/integration.json')).toEqual({ Commit: sha, deployed: said, accepted: said });
});

test('its commit is by Slipway, and names the release and who approved it', async () => {
  await scene.has(1);
  await scene.write();
  expect(scene.file()).toEqual({ Commit: shaOf(1), deployed: entry(scene.name, 1), accepted: null });
  expect(scene.git('log', '-1', '--format=%an %cn%n%B', 'main')).toBe(
    `Slipway Slipway\n${scene.id}: 1111111 deployed\n\nSlipway-Release: ${scene.name}#1\nApproved-by: Lin <U2>`,
  );
  const trailers = scene.git('log', '-1', '--format=%(trailers:key=Approved-by,valueonly)', 'main');
  expect(trailers).toBe('Lin <U2>');
  expect(tags()).toEqual([]);
  await scene.has(1, 1);
  await scene.write();
  expect(scene.file()).toMatchObject({ accepted: entry(scene.name, 1) });
  expect(scene.subjects()).toEqual(['1111111 accepted', '1111111 deployed']);
});

test('rule 43: an acceptance has a tag, which is made once and never moves', async () => {
  await scene.has(1, 1);
  await scene.write();
  const where = scene.git('rev-parse', 'main');
  expect(scene.git('rev-parse', `${scene.id}/1^{commit}`)).toBe(where);
  expect(scene.git('cat-file', '-t', `refs/tags/${scene.id}/1`)).toBe('tag');
  await scene.has(2, 1);
  await scene.write();
  await scene.has(2, 2);
  await scene.write();
  // The acceptance of 2 was revoked.
  await scene.has(2, 1, { status: 'faulty' });
  await scene.write();
  expect(scene.file()).toMatchObject({ Commit: shaOf(2), accepted: entry(scene.name, 1) });
  expect(scene.git('rev-parse', `${scene.id}/1^{commit}`)).toBe(where);
  expect(tags()).toEqual([`${scene.id}/1`, `${scene.id}/2`]);
  expect(scene.subjects()).toEqual([
    '2222222 found faulty',
    '2222222 accepted',
    '2222222 deployed',
    '1111111 accepted',
  ]);
});

test('a lost race is pushed anew on top of what others pushed', async () => {
  await scene.has(1);
  // Read a second time for the push, after the fetch.
  await scene.write(scene.process(whenRead(2, async () => scene.others({ 'theirs.txt': scene.name }))));
  expect(scene.file()).toMatchObject({ Commit: shaOf(1) });
  expect(scene.git('show', 'main:theirs.txt')).toBe(scene.name);
  expect(scene.subjects()).toEqual(['1111111 deployed']);
});

test('rule 43: who was held up replaces nothing newer', async () => {
  await scene.has(1);
  const slow = scene.process(
    whenRead(2, async () => {
      await scene.has(2);
      stage.clock.aheadMs += QUICK.recordClaimMs;
      await scene.write();
      expect(scene.file()).toMatchObject({ Commit: shaOf(2) });
    }),
  );
  await scene.write(slow);
  expect(scene.file()).toMatchObject({ Commit: shaOf(2) });
  expect(scene.subjects()).toEqual(['2222222 deployed']);
  expect(await scene.record()).toMatchObject({ wanted: 2, written: 2 });
});

test('rule 43: a process that is killed after its push costs no second commit, and no second tag', async () => {
  await scene.has(1, 1);
  const dies = (real: Store): Store =>
    new Proxy(real, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        if (key !== 'save') return member.bind(target);
        const save: Store['save'] = async (kind, document) => {
          if (kind === 'records' && 'claim' in document && document.claim === null)
            throw new StoreError('the process is gone');
          return target.save(kind, document);
        };
        return save;
      },
    });
  await expect(scene.write(scene.process(dies))).rejects.toThrow(StoreError);
  const head = scene.git('rev-parse', 'main');
  expect(await scene.record()).toMatchObject({ written: 0 });
  await scene.writeLater();
  expect(scene.git('rev-parse', 'main')).toBe(head);
  expect(await scene.record()).toMatchObject({ written: 1, claim: null });
});

test('rule 43: a repository that is away is told of, delays nothing, and has the last state when it is back', async () => {
  const { services } = stage;
  renameSync(records.url, `${records.url}.away`);
  await scene.has(1);
  await scene.write();
  await scene.has(2, 2);
  await scene.write();
  expect(await scene.record()).toMatchObject({
    failures: 2,
    written: 0,
    claim: null,
    failed: { lasting: true },
  });
  await watchRecords(services);
  expect(services.troubles.list('shop')).toMatchObject([
    { says: `what runs is not recorded in ${records.url}: no such repository` },
  ]);
  renameSync(`${records.url}.away`, records.url);
  await scene.writeLater();
  expect(scene.subjects()).toEqual(['2222222 accepted']);
  expect(tags()).toEqual([`${scene.id}/2`]);
  await watchRecords(services);
  expect(services.troubles.list('shop')).toEqual([]);
});

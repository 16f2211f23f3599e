import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRecords } from '../../../src/flow/records/start-records.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { recordsIn } from '../../support/repositories/records.ts';
import { openStage, type Stage } from '../support.ts';
import { entry, Scene, shaOf, whenRead } from './scene.ts';

let stage: Stage;
let records: TemporaryRepository;
let scenes = 0;
let scene: Scene;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  records = temporaryRepository();
  stage.services.settings.products[0]!.records = recordsIn(records);
}, 60_000);
afterAll(async () => {
  await stage.close();
  records.cleanup();
});
beforeEach(() => {
  scenes += 1;
  scene = new Scene(stage, records, `e${scenes}`);
});

const product = () => stage.services.settings.products[0]!;
const start = () => startRecords(stage.services, product(), { configured: [scene.id], retired: [] });

test('what changes before the push is what is pushed', async () => {
  await scene.has(1);
  await scene.write(scene.process(whenRead(1, () => scene.has(2))));
  expect(scene.subjects()).toEqual(['2222222 deployed']);
  expect(await scene.record()).toMatchObject({ wanted: 2, written: 1, wakeAt: 0 });
  await scene.write();
  expect(scene.subjects()).toEqual(['2222222 deployed']);
  expect(await scene.record()).toMatchObject({ written: 2 });
});

test('what others change is set right, and what is theirs is kept', async () => {
  await scene.has(1, 1);
  await scene.write();
  const path = `shop/${scene.name}.json`;
  scene.others({ [path]: JSON.stringify({ ...scene.file(), Commit: shaOf(9), theirs: { deep: [1] } }) });
  // An hour later.
  await scene.writeLater();
  expect(scene.file()).toEqual({
    Commit: shaOf(1),
    deployed: entry(scene.name, 1),
    accepted: entry(scene.name, 1),
    theirs: { deep: [1] },
  });
  expect(scene.subjects()[0]).toBe('1111111 runs, as Slipway has it');
  const head = scene.git('rev-parse', 'main');
  await scene.writeLater();
  expect(scene.git('rev-parse', 'main')).toBe(head);
});

test('another place is written to when a process starts with it, and no more when nothing is recorded', async () => {
  await scene.has(1);
  await scene.write();
  const before = product().records!;
  product().records = { ...before, path: 'moved/{environment}.json' };
  await start();
  await scene.write();
  expect(scene.file(`moved/${scene.name}.json`)).toEqual(scene.file());
  delete product().records;
  await scene.has(2);
  await start();
  expect(await scene.record()).toMatchObject({ wakeAt: null });
  product().records = before;
  await start();
  await scene.write();
  expect(scene.file()).toMatchObject({ Commit: shaOf(2) });
});

test('the tag by which a commit was named is recorded', async () => {
  const repository = stage.repository;
  const sha = repository.commit({ 'b.txt': scene.name }, 'Tagged');
  repository.tag('v1.0', { message: 'one' });
  repository.push();
  repository.push('refs/tags/v1.0');
  await stage.services.mirror('shop').fetch();
  await scene.has(1);
  const stored = (await stage.services.store.load('environments', scene.id))!;
  const deployed = { ...stored.deployed!, sha, ref: 'v1.0' };
  await stage.services.store.save('environments', { ...stored, revision: stored.revision + 1, deployed });
  await scene.write();
  expect(scene.file()).toMatchObject({ Commit: sha, Tag: 'v1.0' });
});

test('a host that does not take the tag has the file all the same', async () => {
  product().records = recordsIn(records, { tags: true });
  const hook = join(records.url, 'hooks', 'update');
  writeFileSync(hook, '#!/bin/sh\ncase "$1" in refs/tags/*) echo "tags are protected" >&2; exit 1;; esac\n', {
    mode: 0o755,
  });
  await scene.has(1, 1);
  await scene.write();
  expect(scene.file()).toMatchObject({ accepted: entry(scene.name, 1) });
  const reason = expect.stringContaining(`it does not take a push of ${scene.id}/1: tags are protected`);
  expect(await scene.record()).toMatchObject({ written: 0, failed: { reason, lasting: true } });
  rmSync(hook);
  await scene.writeLater();
  expect(scene.git('tag', '--list', `${scene.id}/*`)).toBe(`${scene.id}/1`);
  expect(await scene.record()).toMatchObject({ written: 1, failed: null });
});

import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newBuild } from '../../../../src/domain/documents/build.ts';
import { buildId } from '../../../../src/domain/ids.ts';
import { ROBOT } from '../../../../src/domain/people/people.ts';
import { apply } from '../../../../src/flow/commands/apply.ts';
import { attemptLog, buildLog, currentLog, ownerOfLog } from '../../../../src/flow/services/paths.ts';
import type { Services } from '../../../../src/flow/services/services.ts';
import { cleanLogs } from '../../../../src/flow/upkeep/retention/logs.ts';
import { makeRelease, openStage, type Stage } from '../../support.ts';
import { ENVIRONMENT, haveBuilt } from './world.ts';

const SHA = 'a'.repeat(40);
const HOUR = 3_600_000;

test.each<[string, ReturnType<typeof ownerOfLog>]>([
  [attemptLog('shop/prod', 12), { kind: 'environments', id: 'shop/prod', attempt: 12 }],
  [buildLog('shop', SHA, 3, 'build'), { kind: 'builds', id: buildId('shop', SHA), attempt: 3 }],
  [buildLog('shop', SHA, 3, 'test'), { kind: 'builds', id: buildId('shop', SHA), attempt: 3 }],
  [currentLog('shop/prod'), null],
  ['shop/builds/abc-1', null],
])('%s belongs to what wrote it', (name, owner) => {
  expect(ownerOfLog(name)).toEqual(owner);
});

describe('cleaning logs', () => {
  let stage: Stage;
  let services: Services;
  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    services = stage.services;
    services.settings.keep = { logsMs: 2 * HOUR, artifacts: 1, trees: 1 };
  }, 60_000);
  afterEach(async () => await stage.close());

  async function printed(name: string, hoursAgo: number): Promise<void> {
    const file = services.logs.file(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'line\n');
    const at = (services.now() - hoursAgo * HOUR) / 1_000;
    await utimes(file, at, at);
  }
  const isThere = async (name: string) => (await services.logs.tail(name, 1)).lines.length > 0;

  test('removes those that are old, but never of what still runs, however silent it is', async () => {
    const sha = stage.repository.commit({ 'app.txt': 'one' }, 'One');
    stage.repository.push();
    await haveBuilt(services, sha, services.now());
    await makeRelease(services, sha);
    const begun = await apply(services, 'environments', ENVIRONMENT, {
      id: services.newId(),
      actor: ROBOT,
      type: 'begin',
      release: 1,
      step: 'deploy',
      worker: services.worker,
      leaseUntil: services.clock.leaseNow() + HOUR,
    });
    expect(begun.answer).toMatchObject({ kind: 'accepted', attempt: 1 });
    const building = newBuild('shop', SHA);
    const attempt = {
      number: 2,
      worker: 'w',
      startedAt: 1,
      leaseUntil: 1,
      step: 'test',
      lastLine: null,
      progressAt: 1,
      endedAt: null,
      outcome: null,
    } as const;
    await services.store.save('builds', {
      ...building,
      revision: 1,
      status: 'building',
      attempts: 2,
      attempt,
    });

    const running = [
      attemptLog(ENVIRONMENT, 1),
      buildLog('shop', SHA, 2, 'build'),
      buildLog('shop', SHA, 2, 'test'),
    ];
    const old = [
      attemptLog(ENVIRONMENT, 7),
      buildLog('shop', SHA, 1, 'build'),
      buildLog('shop', sha, 1, 'test'),
      currentLog(ENVIRONMENT),
      attemptLog('gone/prod', 3),
    ];
    const young = [buildLog('shop', sha, 1, 'build')];
    for (const name of [...running, ...old]) await printed(name, 3);
    for (const name of young) await printed(name, 1);
    expect(await cleanLogs(services)).toBe(old.length);
    for (const name of [...running, ...young]) expect([name, await isThere(name)]).toEqual([name, true]);
    for (const name of old) expect([name, await isThere(name)]).toEqual([name, false]);
    expect(await cleanLogs(services)).toBe(0);
  }, 60_000);
});

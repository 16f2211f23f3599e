import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { newestWanted } from '../../../src/domain/documents/product.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { Homes } from '../../../src/flow/home/homes.ts';
import { dispatchEffects } from '../../../src/flow/pipeline/dispatch-effects.ts';
import { fetchBranch, requestFetch } from '../../../src/flow/pipeline/fetch/fetch-branch.ts';
import { newestBelow } from '../../../src/flow/requests/find-commit.ts';
import { requestRebuild } from '../../../src/flow/requests/rebuild.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { statusView } from '../../../src/flow/views/status.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import { type Chat, ChatError } from '../../../src/ports/chat.ts';
import { temporaryRepository } from '../../support/repositories/git.ts';
import { openStage, type Stage } from '../support.ts';

/** Slack is away: answers do without names and links. */
const away = new Proxy({} as Chat, {
  get: () => async () => {
    throw new ChatError('unknown', 'Slack is away');
  },
});

describe('a product with paths', () => {
  let stage: Stage;
  let services: Services;
  let first: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    services = stage.services;
    services.settings.products[0]!.paths = ['shop', 'libs/**', '!**/*.md'];
    first = commit({ 'shop/a.ts': '1', 'libs/l.ts': '1', 'docs/d.md': '1' });
    await pushed(first, 'requested');
    await builds(first, 'succeeded');
  }, 60_000);
  afterEach(() => stage.close());

  const commit = (files: Record<string, string>) => stage.repository.commit(files, randomUUID());

  /** Pushes what is checked out, looks at the branch, and expects this of the build. */
  async function pushed(sha: string, status: 'requested' | 'skipped', force = false): Promise<void> {
    stage.repository.push('main', { force });
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
    await dispatchEffects(services, { kind: 'products', id: 'shop' });
    const build = await services.store.load('builds', buildId('shop', sha));
    expect(build?.status).toBe(status);
  }

  async function builds(sha: string, how: 'succeeded' | 'failed'): Promise<void> {
    const outcome =
      how === 'succeeded'
        ? ({ kind: how } as const)
        : ({ kind: how, step: 'build', command: 'make', how: { kind: 'exit', code: 1 } } as const);
    const id = buildId('shop', sha);
    const send = (command: object) =>
      apply(services, 'builds', id, { id: randomUUID(), actor: ROBOT, ...command } as never);
    await send({ type: 'beginBuild', worker: 'w', leaseUntil: services.now() + 60_000 });
    const attempt = (await services.store.load('builds', id))!.attempts;
    await send({ type: 'reportBuild', attempt, outcome, log: '' });
  }

  const wanted = async () => newestWanted((await services.store.load('products', 'shop'))!)?.sha;

  test('builds a head that changes them since the last one built, whatever came between', async () => {
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
    await pushed(commit({ 'shop/readme.md': '2' }), 'skipped');
    expect(await wanted()).toBe(first);
    await pushed(commit({ 'docs/d.md': '3', 'libs/l.ts': '3' }), 'requested');
  }, 60_000);

  test('builds a revert of what is built, and a head after it that changes nothing is compared with the revert', async () => {
    const changed = commit({ 'shop/a.ts': '2' });
    await pushed(changed, 'requested');
    stage.repository.git('revert', '--no-edit', 'HEAD');
    await pushed(stage.repository.head(), 'requested');
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
  }, 60_000);

  test('leaves out several pushes that together bring back what was built', async () => {
    commit({ 'shop/a.ts': '2' });
    stage.repository.git('revert', '--no-edit', 'HEAD');
    await pushed(stage.repository.head(), 'skipped');
  }, 60_000);

  test('counts a merge by what it brings', async () => {
    stage.repository.branch('docs');
    commit({ 'docs/d.md': '2' });
    stage.repository.checkout('main');
    await pushed(stage.repository.merge('docs', 'Merge docs'), 'skipped');
    stage.repository.branch('feature', first);
    commit({ 'shop/b.ts': '2' });
    stage.repository.checkout('main');
    await pushed(stage.repository.merge('feature', 'Merge feature'), 'requested');
  }, 60_000);

  test('counts a file that moves out of them, or into them', async () => {
    stage.repository.git('mv', 'shop/a.ts', 'elsewhere.ts');
    const out = commit({});
    await pushed(out, 'requested');
    await builds(out, 'succeeded');
    stage.repository.git('mv', 'elsewhere.ts', 'shop/c.ts');
    await pushed(commit({}), 'requested');
  }, 60_000);

  test('compares a forced push with the last one built, even where they share nothing', async () => {
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
    stage.repository.reset(first);
    await pushed(commit({ 'docs/d.md': 'other' }), 'skipped', true);
    stage.repository.git('checkout', '--quiet', '--orphan', 'fresh');
    const orphan = commit({ 'docs/d.md': 'orphan' });
    stage.repository.git('branch', '--force', 'main', orphan);
    stage.repository.checkout('main');
    await pushed(orphan, 'skipped', true);
    stage.repository.git('rm', '--quiet', 'shop/a.ts');
    await pushed(commit({}), 'requested');
  }, 60_000);

  test('builds the head after one whose build failed, whatever it changes', async () => {
    const bad = commit({ 'shop/a.ts': 'bad' });
    await pushed(bad, 'requested');
    await builds(bad, 'failed');
    await pushed(commit({ 'tools.txt': 'repaired' }), 'requested');
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
  }, 60_000);

  test('builds when the last one cannot be compared', async () => {
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
    // As on a host whose mirror is new, from a forge that has forgotten the commit.
    const other = temporaryRepository();
    const fresh = other.commit({ 'docs/d.md': '3' }, 'Fresh');
    other.push();
    const directory = join(services.dataDirectory, 'other.git');
    const mirror = openMirror({ directory, repository: other.url });
    services = { ...services, mirror: () => mirror };
    await requestFetch(services, 'shop');
    await fetchBranch(services, 'shop');
    await dispatchEffects(services, { kind: 'products', id: 'shop' });
    expect((await services.store.load('builds', buildId('shop', fresh)))?.status).toBe('requested');
    other.cleanup();
  }, 60_000);

  test('looks at the newest head anew when they are others', async () => {
    const docs = commit({ 'docs/d.md': '2' });
    await pushed(docs, 'skipped');
    services.settings.products[0]!.paths = ['docs'];
    await pushed(docs, 'requested');
    services.settings.products[0]!.paths = ['libs'];
    await pushed(docs, 'requested');
  }, 60_000);

  test('says in status that the newest heads were left out, until somebody has them built', async () => {
    const chat = { ...services, chat: away, homes: new Homes() };
    const said = async () => (await statusView(chat, 'shop')).leftOut;
    expect(await said()).toBeNull();
    await pushed(commit({ 'docs/d.md': '2' }), 'skipped');
    const last = commit({ 'docs/d.md': '3' });
    await pushed(last, 'skipped');
    expect(await said()).toMatchObject({ sha: last, count: 2, leftOut: { since: first } });
    const asker = { id: 'r1', actor: { kind: 'person', id: 'ULIN', name: 'Lin', member: true } } as const;
    expect(await newestBelow(services, 'shop', environmentId('shop', 'integration'))).toMatchObject({
      sha: first,
    });
    expect(await requestRebuild(chat, asker, 'shop', last)).toEqual({ kind: 'accepted' });
    expect(await said()).toBeNull();
    const build = await services.store.load('builds', buildId('shop', last));
    expect(build).toMatchObject({ status: 'requested', pushes: [{ head: 3 }] });
  }, 60_000);

  test('that are taken away looks at the newest head anew', async () => {
    const docs = commit({ 'docs/d.md': '2' });
    await pushed(docs, 'skipped');
    delete services.settings.products[0]!.paths;
    await pushed(docs, 'requested');
  }, 60_000);
});

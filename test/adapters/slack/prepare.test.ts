import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { mountSlack } from '../../../src/adapters/slack/app.ts';
import { previewOf } from '../../../src/adapters/slack/controllers/prepare/prepare.ts';
import { submitPrepare } from '../../../src/adapters/slack/controllers/prepare/submit-prepare.ts';
import { defaultRoles } from '../../../src/domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { Mirror } from '../../../src/git/mirror/types.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { acceptance, HOUR, oneRule, release } from '../../chat/build.ts';
import { openChat, openStage, type Stage } from '../../flow/support.ts';
import { runs } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import { ALWAYS_FROZEN } from '../../support/world.ts';
import { losing } from './inbox/losing.ts';

const [ADA, LIN] = ['U0ADA', 'U0LIN'];

let stage: Stage;
let opened: Awaited<ReturnType<typeof openChat>>;
let services: ChatServices;
let shas: string[];
let places = 0;

beforeAll(async () => {
  stage = await openStage({ deploy: 'true' });
  opened = await openChat([
    { id: ADA, name: 'Ada' },
    { id: LIN, name: 'Lin' },
  ]);
  const { repository } = stage;
  shas = ['One', 'Two', 'Three'].map((text) => repository.commit({ a: text }, text));
  repository.push();
  repository.branch('side', shas[0]);
  shas.push(repository.commit({ b: 'side' }, 'Side'));
  repository.push();
  await stage.services.mirror('shop').fetch();
}, 60_000);
afterAll(async () => {
  await opened.sandbox.close();
  await stage.close();
});
beforeEach(() => {
  services = opened.chat(stage.services);
  services.people = services.chat;
});

/** A pair of environments of their own, the upper one with these rules. Returns its name. */
function pair(over: Partial<EnvironmentPolicy> = {}): { below: string; name: string } {
  places += 1;
  const [below, name] = [`low-${places}`, `prod-${places}`];
  const [product] = services.settings.products;
  if (!product) throw new TypeError('a stage has a product');
  const [lowest] = product.environments;
  const prod: EnvironmentPolicy = {
    ...lowest.policy,
    name,
    mode: 'approval',
    below,
    approvals: oneRule(1, null),
    roles: defaultRoles([]),
    ...over,
  };
  const low = { ...lowest, policy: { ...lowest.policy, name: below } };
  services = {
    ...services,
    settings: { products: [{ ...product, environments: [low, { ...lowest, policy: prod }] }] },
  };
  return { below, name };
}

async function accept(below: string, accepted: readonly string[], revoked: readonly string[] = []) {
  const id = environmentId('shop', below);
  const all = accepted.map((sha, index) => {
    const gone = revoked.includes(sha) ? { at: 1, by: release().requestedBy, release: null } : null;
    return acceptance({ environment: id, sha, at: services.now() - HOUR - index, revoked: gone });
  });
  const newest = all.find((one) => one.revoked === null);
  await services.store.save('environments', {
    ...newEnvironment('shop', below),
    revision: 1,
    accepted: newest
      ? { sha: newest.sha, ref: null, release: newest.release, at: newest.at, by: newest.by }
      : null,
    acceptances: all.map((one) => ({ acceptance: one, recorded: false })),
  });
}

const STATUSES = ['prepared', 'approved', 'queued', 'testing', 'failed'] as const;

function waiting(maxLength: number) {
  return fc.array(fc.record({ sha: fc.nat(3), status: fc.constantFrom(...STATUSES) }), { maxLength });
}

const worlds = fc.record({
  sha: fc.nat(3),
  accepted: fc.oneof(
    { weight: 3, arbitrary: fc.constant<number[]>([0, 1, 2, 3]) },
    fc.subarray<number>([0, 1, 2, 3]),
  ),
  revoked: fc.subarray([0, 1, 2, 3], { maxLength: 1 }),
  deployed: fc.option(fc.nat(3)),
  open: fc.oneof({ weight: 4, arbitrary: waiting(2) }, waiting(12)),
  rules: fc.record(
    {
      mode: fc.constantFrom('approval', 'approval', 'approval', 'continuous'),
      approvals: fc.constantFrom(oneRule(1, null), oneRule(2, [ADA, LIN]), {
        ...oneRule(1, null),
        rules: [],
      }),
      soakMs: fc.constantFrom(0, 3 * HOUR),
      freeze: fc.constantFrom<FreezeWindow[]>([], [ALWAYS_FROZEN]),
      prepare: fc.constantFrom<string[] | null>(null, null, [ADA], [LIN]),
    },
    { noNullPrototype: true },
  ),
});

test('a preview says exactly what submitting comes to, whatever the state', async () => {
  const seen = new Map<string, number>();
  const at = (index: number) => shas[index] ?? '';
  await fc.assert(
    fc.asyncProperty(worlds, async ({ sha, accepted, revoked, deployed, open, rules }) => {
      const { prepare, ...policy } = rules;
      const { below, name } = pair({ ...policy, roles: { ...defaultRoles([]), prepare } });
      await accept(below, accepted.map(at), revoked.map(at));
      const id = environmentId('shop', name);
      await services.store.save('environments', {
        ...newEnvironment('shop', name),
        revision: 1,
        releases: 40,
        deployed:
          deployed === null
            ? null
            : { sha: at(deployed), ref: null, release: 1, at: 1, by: release().requestedBy },
        open: open.map((one, index) =>
          release({
            number: index + 2,
            sha: at(one.sha),
            status: one.status,
            expiresAt: services.now() + HOUR,
            card: `${id}#${index + 2}`,
          }),
        ),
      });
      const caller = { id: `slack:view:V${places}`, user: ADA, channel: '', teams: [] };
      const form = {
        places: [{ product: 'shop', environments: [name] }],
        environment: id,
        commit: { sha: at(sha), subject: null, says: '' },
        note: null,
        scope: {},
      };
      const before = await services.store.load('environments', id);
      const preview = await previewOf(services, caller, form);
      expect(await services.store.load('environments', id)).toEqual(before);
      const choice = { environment: id, sha: at(sha), note: null, before: id };
      const submitted = await submitPrepare(services, caller, choice);
      const rule = submitted.kind === 'prepared' ? 'prepared' : submitted.message.text.slice(0, 30);
      seen.set(rule, (seen.get(rule) ?? 0) + 1);
      if (preview.kind === 'release') {
        expect(submitted.kind).toBe('prepared');
        const made = (await services.store.load('environments', id))?.open.at(-1);
        const {
          requestedAt: _at,
          expiresAt: _until,
          soaksUntil: _soak,
          ...foreseen
        } = preview.foreseen.view.release;
        expect(made).toMatchObject(foreseen);
        // Submitted once more, it is the same release.
        expect(await submitPrepare(services, caller, choice)).toEqual(submitted);
        expect((await services.store.load('environments', id))?.open).toHaveLength(open.length + 1);
      } else {
        expect(submitted).toMatchObject({ kind: 'refused' });
        expect(preview).toEqual({ kind: 'answer', message: submitted.message });
      }
    }),
    { numRuns: runs(160), seed: 20_261_130 },
  );
  // Each of the ways was met.
  expect(seen.get('prepared')).toBeGreaterThan(5);
  expect(seen.size).toBeGreaterThan(4);
}, 120_000);

describe('over Slack', () => {
  let server: Server;
  let sandbox: Sandbox;
  let mirror: (real: Mirror) => Mirror;

  beforeAll(async () => {
    sandbox = opened.sandbox;
    const http = express();
    mountSlack(
      {
        http,
        token: 'xoxb-sandbox',
        signingSecret: 'secret',
        slackApiUrl: `${sandbox.url}/api/`,
        now: Date.now,
        timeoutMs: 5_000,
      },
      {
        services: () => ({ ...services, mirror: (product) => mirror(stage.services.mirror(product)) }),
        log: stage.services.log,
      },
    );
    server = http.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    sandbox.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    mirror = (real) => real;
  });

  const words = (person: string) => JSON.stringify(sandbox.views(person).at(-1)?.view ?? {});

  /** Opens the dialog from the board; waits until it says this. */
  async function open(person: string, says: string): Promise<string> {
    const told = sandbox.ephemerals(person).length;
    await sandbox.command(person, '#shop', '/release');
    const board = await until('the board', () => sandbox.ephemerals(person)[told]);
    const before = sandbox.views(person).map(({ id }) => id);
    await sandbox.click(person, board.ts, { actionId: 'prepare' });
    const isNew = () => sandbox.views(person).some(({ id }) => !before.includes(id));
    await until(
      () => `a new dialog that says ${says}; it says ${words(person)}`,
      () => isNew() && words(person).includes(says),
    );
    return sandbox.views(person).at(-1)?.id ?? '';
  }

  const never = () => new Promise<never>(() => {});

  test('options that are not found in time are answered honestly', async () => {
    const { below, name } = pair();
    await accept(below, shas.slice(0, 2));
    const id = await open(ADA, 'Deploy ');
    mirror = (real) => ({ ...real, search: never });
    const asked = { blockId: `commit:shop/${name}`, actionId: 'prepare_commit' };
    const began = performance.now();
    const answer = await sandbox.suggest(ADA, id, asked, 'One');
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(answer).toMatchObject({
      ok: true,
      groups: [{ options: [{ text: expect.stringContaining('type more of it') }] }],
    });
    // Choosing that option chooses no commit.
    await sandbox.change(ADA, id, { ...asked, value: 'more' });
    await until('no commit is chosen', () => words(ADA).includes('Choose a commit.'));
    expect(await sandbox.submit(ADA, id, {})).toMatchObject({
      ok: false,
      errors: { [asked.blockId]: expect.stringContaining('Choose a commit') },
    });
  });

  test('while git is slow the dialog says so, and shows what was chosen last', async () => {
    const { below, name } = pair();
    await accept(below, shas.slice(0, 3));
    const [one = '', , three = ''] = shas;
    const id = await open(ADA, 'Deploy ');
    const asked = { blockId: `commit:shop/${name}`, actionId: 'prepare_commit' };
    await sandbox.suggest(ADA, id, asked, '');
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    mirror = (real) => ({
      ...real,
      resolve: async (typed) => {
        if (typed === one) await held;
        return real.resolve(typed);
      },
    });
    await sandbox.change(ADA, id, { ...asked, value: one });
    await until('it is read', () => words(ADA).includes('Reading what would happen'));
    await sandbox.suggest(ADA, id, asked, '');
    await sandbox.change(ADA, id, { ...asked, value: three });
    const shown = `Deploy ${three.slice(0, 7)} to shop/${name}`;
    await until('the last choice is shown', () => words(ADA).includes(shown));
    go();
    await sandbox.suggest(ADA, id, asked, '');
    expect(words(ADA)).toContain(shown);
  });

  test('a submission that takes long is told in the dialog, and done once', async () => {
    const { below, name } = pair();
    await accept(below, shas.slice(0, 1));
    const id = await open(ADA, 'Deploy ');
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    mirror = (real) => ({ ...real, pin: (sha) => held.then(() => real.pin(sha)) });
    expect(await sandbox.submit(ADA, id, {})).toEqual({ ok: true });
    expect(words(ADA)).toContain('Working on it');
    go();
    await until('it is prepared', () => words(ADA).includes('is prepared'));
    const made = await services.store.load('environments', environmentId('shop', name));
    expect(made?.open).toHaveLength(1);
  });

  test('what changed since it was opened is refused at the input, and the note stays', async () => {
    const { below, name } = pair();
    await accept(below, shas.slice(0, 1));
    const id = await open(ADA, 'Deploy ');
    const place = environmentId('shop', below);
    const stored = await services.store.load('environments', place);
    await services.store.save('environments', {
      ...newEnvironment('shop', below),
      revision: (stored?.revision ?? 0) + 1,
    });
    const answer = await sandbox.submit(ADA, id, { note: { note: 'look at it' } });
    expect(answer).toMatchObject({
      ok: false,
      errors: { [`commit:shop/${name}`]: expect.stringContaining(`is not accepted in ${below}`) },
    });
    expect(sandbox.views(ADA).at(-1)?.id).toBe(id);
  });

  test.each(['the write', 'its answer'] as const)(
    'where %s was lost, the dialog says that it is not known, keeps what it holds, and is done once',
    async (what) => {
      const { below, name } = pair();
      await accept(below, shas.slice(0, 1));
      const made = async () => (await services.store.load('environments', environmentId('shop', name)))?.open;
      const prepare = await open(ADA, 'Deploy ');
      const hotfix = async () => {
        const before = sandbox.views(LIN).length;
        await sandbox.command(LIN, '#shop', `/release hotfix ${name} ${shas[1]}`);
        return (await until('the dialog', () => sandbox.views(LIN)[before])).id;
      };
      const dialogs = [
        [ADA, prepare, { note: { note: 'look' } }, 'look'],
        [LIN, await hotfix(), { reason: { reason: 'it burns' } }, 'it burns'],
      ] as const;
      const { store } = services;
      for (const [person, id, values, typed] of dialogs) {
        services = { ...services, store: losing(store, what) };
        expect(await sandbox.submit(person, id, values)).toEqual({ ok: true });
        expect(sandbox.views(person).at(-1)?.id).toBe(id);
        expect(words(person)).toContain('does not know whether this was done');
        expect(words(person)).toContain(typed);
        services = { ...services, store };
        expect(await sandbox.submit(person, id, values)).toEqual({ ok: true });
        await until('it is closed', () => sandbox.views(person).every((view) => view.id !== id));
      }
      expect((await made())?.map(({ kind, note }) => [kind, note])).toEqual([
        ['promotion', 'look'],
        ['hotfix', 'it burns'],
      ]);
    },
  );
});

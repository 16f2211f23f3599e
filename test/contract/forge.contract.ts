import { inspect } from 'node:util';
import { openClients, openForges } from '../../src/app/forges.ts';
import { judge } from '../../src/domain/checks/checks.ts';
import {
  type ForgeCommit,
  ForgeError,
  type ForgeFault,
  type ForgeProject,
  type ForgeUse,
  type NewDeployment,
} from '../../src/ports/forge.ts';
import { type Fault, serve } from '../support/forges/server.ts';
import { type ForgeKindUnderTest, type ForgeWorld, PROJECT, SHA } from '../support/forges/world.ts';

const COMMIT: ForgeCommit = { sha: SHA, ref: { name: 'main', tag: false } };
const RELEASE: NewDeployment = {
  environment: 'prod',
  release: 'storefront/prod#42',
  description: 'storefront/prod#42',
  url: 'https://slack.test/1',
  environmentUrl: null,
};
const USES: readonly ForgeUse[] = [
  'checks',
  'rerun',
  'statuses',
  'deployments',
  'pullRequests',
  'clone',
  'runs',
];
const JSON_TYPE = { 'content-type': 'application/json' };
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };
const answer = (status: number, text: string, headers: Record<string, string> = JSON_TYPE): Fault => ({
  kind: 'answer',
  status,
  text,
  headers,
});
const PAGE = '<!DOCTYPE html><html><body>Down for maintenance</body></html>';

/** What a forge can do instead of answering, and what it is taken for. */
const FAULTS: readonly [string, Fault, ForgeFault][] = [
  ['a failure of its own', answer(500, '{}'), { kind: 'broken', status: 500 }],
  ['a page of a gateway', answer(502, PAGE, HTML_TYPE), { kind: 'broken', status: 502 }],
  ['a page instead of an answer', answer(200, PAGE, HTML_TYPE), { kind: 'unreadable', how: 'page' }],
  ['a page without a type', answer(200, `\n${PAGE}`, {}), { kind: 'unreadable', how: 'page' }],
  ['a page that says no', answer(403, PAGE, HTML_TYPE), { kind: 'unreadable', how: 'page' }],
  ['a page that knows nothing', answer(404, PAGE, HTML_TYPE), { kind: 'unreadable', how: 'page' }],
  [
    'a page to log in at',
    answer(302, '', { location: 'https://login.acme.test/' }),
    { kind: 'unreadable', how: 'page' },
  ],
  ['a circle', answer(301, '', { location: '/again' }), { kind: 'unreadable', how: 'page' }],
  ['another document', answer(200, '{"hello":"world"}'), { kind: 'unreadable', how: 'document' }],
  ['a list of other things', answer(200, '[{"hello":"world"}]'), { kind: 'unreadable', how: 'document' }],
  ['half an answer', answer(200, '[{"id":1,'), { kind: 'unreadable', how: 'document' }],
  ['an empty answer', answer(200, ''), { kind: 'unreadable', how: 'document' }],
  ['null', answer(200, 'null'), { kind: 'unreadable', how: 'document' }],
  ['too much', answer(200, `["${'x'.repeat(33 * 1024 * 1024)}"]`), { kind: 'unreadable', how: 'size' }],
  ['no answer', { kind: 'silence' }, { kind: 'unreachable', how: 'silence' }],
  ['a closed connection', { kind: 'reset' }, { kind: 'unreachable', how: 'closed' }],
  ['unbelief', answer(401, '{}'), { kind: 'refused', why: { how: 'credentials' } }],
  ['a refusal', answer(403, '{}'), { kind: 'refused', why: { how: 'scope', scope: null } }],
  ['ignorance', answer(404, '{}'), { kind: 'refused', why: { how: 'missing' } }],
  ['an objection', answer(422, '{}'), { kind: 'refused', why: { how: 'request', status: 422 } }],
];

/** The promises of the forge port. */
export function forgeContract({ name, open, etags }: ForgeKindUnderTest): void {
  describe(`a forge: ${name}`, () => {
    const closing: (() => Promise<void>)[] = [];
    let clock = 0;
    let world: ForgeWorld;
    let project: ForgeProject;

    beforeEach(async () => {
      clock = Date.now();
      world = await open();
      closing.push(() => world.close());
      project = await client(world);
    });
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    async function client(
      { settings }: ForgeWorld,
      timeoutMs = 5_000,
      path = PROJECT,
    ): Promise<ForgeProject> {
      const forges = openForges({ settings: { forges: [settings] }, now: () => clock, timeoutMs });
      const found = await forges({ name: settings.name, project: path });
      if (found === null) throw new Error('the forge is not configured');
      return found;
    }

    /** What `work` is refused with. Nothing in the error may be secret. */
    async function fault(work: Promise<unknown>): Promise<ForgeFault> {
      const error = await work.then(
        () => null,
        (reason: unknown) => reason,
      );
      if (!(error instanceof ForgeError)) throw new Error(`no ForgeError: ${inspect(error)}`);
      const shown = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`;
      for (const secret of [...world.secrets, 'wrong-S3CRET']) {
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(Buffer.from(secret).toString('base64'));
      }
      expect(error.message).toContain(world.settings.name);
      return error.fault;
    }

    const native = (state: string) => {
      const found = world.states.find(([, meaning]) => meaning === state);
      if (found === undefined) throw new Error(`${name} has no state ${state}`);
      return found[0];
    };

    test('every state of a check is read', async () => {
      for (const [at, [state]] of world.states.entries())
        world.report({ name: `check ${at}`, native: state, group: at });
      const checks = await project.checks(COMMIT);
      const read = world.states.map((_, at) => checks.find((check) => check.name === `check ${at}`)?.state);
      expect(read).toEqual(world.states.map(([, meaning]) => meaning));
      for (const check of checks) {
        expect(check.url).toContain(world.server.origin);
        expect(check.description).toBe('said');
      }
    });

    test('a commit that nobody pushed is asked about and told of without a branch', async () => {
      const nobody = { sha: SHA, ref: null };
      world.report({ name: 'test', native: native('passed') });
      expect(await project.checks(nobody)).toMatchObject([{ name: 'test', state: 'passed' }]);
      const status = { name: 'slipway/prod', state: 'success', description: 'd', url: null } as const;
      await project.reportStatus(nobody, status);
      expect(world.statuses()).toContainEqual(
        expect.objectContaining({ name: 'slipway/prod', state: world.told.success }),
      );
      await project.startDeployment(nobody, RELEASE);
      expect(world.deployments() ?? [{ sha: SHA }]).toMatchObject([{ sha: SHA }]);
    });

    test('nothing is reported of a commit without checks, nor what belongs to another commit', async () => {
      world.report({ name: 'test', native: native('passed'), sha: 'b'.repeat(40) });
      expect(await project.checks(COMMIT)).toEqual([]);
    });

    test('checks are read to the last page', async () => {
      const names = Array.from({ length: 233 }, (_, at) => `check ${at}`);
      for (const one of names) world.report({ name: one, native: native('passed') });
      const checks = await project.checks(COMMIT);
      expect(checks.map((check) => check.name).sort()).toEqual([...names].sort());
    });

    test('a list without an end is an error, and never half a truth', async () => {
      for (let at = 0; at < 5_001; at++) world.report({ name: `check ${at}`, native: native('passed') });
      expect(await fault(project.checks(COMMIT))).toEqual({ kind: 'unreadable', how: 'endless' });
    });

    test('an old failure beside a newer success of the same name does not count', async () => {
      world.report({ name: 'test', native: native('failed') });
      world.report({ name: 'test', native: native('passed') });
      expect(judge(['test'], await project.checks(COMMIT)).kind).toBe('passed');
      world.report({ name: 'test', native: native('failed') });
      expect(judge(['test'], await project.checks(COMMIT)).kind).toBe('failed');
    });

    test.each(FAULTS)('instead of an answer: %s', async (_, what, expected) => {
      const impatient = what.kind === 'silence' ? await client(world, 50) : project;
      world.server.fault = what;
      expect(await fault(impatient.checks(COMMIT))).toEqual(expected);
      world.server.fault = null;
      expect(await project.checks(COMMIT)).toEqual([]);
    });

    test('credentials go nowhere else', async () => {
      const elsewhere = await serve(() => ({ status: 200, body: [] }), { etags: false });
      closing.push(() => elsewhere.close());
      world.server.fault = answer(307, '', { location: `${elsewhere.origin}/stolen` });
      expect(await fault(project.checks(COMMIT))).toEqual({ kind: 'unreadable', how: 'page' });
      expect(elsewhere.calls).toEqual([]);
    });

    test('nothing is asked before Retry-After is over', async () => {
      world.server.fault = answer(429, '{}', { ...JSON_TYPE, 'retry-after': '30' });
      const limited = { kind: 'limited', until: clock + 30_000 };
      expect(await fault(project.checks(COMMIT))).toEqual(limited);
      world.server.fault = null;
      const asked = world.server.calls.length;
      clock += 29_999;
      expect(await fault(project.checks(COMMIT))).toEqual(limited);
      expect(await fault(project.pullRequests(SHA))).toEqual(limited);
      expect(world.server.calls).toHaveLength(asked);
      clock += 1;
      expect(await project.checks(COMMIT)).toEqual([]);
    });

    test('a forge that does not say for how long is left alone for a minute, then for longer', async () => {
      world.server.fault = answer(429, PAGE, HTML_TYPE);
      for (const minutes of [1, 2, 4]) {
        expect(await fault(project.checks(COMMIT))).toEqual({
          kind: 'limited',
          until: clock + minutes * 60_000,
        });
        clock += minutes * 60_000;
      }
      world.server.fault = null;
      await project.checks(COMMIT);
      world.server.fault = answer(429, '{}');
      expect(await fault(project.checks(COMMIT))).toEqual({ kind: 'limited', until: clock + 60_000 });
    });

    test('when the budget is used up, nothing is asked before it is full again', async () => {
      await project.pullRequests(SHA);
      const reset = Math.floor(Date.now() / 1_000) + 600;
      world.server.headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
      expect(await project.pullRequests(SHA)).toHaveLength(1);
      const asked = world.server.calls.length;
      clock += 590_000;
      expect((await fault(project.checks(COMMIT))).kind).toBe('limited');
      expect(world.server.calls).toHaveLength(asked);
      world.server.headers = {};
      clock += 15_000;
      expect(await project.checks(COMMIT)).toEqual([]);
    });

    if (etags)
      test('what did not change is not sent again, and what did is seen', async () => {
        world.report({ name: 'test', native: native('pending') });
        const first = await project.checks(COMMIT);
        const asked = world.server.calls.length;
        expect(await project.checks(COMMIT)).toEqual(first);
        const again = world.server.calls.slice(asked);
        expect(again.length).toBeGreaterThan(0);
        for (const call of again) expect(call.headers['if-none-match']).toBeDefined();
        world.report({ name: 'test', native: native('passed') });
        expect(judge(['test'], await project.checks(COMMIT)).kind).toBe('passed');
      });

    test('a list that grows beyond its last page is read to its new end', async () => {
      for (let at = 0; at < 100; at++) world.report({ name: `check ${at}`, native: native('passed') });
      expect(await project.checks(COMMIT)).toHaveLength(100);
      world.report({ name: 'slow', native: native('failed') });
      expect(judge(['check 1', 'slow'], await project.checks(COMMIT)).kind).toBe('failed');
    });

    test('commit statuses are kept, the latest of each name', async () => {
      const url = 'https://acme.slack.com/archives/C1/p1';
      for (const state of ['pending', 'success', 'failure', 'neutral', 'pending', 'error'] as const) {
        await project.reportStatus(COMMIT, { name: 'slipway/prod', state, description: state, url });
        expect(world.statuses()).toEqual([
          { name: 'slipway/prod', state: world.told[state], description: state, url },
        ]);
      }
      await project.reportStatus(COMMIT, {
        name: 'slipway/beta',
        state: 'success',
        description: '',
        url: null,
      });
      expect(world.statuses()).toHaveLength(2);
    });

    test('a commit status can be repeated, may be long, and may lead nowhere', async () => {
      const name = `slipway/${'e'.repeat(60)}`;
      for (const state of ['pending', 'success'] as const) {
        const status = { name, state, description: '🚀'.repeat(500), url: null };
        await project.reportStatus(COMMIT, status);
        await project.reportStatus(COMMIT, status);
      }
      const [kept, ...others] = world.statuses();
      expect(kept?.name).toBe(name);
      expect(kept?.state).toBe(world.told.success);
      expect(others).toEqual([]);
    });

    test('a deployment is made once, and told what became of it, also twice', async () => {
      world.server.fault = { kind: 'lost', at: /\/deployments$/ };
      await project.startDeployment(COMMIT, RELEASE).catch(() => null);
      world.server.fault = null;
      const id = await project.startDeployment(COMMIT, RELEASE);
      if (world.deployments() === null) {
        expect(id).toBeNull();
        return;
      }
      if (id === null) throw new Error('no deployment');
      expect(await project.startDeployment(COMMIT, RELEASE)).toBe(id);
      expect(world.deployments()).toHaveLength(1);
      const status = {
        description: 'deployed',
        url: 'https://slack.test/1',
        environmentUrl: 'https://acme.test',
      };
      for (const state of ['running', 'running', 'success', 'success'] as const)
        await project.reportDeployment(id, { state, ...status });
      expect(world.deployments()).toMatchObject([{ environment: 'prod', sha: SHA, state: 'success' }]);
    });

    test('a deployment is made only if its caller still wants it, and found without asking that', async () => {
      const confirm = () => {
        throw new TypeError('not any more');
      };
      if (world.deployments() === null) {
        expect(await project.startDeployment(COMMIT, RELEASE, confirm)).toBeNull();
        return;
      }
      await expect(project.startDeployment(COMMIT, RELEASE, confirm)).rejects.toThrow(TypeError);
      expect(world.deployments()).toEqual([]);
      const id = await project.startDeployment(COMMIT, RELEASE);
      expect(await project.startDeployment(COMMIT, RELEASE, confirm)).toBe(id);
    });

    test('a deployment that failed, or did not come to an end, is settled', async () => {
      for (const state of ['failure', 'error', 'inactive'] as const) {
        const id = await project.startDeployment(COMMIT, { ...RELEASE, release: state });
        if (id === null) continue;
        const status = { state, description: state, url: null, environmentUrl: null };
        await project.reportDeployment(id, status);
        await project.reportDeployment(id, status);
      }
    });

    test('failed checks are run again, or it is said where', async () => {
      for (const group of [3, 3, 4]) world.report({ name: `test ${group}`, native: native('failed'), group });
      const failed = await project.checks(COMMIT);
      const rerun = await project.rerun(COMMIT, failed);
      expect([...rerun.started, ...rerun.elsewhere]).toEqual(expect.arrayContaining(failed));
      const reruns = world.reruns();
      if (reruns === null) expect(rerun).toEqual({ started: [], elsewhere: failed });
      // Once for each suite or pipeline.
      else expect([rerun.elsewhere, reruns]).toEqual([[], 2]);
    });

    test('pull requests are told with number, title and page', async () => {
      expect(await project.pullRequests(SHA)).toEqual([world.pullRequest]);
      for (const digit of ['b', 'c']) expect(await project.pullRequests(digit.repeat(40))).toEqual([]);
      expect(project.links.pullRequest(world.pullRequest.number)).toBe(world.pullRequest.url);
    });

    test('pages of commits and ranges are at the forge', () => {
      expect(project.links.commit(SHA)).toContain(world.server.origin);
      expect(project.links.commit(SHA)).toContain(SHA);
      const range = project.links.range(SHA, 'b'.repeat(40));
      expect(range).toContain(SHA);
      expect(range).toContain('b'.repeat(40));
    });

    test('says who Slipway is, unless it does not believe that', async () => {
      const clientsOf = (settings: ForgeWorld['settings']) =>
        openClients({ settings: { forges: [settings] }, now: () => clock, timeoutMs: 5_000 });
      const forge = (await clientsOf(world.settings)(world.settings.name))?.forge;
      expect(await forge?.account()).toBe(world.account);
      const access: ForgeWorld['settings']['access'] = { kind: 'token', token: 'wrong-S3CRET', user: null };
      const stranger = await clientsOf({ ...world.settings, access })(world.settings.name);
      expect(await fault(stranger!.forge.account())).toEqual({
        kind: 'refused',
        why: { how: 'credentials' },
      });
      world.server.fault = { kind: 'reset' };
      expect(await fault(forge!.account())).toEqual({ kind: 'unreachable', how: 'closed' });
    });

    test('git logs in with a token that is a secret', async () => {
      const login = await project.cloneLogin();
      expect(login?.user).toBe(world.gitUser);
      expect(world.secrets).toContain(login?.password);
    });

    test('an account that has all that it needs lacks nothing', async () => {
      expect(await project.lacks(USES)).toEqual([]);
      expect(world.statuses()).toEqual([]);
      expect(world.deployments() ?? []).toEqual([]);
    });

    test('what an account lacks is named', async () => {
      const lacking = world.takeAway();
      const found = await project.lacks(USES);
      expect(found).toEqual(expect.arrayContaining(lacking));
      expect(found).toHaveLength(lacking.length);
      const refused = fault(
        project.reportStatus(COMMIT, { name: 'slipway/prod', state: 'success', description: '', url: null }),
      );
      expect(await refused).toMatchObject({ kind: 'refused', why: { how: 'scope' } });
    });

    test('a project that is not there, or not shown, is a refusal', async () => {
      const nowhere = await client(world, 5_000, 'acme/nowhere');
      expect(await fault(nowhere.lacks(USES))).toEqual({ kind: 'refused', why: { how: 'missing' } });
    });

    test('a token that cannot be sent is not repeated', async () => {
      const access: ForgeWorld['settings']['access'] = { kind: 'token', token: 'wrong-S3CRET\n', user: null };
      const project = await client({ ...world, settings: { ...world.settings, access } });
      expect(await fault(project.checks(COMMIT))).toEqual({ kind: 'refused', why: { how: 'credentials' } });
      expect(world.server.calls).toEqual([]);
    });

    test('who has another login is not believed', async () => {
      const access: ForgeWorld['settings']['access'] = { kind: 'token', token: 'wrong-S3CRET', user: null };
      const stranger = await client({ ...world, settings: { ...world.settings, access } });
      expect(await fault(stranger.checks(COMMIT))).toEqual({ kind: 'refused', why: { how: 'credentials' } });
    });
  });
}

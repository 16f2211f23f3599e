import { expect, test } from '@jest/globals';
import { githubWorld } from '../../support/forges/github/world.ts';
import { gitlabWorld } from '../../support/forges/gitlab.ts';
import { says } from '../../support/forges/server.ts';
import type { ForgeWorld } from '../../support/forges/world.ts';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { card, openWorld, type World } from '../../support/world.ts';

const RUNS = ['in_progress', 'running', 'pending', 'queued'];

/**
 * What the forge has done when the process is killed, which has not learned of it. `at`: SHA in it stands for that of the commit.
 * `body`: what it was told. `late`: it was away until the release had ended.
 */
type Moment = [what: string, at: RegExp, body: Record<string, unknown>, late?: boolean];

const GITHUB: Moment[] = [
  ['keeps a status', /\/statuses\/SHA$/, { state: 'success' }],
  ['makes a deployment', /\/deployments$/, {}],
  ['says that it runs', /\/deployments\/\d+\/statuses$/, { state: 'in_progress' }],
  ['says that it succeeded', /\/deployments\/\d+\/statuses$/, { state: 'success' }],
  ['says late that it succeeded', /\/deployments\/\d+\/statuses$/, { state: 'success' }, true],
  ['says that the one before is inactive', /\/deployments\/\d+\/statuses$/, { state: 'inactive' }],
];
const GITLAB: Moment[] = [
  ['keeps a status', /\/statuses\/SHA$/, { state: 'success' }],
  ['makes a deployment', /\/deployments$/, {}],
  ['says that it succeeded', /\/deployments\/\d+$/, { status: 'success' }],
  ['says late that it succeeded', /\/deployments\/\d+$/, { status: 'success' }, true],
];

/** A forge, and how it comes to know a commit. */
interface Place {
  forge: ForgeWorld;
  knows(sha: string): void;
}

async function github(): Promise<Place> {
  const forge = await githubWorld('classic');
  return { forge, knows: (sha) => void forge.state.commits.add(sha) };
}

const gitlab = async (): Promise<Place> => ({ forge: await gitlabWorld(), knows: () => {} });

const KINDS: [string, () => Promise<Place>, Moment[]][] = [
  ['GitHub', github, GITHUB],
  ['GitLab', gitlab, GITLAB],
];

describeTiers('kill -9 when a forge has done what it was told', (tier) => {
  test.each(KINDS)(
    '%s has one deployment for each release, and none that runs on',
    async (_kind, open, moments) => {
      const world: World = await openWorld(tier);
      const { forge, knows } = await open();
      const settings = { ...forge.settings, report: ['statuses' as const, 'deployments' as const] };
      const place = await describeBot(
        world,
        [{ name: 'integration', mode: 'continuous', deploy: { run: 'true', idempotent: true } }],
        undefined,
        settings,
      );
      const commit = (name: string, before = (_sha: string) => {}) => {
        const sha = world.repository.commit({ 'app.txt': name }, name);
        knows(sha);
        before(sha);
        world.repository.push();
        return sha;
      };
      const first = commit('first');
      let bot: BotProcess = await startProcess(world, place);
      const states = () => (forge.deployments() ?? []).map(({ state }) => state);
      const toldOf = (sha: string) =>
        forge.server.calls
          .filter(({ method, path }) => method === 'POST' && path.endsWith(`/statuses/${sha}`))
          .map(({ body }) => body.state);
      // The status is told before the deployment, and an interrupted deploy is told before the one that is tried again.
      const settled = async (releases: number, sha: string) => {
        await until(
          () =>
            `${releases} deployments, of which none runs and the last succeeded: ${states()}; of ${sha} it was told ${toldOf(sha)}`,
          () =>
            toldOf(sha).at(-1) === 'success' &&
            states().length >= releases &&
            states().at(-1) === 'success' &&
            !states().some((state) => RUNS.includes(state)),
          world.patienceMs,
        );
        const all = (forge.deployments() ?? []).map(({ sha, state }) => `${sha.slice(0, 7)} ${state}`);
        expect(all).toHaveLength(releases);
        expect(new Set(all).size).toBe(releases);
      };
      try {
        await settled(1, first);
        let releases = 1;
        for (const [what, where, body, late = false] of moments) {
          const before = forge.server.calls.length;
          const at = (sha: string) => new RegExp(where.source.replace('SHA', sha));
          const sha = commit(what, (sha) => {
            forge.server.fault = late ? { kind: 'reset' } : { kind: 'held', at: at(sha), body };
          });
          if (late) await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
          forge.server.fault = { kind: 'held', at: at(sha), body };
          await until(
            `it ${what}`,
            () => forge.server.calls.slice(before).some((call) => says(call, { at: at(sha), body })),
            world.patienceMs,
          );
          await bot.end('SIGKILL');
          forge.server.fault = null;
          bot = await startProcess(world, place);
          releases += 2;
          await settled(releases - 1, sha);
          // Whatever was left to say of it comes before this.
          await settled(releases, commit(`after it ${what}`));
        }
      } finally {
        await bot.end('SIGKILL');
        await forge.close();
        await world.close();
      }
    },
    300_000,
  );
});

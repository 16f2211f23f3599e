import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { PROJECT } from '../../support/forges/world.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';
import { fileOf, recordsIn } from '../../support/repositories/records.ts';
import { describeStory } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  glimpse,
  LIN,
  openHome,
  openWorld,
  productOf,
  sendPush,
  typed,
  WEBHOOK_SECRET,
  type World,
} from '../../support/world.ts';

describeStory('releases that GitHub is told of, and that are recorded in Git', (tier) => {
  let world: World;
  let github: GitHubWorld;
  let bot: Running;
  let records: TemporaryRepository;

  const start = () => {
    const { name, kind } = github.settings;
    const secrets = [...github.secrets, WEBHOOK_SECRET];
    // What a careless command prints reaches Slack with its log.
    const deploy = `echo "with ${secrets.join(' and ')}"; echo "$SLIPWAY_COMMIT" >> "$LEDGER"`;
    const product = productOf(world, [{ name: 'integration', mode: 'continuous', deploy }]);
    return startBot(
      world,
      { ...product, secrets, forge: { name, kind, project: PROJECT }, records: recordsIn(records) },
      { forges: [{ ...github.settings, report: ['statuses', 'deployments'] }] },
    );
  };

  function commit(name: string): string {
    const sha = world.repository.commit({ 'app.txt': name }, name);
    world.repository.push();
    github.state.commits.add(sha);
    return sha;
  }

  beforeAll(async () => {
    world = await openWorld(tier);
    github = await githubWorld('classic');
    records = temporaryRepository();
    commit('First');
    bot = await start();
  }, 60_000);

  afterAll(async () => {
    await bot.stop();
    await github.close();
    await world.close();
    records.cleanup();
  });

  /** The states that the deployments have now, oldest first. */
  const deployments = () =>
    github
      .deployments()
      ?.map(({ state }) => state)
      .join();
  const statusOf = (sha: string) => github.state.statuses.findLast((status) => status.sha === sha);

  test('have a status that leads to their card, and a deployment', async () => {
    const sha = world.repository.head();
    const posted = await card(world, 'accepted in shop/integration');
    const status = await until('the commit has succeeded', () => {
      const latest = statusOf(sha);
      return latest?.state === 'success' && latest;
    });
    expect(status).toMatchObject({
      name: 'slipway/integration',
      description: 'shop/integration#1: accepted',
      url: expect.stringContaining(`/p${posted.ts.replace('.', '')}`),
    });
    await until('the deployment has succeeded', () => deployments() === 'success');
    expect(github.state.deployments[0]).toMatchObject({ sha, environment: 'integration' });
  });

  test('are in the repository of records', async () => {
    const sha = world.repository.head();
    const read = () => fileOf(records, 'shop/integration.json');
    const file = await until('it is recorded', () => read()?.accepted && read());
    expect(file).toMatchObject({ Commit: sha, accepted: { release: 'integration#1', commit: sha } });
  });

  test('go on while GitHub is away, and are settled when it is back, by another process too', async () => {
    github.server.fault = { kind: 'reset' };
    const sha = commit('Second');
    await sendPush(bot.url, world, sha);
    await card(world, `${sha.slice(0, 7)} accepted in shop/integration`);
    expect(await world.ledger()).toHaveLength(2);
    await bot.stop();
    github.server.fault = null;
    bot = await start();
    await until('the second has replaced the first', () => deployments() === 'inactive,success');
    await until('its commit has succeeded', () => statusOf(sha)?.state === 'success');
    expect(world.sandbox.messages(CHANNEL).filter(({ text }) => text.includes('github'))).toEqual([]);
  });

  test('say nothing secret in Slack: messages, answers, dialogs, Home', async () => {
    const { sandbox } = world;
    const asked = ['status', 'why integration', 'where main', 'history integration', 'log integration'];
    const answers: string[] = [];
    for (const text of asked) answers.push(await typed(world, ADA, text));
    expect(answers.join('\n')).toContain('with *** and ***');
    const dialogs = await glimpse(world, ADA, 'pause integration');
    await openHome(world, ADA, 'integration');
    const people = [ADA, LIN].map((person) => [sandbox.ephemerals(person), sandbox.home(person)]);
    const all = JSON.stringify([sandbox.messages(CHANNEL), people, answers, dialogs]);
    expect(all).toContain(world.repository.head().slice(0, 7));
    for (const secret of [...github.secrets, WEBHOOK_SECRET])
      for (const written of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
        expect(all.includes(written)).toBe(false);
  });
});

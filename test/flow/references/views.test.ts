import { historyMessage } from '../../../src/chat/answers/history.ts';
import { whereMessage } from '../../../src/chat/answers/where.ts';
import { diffModal } from '../../../src/chat/dialogs/diff-and-log.ts';
import { optionsAnswer } from '../../../src/chat/dialogs/prepare/options.ts';
import { newCard } from '../../../src/domain/documents/card.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { messageOf, viewOf } from '../../../src/flow/cards/draw-card.ts';
import { Homes } from '../../../src/flow/home/homes.ts';
import { PullRequests } from '../../../src/flow/references/pull-requests.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { diffView, historyView } from '../../../src/flow/views/lookup.ts';
import { commitOptions } from '../../../src/flow/views/prepare-commits.ts';
import { whereView } from '../../../src/flow/views/where.ts';
import { released } from '../../contract/samples.ts';
import { type GitHubWorld, githubWorld } from '../../support/forges/github/world.ts';
import { PROJECT } from '../../support/forges/world.ts';
import { openStage, requestBuild, type Stage, slackAway } from '../support.ts';

const ID = environmentId('shop', 'integration');
const TITLE = 'SHOP-7 Show voucher field';

describe('what commits refer to', () => {
  let github: GitHubWorld;
  let stage: Stage;
  let services: ChatServices;
  let first: string;
  /** A merge, without its second parent. */
  let sha: string;

  beforeAll(async () => {
    github = await githubWorld('classic');
    const checks = { names: ['test'], withinMs: 3_600_000 } as const;
    stage = await openStage({ deploy: 'true' }, { forge: github, checks });
    stage.services.settings.products[0]!.tickets = {
      pattern: '[A-Z]+-[0-9]+',
      url: 'https://tickets.example/browse/{key}',
    };
    const { forge, now, log } = stage.services;
    // Longer than the forge takes on a busy machine.
    const pullRequests = new PullRequests({ forge, now, log, waitMs: 20_000 });
    services = { ...stage.services, chat: slackAway(), homes: new Homes(), pullRequests };
    const { repository } = stage;
    first = repository.commit({ a: '0' }, 'First');
    for (let at = 0; at < 30; at++) repository.commit({ a: `step ${at}` }, `Step ${at}`);
    sha = repository.commit({ a: 'voucher' }, 'Merge pull request #12 from acme/voucher');
    repository.push();
    await services.mirror('shop').fetch();
    const one = released(ID, 1, 1);
    await services.store.putReleases([{ ...one, product: 'shop', release: { ...one.release, sha } }]);
    await services.store.save('environments', {
      ...newEnvironment('shop', 'integration'),
      revision: 1,
      releases: 1,
    });
    await requestBuild(services, sha);
  }, 60_000);
  beforeEach(() => {
    // What was kept before is over.
    stage.clock.aheadMs += 2 * 3_600_000;
    github.state.came.set(sha, { number: 12, title: TITLE });
    github.server.calls.length = 0;
    github.server.fault = null;
  });
  afterAll(async () => {
    await stage.close();
    await github.close();
  });

  const product = () => services.settings.products[0]!;
  const asked = () => github.server.calls.filter(({ path }) => path.endsWith('/pulls')).length;

  async function card(by = services): Promise<string> {
    const view = await viewOf(by, newCard('shop@head-1', 'shop', { kind: 'push', head: 1, sha }));
    return view === null ? 'nothing' : JSON.stringify(messageOf(view).blocks);
  }

  it.each<[where: string, draw: () => Promise<unknown>]>([
    ['a card', () => card()],
    ['where', async () => whereMessage(await whereView(services, product(), sha)).blocks],
    ['the history', async () => historyMessage(await historyView(services, product(), ID, null)).blocks],
    ['a diff', async () => diffModal(await diffView(services, ID, sha, first)).blocks],
  ])('is linked by %s', async (_where, draw) => {
    const drawn = JSON.stringify(await draw()).replaceAll('\\"', '"');
    expect(drawn).toContain('"url":"https://tickets.example/browse/SHOP-7"');
    expect(drawn).toContain(`"url":"${github.server.origin}/${PROJECT}/pull/12"`);
    expect(drawn).toContain(' Show voucher field (');
    expect(drawn).not.toContain('Merge pull request');
  });

  it('is said by the menu of commits', async () => {
    const drawn = JSON.stringify(optionsAnswer(await commitOptions(services, ID, '')));
    expect(drawn).toContain(`${sha.slice(0, 7)} ${TITLE} (#12)`);
  });

  it('is asked for the newest of many commits alone', async () => {
    await diffView(services, ID, sha, first);
    expect(asked()).toBe(20);
  });

  it('is left out while the forge is down, and there when the card is drawn later', async () => {
    const { forge, now, log, timing } = services;
    const started = new PullRequests({ forge, now, log, waitMs: timing.pullRequestsMs });
    const fresh = { ...services, pullRequests: started };
    github.server.fault = { kind: 'answer', status: 500, text: '{}' };
    expect(await card(fresh)).toContain('Merge pull request #12 from acme/voucher');
    github.server.fault = null;
    stage.clock.aheadMs += 60_000;
    expect(await card(fresh)).toContain(' Show voucher field (');
  });
});

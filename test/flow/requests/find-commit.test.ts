import { renameSync, rmSync } from 'node:fs';
import type { Request } from '../../../src/chat/command/request.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { findCommit, newestBelow } from '../../../src/flow/requests/find-commit.ts';
import { openStage, requestBuild, type Stage } from '../support.ts';

const asked = { kind: 'prepare' } as Request;

describe('the commit that a person means, on a host with an old mirror', () => {
  let stage: Stage;
  let first: string;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    first = stage.repository.commit({ 'a.txt': 'one' }, 'One');
    stage.repository.push();
    await stage.services.mirror('shop').fetch();
  }, 60_000);
  afterEach(async () => await stage.close());

  const find = (typed: string) => findCommit(stage.services, 'shop', typed, asked);
  const pushed = (): string => {
    const sha = stage.repository.commit({ 'a.txt': 'two' }, 'Two');
    stage.repository.push();
    return sha;
  };

  it('a branch is read as it is now, and a known SHA needs no fetch', async () => {
    const second = pushed();
    expect(await find('main')).toEqual({ kind: 'found', sha: second, ref: 'main' });
    stage.repository.cleanup();
    expect(await find(first.slice(0, 9))).toEqual({ kind: 'found', sha: first, ref: null });
  });

  it('a name is read as last fetched when the forge is unavailable, and an unknown one is an error', async () => {
    pushed();
    renameSync(stage.repository.url, `${stage.repository.url}.away`);
    expect(await find('main')).toEqual({ kind: 'found', sha: first, ref: 'main' });
    await expect(find('v1')).rejects.toMatchObject({ name: 'GitError' });
  });

  it('a built commit is found by its SHA after a force push, on a host that never saw it', async () => {
    const doomed = pushed();
    await requestBuild(stage.services, doomed);
    stage.repository.reset(first);
    stage.repository.push('main', { force: true });
    rmSync(stage.services.mirror('shop').directory, { recursive: true });
    expect(await find(doomed)).toEqual({ kind: 'found', sha: doomed, ref: null });
  });

  it('a commit of a stranger’s pull request is unknown', async () => {
    stage.repository.branch('stranger');
    const foreign = stage.repository.commit({ evil: 'yes' }, 'Evil');
    stage.repository.git('push', '--quiet', 'origin', 'HEAD:refs/pull/1/head');
    expect(await find(foreign)).toMatchObject({ kind: 'problem', problem: { kind: 'unknownCommit' } });
  });

  it('it defaults to the head that Slipway saw last, whoever fetched it', async () => {
    const second = pushed();
    const { services } = stage;
    await services.store.save('products', {
      ...newProduct('shop'),
      revision: 1,
      heads: [{ number: 1, sha: second, at: 1, pushedBy: null }],
    });
    expect(await newestBelow(services, 'shop', environmentId('shop', 'integration'))).toEqual({
      kind: 'found',
      sha: second,
      ref: 'main',
    });
  });

  it('other objects of that name are offered, without advice to push', async () => {
    const { repository } = stage;
    repository.tag('v1.0', { message: 'One' });
    repository.push('v1.0');
    const offered = async (typed: string) => {
      const answer = await find(typed);
      return answer.kind === 'problem' && answer.problem.kind === 'unknownCommit'
        ? answer.problem.suggestions
        : answer;
    };
    expect(await offered('v1.0.0')).toEqual([{ ref: 'v1.0', what: 'tag' }]);
    for (const typed of ['HEAD', 'head.', 'latest']) {
      expect(await offered(typed)).toEqual([{ ref: 'main', what: 'branch' }]);
    }
    expect(await offered('integration')).toEqual([]);
    const environment = newEnvironment('shop', 'integration');
    await stage.services.store.save('environments', {
      ...environment,
      revision: 1,
      deployed: { sha: first, ref: null, release: 1, at: 1, by: ROBOT },
    });
    for (const typed of ['integration', 'Integration,', 'shop/integration']) {
      expect(await offered(typed)).toEqual([{ ref: first.slice(0, 12), what: 'commit' }]);
    }
  });

  describe('a pasted commit', () => {
    const found = (sha: string, ref: string | null = null) => ({ kind: 'found', sha, ref });
    const problem = (kind: string) => ({ kind: 'problem', problem: { kind } });

    it('is found under each of its names', async () => {
      const { repository, services } = stage;
      repository.tag('v1', { message: 'One' });
      repository.push('v1');
      await services.mirror('shop').fetch();
      const tag = repository.git('rev-parse', 'v1');
      const short = first.slice(0, 7);
      const link = `https://github.com/acme/shop/commit/${first}`;
      const plain = [
        first.toUpperCase(),
        `${short}...`,
        `${short}…`,
        `*${short}*`,
        `(_${short}_).`,
        `shop@${short}`,
      ];
      const linked = [link, `${link}#diff-1`, `<${link}|${short}>`, `${link}),`, `[${short}](${link})`];
      for (const typed of [...plain, ...linked, tag, tag.slice(0, 9), `v1-0-g${short}`]) {
        expect({ typed, ...(await find(typed)) }).toEqual({ typed, ...found(first) });
      }
      for (const typed of ['origin/main', 'heads/main', 'refs/heads/main', '`main`.', 'shop@main']) {
        expect({ typed, ...(await find(typed)) }).toEqual({ typed, ...found(first, 'main') });
      }
      for (const typed of [
        'tags/v1',
        'refs/tags/v1',
        'v1,',
        'https://github.com/acme/shop/releases/tag/v1',
      ]) {
        expect({ typed, ...(await find(typed)) }).toEqual({ typed, ...found(first, 'v1') });
      }
    });

    it('is the branch of that name if there is one', async () => {
      const { repository, services } = stage;
      const strange = ['origin/main', 'heads/main', '_main_', 'main,', 'shop@main'];
      for (const [index, name] of strange.entries()) {
        repository.branch(name, 'main');
        const sha = repository.commit({ 'a.txt': `${index}` }, name);
        repository.push(`refs/heads/${name}`);
        await services.mirror('shop').fetch();
        expect({ name, ...(await find(name)) }).toEqual({ name, ...found(sha, name) });
      }
      expect(await find('main')).toEqual(found(first, 'main'));
    });

    it('is refused if it belongs to another repository, or is not one commit', async () => {
      expect(await find('billing@abc1234')).toMatchObject({
        kind: 'problem',
        problem: { kind: 'otherRepository', theirs: 'billing', ours: 'shop' },
      });
      expect(await find('https://github.com/acme/billing/tree/main')).toMatchObject({
        problem: { kind: 'otherRepository', theirs: 'github.com/acme/billing' },
      });
      expect(await find('https://github.com/acme/shop/pull/7')).toMatchObject(problem('noCommitPage'));
      expect(await find('https://github.com/acme/shop/compare/v1...main')).toMatchObject({
        problem: { kind: 'twoCommits', commits: ['main', 'v1'] },
      });
    });
  });
});

import { renameSync } from 'node:fs';
import { defaultRoles } from '../../../src/domain/approvals/approvals.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { commitOptions } from '../../../src/flow/views/prepare-commits.ts';
import { ADA, acceptance, HOUR, MO, release } from '../../chat/build.ts';
import { openStage, type Stage } from '../support.ts';

const PROD = environmentId('shop', 'prod');

describe('the commits that are offered for prod', () => {
  let stage: Stage;
  let services: Services;
  const shas: Record<string, string> = {};

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    const { repository } = stage;
    const lin = { name: 'Lin', email: 'lin@example.com' };
    shas.old = repository.commit({ a: '1' }, 'Old');
    shas.runs = repository.commit({ a: '2' }, 'Round prices');
    shas.revoked = repository.commit({ a: '3' }, 'Double charge');
    shas.waits = repository.commit({ a: '4' }, 'Show vouchers', { author: lin });
    shas.ready = repository.commit({ a: '5' }, 'Translate vouchers', { author: lin });
    repository.tag('v2.0');
    shas.newest = repository.commit({ a: '6' }, 'Sort the cart');
    repository.push();
    repository.push('v2.0');
    services = withProd(stage.services);
    await services.mirror('shop').fetch();
    const accepted = ['old', 'runs', 'revoked', 'waits', 'ready'].map((name, index) =>
      acceptance({
        environment: environmentId('shop', 'integration'),
        sha: shas[name] ?? '',
        at: services.now() - (9 - index) * HOUR,
        by: MO,
        ...(name === 'revoked' ? { revoked: { at: 1, by: ADA, release: null } } : {}),
      }),
    );
    await services.store.save('environments', {
      ...newEnvironment('shop', 'integration'),
      revision: 1,
      acceptances: accepted.map((one) => ({ acceptance: one, recorded: false })),
    });
    await services.store.save('environments', {
      ...newEnvironment('shop', 'prod'),
      revision: 1,
      releases: 2,
      deployed: { sha: shas.runs, ref: null, release: 1, at: 1, by: ADA },
      open: [release({ number: 2, sha: shas.waits, card: 'shop/prod#2' })],
    });
  }, 60_000);
  afterAll(async () => await stage.close());

  /** Groups by label, each with names of commits and, where asked, what is said about them. */
  async function offered(typed: string): Promise<Record<string, string[]>> {
    const { groups } = await commitOptions(services, PROD, typed);
    const named = (sha: string) => Object.entries(shas).find(([, known]) => known === sha)?.[0] ?? sha;
    const filled = groups.filter(({ commits }) => commits.length > 0);
    return Object.fromEntries(
      filled.map(({ label, commits }) => [label, commits.map(({ sha }) => named(sha))]),
    );
  }
  const ACCEPTED = 'Accepted in integration';
  const NEWEST = 'Newest in main, not accepted in integration';

  test('nothing typed: what is accepted below and neither there nor waiting, newest first; then the branch', async () => {
    expect(await offered('')).toEqual({ [ACCEPTED]: ['ready'], [NEWEST]: ['newest', 'revoked'] });
    expect(await offered('  \n ')).toEqual(await offered(''));
  });

  test.each<[string, string | (() => string), Record<string, string[]>]>([
    [
      'a word of a message',
      'vouchers',
      { [ACCEPTED]: ['ready', 'waits'], 'Messages and authors': ['ready', 'waits'] },
    ],
    ['another case', 'TRANSLATE', { [ACCEPTED]: ['ready'], 'Messages and authors': ['ready'] }],
    ['an author', 'lin@example', { 'Messages and authors': ['ready', 'waits'] }],
    ['a tag', 'v2', { [ACCEPTED]: ['ready'], 'Branches and tags': ['ready'] }],
    ['the branch', 'main', { 'Branches and tags': ['newest'] }],
    ['a short SHA', () => (shas.revoked ?? '').slice(0, 8), { Commits: ['revoked'] }],
    ['a SHA that is accepted', () => shas.ready ?? '', { [ACCEPTED]: ['ready'], Commits: ['ready'] }],
    [
      'a link to a commit',
      () => `https://github.com/acme/shop/commit/${shas.newest}`,
      { Commits: ['newest'] },
    ],
    ['a name with something around it', () => `shop@${shas.newest}`, { Commits: ['newest'] }],
    ['what nobody wrote', 'xyzzy', {}],
    ['an option of git', '--all', {}],
    ['very much', 'x'.repeat(5_000), {}],
  ])('%s', async (_what, typed, found) => {
    expect(await offered(typeof typed === 'string' ? typed : typed())).toEqual(found);
  });

  test('each says who wrote it and where it stands', async () => {
    const { groups } = await commitOptions(services, PROD, 'vouchers');
    expect(groups[0]?.commits.map(({ says }) => says)).toEqual([
      'Lin · accepted 5 h ago by Mo',
      'waits as prod#2 · Lin · accepted 6 h ago by Mo',
    ]);
    const running = await commitOptions(services, PROD, 'Round');
    expect(running.groups.at(-1)?.commits[0]?.says).toBe('runs in prod now · Ada Lovelace · 2026-01-05');
  });

  test('more than fit are said to be more', async () => {
    expect((await commitOptions(services, PROD, 'vouchers')).rest).toBe('all');
    stage.repository.commitMany(60);
    stage.repository.push();
    await services.mirror('shop').fetch();
    const { groups, rest } = await commitOptions(services, PROD, 'Commit ');
    expect(rest).toBe('more');
    expect(groups.at(-1)?.commits).toHaveLength(40);
  });

  test('a search that takes too long is said, and what is accepted is offered all the same', async () => {
    const slow: Services = {
      ...services,
      mirror: (product) => ({
        ...services.mirror(product),
        search: async () => ({ bySha: [], names: [], byText: [], isSlow: true }),
      }),
    };
    const { groups, rest } = await commitOptions(slow, PROD, 'vouchers');
    expect(rest).toBe('slow');
    expect(groups[0]?.commits).toHaveLength(2);
  });

  test('without a mirror, what is accepted is offered by its SHA', async () => {
    const { directory } = services.mirror('shop');
    renameSync(directory, `${directory}.away`);
    const { groups } = await commitOptions(services, PROD, '');
    expect(groups[0]?.commits.map(({ subject }) => subject)).toEqual([null, null]);
    expect(
      (await commitOptions(services, PROD, 'voucher')).groups.every(({ commits }) => commits.length === 0),
    ).toBe(true);
    renameSync(`${directory}.away`, directory);
  });
});

/** The same with an approval environment above the lowest. */
function withProd(services: Services): Services {
  const [product] = services.settings.products;
  if (!product) throw new TypeError('a stage has a product');
  const [lowest] = product.environments;
  const prod = {
    ...lowest,
    policy: {
      ...lowest.policy,
      name: 'prod',
      mode: 'approval' as const,
      below: 'integration',
      roles: defaultRoles([]),
    },
  };
  return { ...services, settings: { products: [{ ...product, environments: [lowest, prod] }] } };
}

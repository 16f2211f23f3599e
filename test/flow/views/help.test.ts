import { shortHelpMessage } from '../../../src/chat/answers/help/help.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { helpView } from '../../../src/flow/views/lookup.ts';
import { oneRule, release } from '../../chat/build.ts';
import { openChat, openStage } from '../support.ts';

test('help offers to approve only to those who wrote no part of it, where authors may not', async () => {
  const stage = await openStage({ deploy: 'true' });
  const person = (id: string): Person => ({ kind: 'person', id, name: id.slice(1), member: true });
  const people = ['ULIN', 'UMO'].map((id) => ({ id, name: id.slice(1), email: `${id}@example.com` }));
  const { sandbox, chat } = await openChat(people);
  try {
    const { repository } = stage;
    const runs = repository.commit({ a: '1' }, 'One');
    const sha = repository.commit({ a: '2' }, 'Two', { author: { name: 'Lin', email: 'ulin@example.com' } });
    repository.push();
    await stage.services.mirror('shop').fetch();
    const services = chat(stage.services);
    const [product] = services.settings.products;
    if (!product) throw new TypeError('a stage has a product');
    const [lowest] = product.environments;
    lowest.policy = {
      ...lowest.policy,
      mode: 'approval',
      approvals: { ...oneRule(1, ['ULIN', 'UMO']), authors: false },
    };
    await services.store.save('environments', {
      ...newEnvironment('shop', 'integration'),
      revision: 1,
      deployed: { sha: runs, ref: null, release: 1, at: 1, by: person('UADA') },
      open: [release({ number: 2, sha, requestedBy: person('UADA') })],
    });
    const text = async (id: string) => shortHelpMessage(await helpView(services, product, person(id))).text;
    expect(await text('UMO')).toContain('1 approval waits for you');
    expect(await text('ULIN')).not.toContain('waits for you');
  } finally {
    await sandbox.close();
    await stage.close();
  }
}, 60_000);

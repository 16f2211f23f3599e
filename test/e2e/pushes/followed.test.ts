import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Running } from '../../../src/app/start.ts';
import { startBot } from '../../support/bot.ts';
import { until } from '../../support/until.ts';
import {
  ADA,
  CHANNEL,
  card,
  openWorld,
  productOf,
  sendPush,
  typed,
  type World,
  wordsOf,
} from '../../support/world.ts';

let world: World;
let bot: Running;
let root: string;
let first: string;

beforeAll(async () => {
  world = await openWorld();
  root = world.repository.commit({ 'shop/a.txt': 'zero' }, 'Root');
  first = world.repository.commit({ 'shop/a.txt': 'one' }, 'First');
  world.repository.push();
  world.repository.tag('v0', { sha: root });
  world.repository.push('refs/tags/v0');
  const deploy = 'echo "$SLIPWAY_REF $SLIPWAY_COMMIT" >> "$LEDGER"';
  const product = productOf(world, [{ name: 'integration', mode: 'continuous', deploy }]);
  bot = await startBot(world, { ...product, branch: { tags: 'v*' }, paths: ['shop'] });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await world.close();
});

async function tag(name: string, sha: string): Promise<void> {
  world.repository.tag(name, { sha, message: name });
  world.repository.push(`refs/tags/${name}`);
  const object = world.repository.git('rev-parse', name);
  const answer = await sendPush(bot.url, world, object, { ref: `refs/tags/${name}` });
  expect([answer.status, await answer.json()]).toMatchObject([
    202,
    { products: [{ outcome: { kind: 'accepted' } }] },
  ]);
}

/** What `/release …` answers, once it says this. */
const says = (text: string, words: string) =>
  until(`${text} says ${words}`, async () => {
    const answer = await typed(world, ADA, text);
    return answer.includes(words) ? answer : null;
  });

test('the way of tags: built, left out and built all the same, and too old to be deployed', async () => {
  await tag('v1', first);
  const accepted = await card(world, `${first.slice(0, 7)} (v1) accepted in shop/integration`);
  expect(wordsOf(accepted)).toContain('tagged v1 by Lin');

  const docs = world.repository.commit({ 'docs/d.md': 'one' }, 'Docs');
  world.repository.push();
  await tag('v2', docs);
  const short = docs.slice(0, 7);
  await says(`where ${docs}`, `not built: it changes nothing in shop since ${first.slice(0, 7)} (v1)`);
  await says('status', `Not built: ${short} (v2): it changes nothing in shop`);
  expect(world.sandbox.messages(CHANNEL).map(wordsOf).join()).not.toContain(short);
  await typed(world, ADA, `rebuild ${docs}`);
  await card(world, `${short} (v2) accepted in shop/integration`);

  await tag('v0.1', root);
  const told = await card(world, `Not deployed: ${root.slice(0, 7)} (v0.1) to shop/integration`);
  expect(wordsOf(told)).toContain(`its tag came when ${short} (v2), which contains it, ran`);
  expect(await world.ledger()).toEqual([`v1 ${first}`, `v2 ${docs}`]);
  await says('where v0.1', `${root.slice(0, 7)} (v0.1)`);
}, 60_000);

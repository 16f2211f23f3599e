import { until } from '../../support/until.ts';
import { wordsOf } from '../../support/world.ts';
import { channelOf } from '../products.ts';
import type { Stage } from '../stage.ts';

/** What `/release status` says of a product. */
export async function statusOf({ sandbox }: Stage, product: string): Promise<string> {
  const person = 'U0KIM';
  const before = sandbox.ephemerals(person).length;
  // A machine that still has its hands full may miss the three seconds: a person would ask again.
  await until(`/release status ${product} is taken`, async () => {
    return (await sandbox.command(person, channelOf(product), `/release status ${product}`)).ok;
  });
  const isAnswer = (said: string) => said.includes(`${product} ·`) || said.includes('Errored');
  return await until(`the status of ${product}`, () =>
    sandbox.ephemerals(person).slice(before).map(wordsOf).find(isAnswer),
  );
}

import { simulate } from './simulate.ts';

test('some days of a busy product on disk: the disk stays flat, and nothing that is needed goes', async () => {
  await simulate(2);
}, 60_000);

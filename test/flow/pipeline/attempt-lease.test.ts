import { HeldLease } from '../../../src/flow/pipeline/attempt-lease.ts';
import { until } from '../../support/until.ts';
import { openStage, type Stage } from '../support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ build: 'true', deploy: 'true' });
});
afterEach(async () => await stage.close());

test('a renewal says what is true when it is asked for, also while another one is under way', async () => {
  let step = 'build';
  const said: string[] = [];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { clock } = stage.services;
  const held = new HeldLease(stage.services, clock.leaseNow() + 60_000, {
    of: 'build',
    async renew() {
      said.push(step);
      if (said.length === 1) await answered;
      return { kind: 'yours' };
    },
    log: () => 'a log',
    endOn: new AbortController().signal,
  });
  const first = held.renew();
  await until('the first is under way', () => said.length === 1);
  step = 'test';
  const second = held.renew();
  answer();
  await Promise.all([first, second]);
  await held.end();
  expect(said.slice(0, 2)).toEqual(['build', 'test']);
});

import { THOROUGH } from '../../../support/thorough.ts';
import { simulate } from './simulate.ts';

test('a year of a busy product on disk: the disk stays flat, and nothing that is needed goes', async () => {
  await simulate(THOROUGH ? 365 : 30);
}, 3_600_000);

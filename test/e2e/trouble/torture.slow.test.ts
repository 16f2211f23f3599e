import { describe, expect, test } from '@jest/globals';
import { describeWith } from '../../support/services/tiers.ts';
import { KILLS } from '../../torture/acts/chaos.ts';
import { seedOfDay } from '../../torture/seed.ts';
import { torture } from '../../torture/torture.ts';

const KILLED = 12;

/** Far more than it takes: the bound is for a machine that does much else. */
const MINUTES = 5;

/** A short run of `npm run torture`, which says more and does it longer. */
async function short(tier: 'embedded' | 'services'): Promise<void> {
  const seed = seedOfDay(new Date());
  process.stdout.write(`Torturing the ${tier} tier: ${KILLED} kills, seed ${seed}\n`);
  const report = await torture({ tier, kills: KILLED, seed, minutes: MINUTES });
  const { findings, directory, came } = report;
  expect({ findings, directory, seed }).toEqual({ findings: [], directory, seed });
  // Whoever calls another system is killed beside, so one more may die.
  expect(report.did[KILLS]).toBeGreaterThanOrEqual(KILLED);
  // Nothing can be found where nothing happened.
  for (const what of ['deploys run', 'commands settled', 'cards']) expect(came[what]).toBeGreaterThan(0);
}

describe('torture, embedded', () => {
  test(
    'nothing is lost, run twice or posted twice',
    async () => {
      await short('embedded');
    },
    2 * MINUTES * 60_000,
  );
});

describeWith(['redis', 'mongo'], 'torture, services', () => {
  test(
    'nothing is lost, run twice or posted twice, whatever is killed',
    async () => {
      await short('services');
    },
    2 * MINUTES * 60_000,
  );
});

import type { Place } from './fields.ts';

/** Fields that are designed but not in this version, with what to do until then. */
export const LATER: Partial<Record<Place, Record<string, string>>> = {
  file: {
    keep: 'remove it: everything is kept',
  },
  build: {
    artifacts: 'remove it: deploys run in the tree that the build leaves',
  },
  environment: { current: 'remove it: Slipway takes what it deployed last as what runs' },
  verify: {
    for: 'remove it, and let the command itself watch for that long',
    every: 'remove it, and let the command itself repeat',
    failures: 'remove it, and let the command itself decide how many failures are too many',
  },
};

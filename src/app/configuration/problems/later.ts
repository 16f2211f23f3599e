import type { Place } from './fields.ts';

/** Fields that are designed but not in this version, with what to do until then. */
export const LATER: Partial<Record<Place, Record<string, string>>> = {
  file: {
    keep: 'remove it: everything is kept',
  },
  product: {
    records: 'remove it: slipway audit shows what was done',
  },
  build: {
    artifacts: 'remove it: deploys run in the tree that the build leaves',
  },
  deploy: {
    git: 'remove it, and let run push the change: run: ./deploy.sh',
  },
  verify: {
    for: 'remove it, and let the command itself watch for that long',
    every: 'remove it, and let the command itself repeat',
    failures: 'remove it, and let the command itself decide how many failures are too many',
  },
};

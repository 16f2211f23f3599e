import type { Place } from './fields.ts';

/** Fields that are designed but not in this version, with what to do until then. */
export const LATER: Partial<Record<Place, Record<string, string>>> = {
  build: {
    artifacts: 'remove it: deploys run in the tree that the build leaves',
  },
};

import type { ThreadSubject } from '../../../src/chat/mention/in-thread.ts';

export const SHA = 'abc123f'.padEnd(40, '0');

/** What the threads are about in which the suites mention Slipway. */
export const CARD: ThreadSubject = {
  kind: 'release',
  product: 'storefront',
  environment: 'preprod',
  number: 7,
  sha: SHA,
};
export const PUSH: ThreadSubject = { kind: 'push', product: 'storefront', sha: SHA };

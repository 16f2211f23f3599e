import { setFlagsFromString } from 'node:v8';

/**
 * From now on the heap grows no more than it must. V8 lets it grow by what the machine has: with 25 GB and 50 MB alive a
 * bot came to 230 MB, and so to 140, no slower (200 releases on the services tier). Every process that is forked
 * costs what the forking one weighs. May be called at any time.
 */
export function growSparingly(): void {
  setFlagsFromString('--optimize-for-size');
}

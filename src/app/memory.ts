import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 save memory from now on. By default the heap grows with the memory of the machine: on one with 25 GB, a
 * bot with 50 MB of live data grew to 230 MB. With this option it stayed at 140 MB and was not slower (200 releases
 * on the services tier). Forking a process also costs as much as the parent's memory. May be called at any time.
 */
export function growSparingly(): void {
  setFlagsFromString('--optimize-for-size');
}

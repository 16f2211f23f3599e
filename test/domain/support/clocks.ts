import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { LEASE_MS } from '../../../src/domain/time/lease.ts';
import type { Walk } from './support.ts';

export * from './support.ts';

export function windowOf(from: number, to: number): FreezeWindow {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  return { kind: 'dated', from: time(from), to: time(to), timezone: 'UTC', reason: 'Weekend' };
}

export function begin(walk: Walk, release: number) {
  const leaseUntil = walk.now + LEASE_MS;
  return { type: 'begin', release, step: 'deploy', worker: 'w1', leaseUntil } as const;
}

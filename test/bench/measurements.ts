import type { Measurement } from './bench.ts';
import { acknowledge } from './measurements/acknowledge.ts';
import { checkout } from './measurements/checkout.ts';
import { followed } from './measurements/followed.ts';
import { footprint } from './measurements/footprint.ts';
import { history } from './measurements/history.ts';
import { pipelines } from './measurements/pipelines.ts';
import { start } from './measurements/start.ts';

/** In the order in which they run and are printed. */
export const MEASUREMENTS = {
  acknowledge,
  start,
  pipelines,
  checkout,
  history,
  footprint,
  followed,
} as const satisfies Record<string, Measurement>;

export type MeasurementName = keyof typeof MEASUREMENTS;

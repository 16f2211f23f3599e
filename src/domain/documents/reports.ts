import { type EnvironmentId, environmentId } from '../ids.ts';
import { type Aggregate, newAggregate } from './document.ts';
import type { Report, ReportUse } from './values/report.ts';

/** Something that the forge refuses this account. */
export interface Refused {
  use: ReportUse;
  /** How often in a row. */
  times: number;
  /** It is not asked again before this time; null: not until a release changes or a process starts. */
  until: number | null;
}

/** What one environment has to say to its product's forge: an outbox, under the id of the environment. */
export interface Reports extends Aggregate {
  id: EnvironmentId;
  /** Oldest first. */
  releases: Report[];
  /** The newest release whose deployment the forge has been told of; absent: none is known. */
  newest?: number | undefined;
  /** The worker that tells now, and when its claim ends; null: none. */
  claim: { worker: string; until: number } | null;
  /** Nothing is told before this time: the forge asked to wait, or did not answer. 0: no wait. Milliseconds since the epoch. */
  notBefore: number;
  /** How often in a row the forge did not answer as it should. */
  failures: number;
  refused: Refused[];
}

/** An environment that has nothing to say yet. */
export function newReports(product: string, environment: string): Reports {
  return {
    ...newAggregate(environmentId(product, environment), product),
    releases: [],
    claim: null,
    notBefore: 0,
    failures: 0,
    refused: [],
  };
}

/** When the forge may be asked for this; 0: at once, null: not by the passage of time. */
export function mayTellAt({ notBefore, refused }: Reports, use: ReportUse): number | null {
  const known = refused.find((entry) => entry.use === use);
  if (known === undefined) return notBefore;
  return known.until === null ? null : Math.max(notBefore, known.until);
}

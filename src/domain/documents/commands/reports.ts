import type { DeploymentState, ReportUse } from '../values/report.ts';
import type { Base } from './base.ts';

/** What environments and workers send to what is told to a forge. */
export type ReportsCommand = Base &
  /** The release says something else now. */
  (
    | { type: 'tellForge'; product: string; release: number }
    | { type: 'claimReports'; worker: string; until: number }
    /**
     * The forge knows change `wanted` of a release. `deployment`: as it is there; null: nothing was said of one. `over`: the
     * release says nothing more by itself.
     */
    | {
        type: 'reported';
        worker: string;
        until: number;
        release: number;
        use: ReportUse;
        wanted: number;
        deployment: { id: string; state: DeploymentState } | null;
        over: boolean;
      }
    /** `failed`: the forge did not answer as it should; else it asked to wait. */
    | { type: 'reportsDeferred'; worker: string; until: number; failed: boolean }
    /** The account may not tell the forge that. */
    | { type: 'reportRefused'; worker: string; use: ReportUse; until: number }
    | { type: 'releaseReports'; worker: string }
    /** A process has started: what the forge refused may be granted now. */
    | { type: 'reportAgain' }
    /** The product no longer tells a forge anything. */
    | { type: 'reportNothing' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );

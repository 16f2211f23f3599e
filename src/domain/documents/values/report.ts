/** What a forge is told about a release. */
export const REPORT_USES = ['statuses', 'deployments'] as const;
export type ReportUse = (typeof REPORT_USES)[number];

/** What a forge is told of a commit, as one line. 'neutral': its release has ended, and nothing was found about it. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error' | 'neutral';

/** What a forge is told of a deployment. 'inactive': it succeeded, and something else runs now. */
export const DEPLOYMENT_STATES = ['running', 'success', 'failure', 'error', 'inactive'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** A release that has something to say to the forge, or whose deployment there is still in use. */
export interface Report {
  release: number;
  /** Counts the changes of what is to be said. */
  wanted: number;
  /** The change that each was told last. */
  told: Record<ReportUse, number>;
  /** Its deployment as the forge has it; null: none is known. */
  deployment: { id: string; state: DeploymentState } | null;
}

/** What is still to be told of a release. */
export function untold({ told, wanted }: Report): ReportUse[] {
  return REPORT_USES.filter((use) => told[use] < wanted);
}

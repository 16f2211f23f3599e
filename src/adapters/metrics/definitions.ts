/** One metric of ours, as `/metrics` and docs/operate.md show it. */
export interface Definition {
  name: `slipway_${string}`;
  type: 'counter' | 'gauge' | 'histogram';
  labels: readonly string[];
  help: string;
  /** Upper bounds in seconds, of a histogram. */
  buckets?: readonly number[];
}

/** Calls of a database or of Slack. */
const CALLS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Commands: from a script of a second to a build of hours. */
const RUNS = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

/** Every metric of ours. Labels have values of fixed lists, or names of products and environments. */
export const DEFINITIONS = {
  commands: {
    name: 'slipway_commands_total',
    type: 'counter',
    labels: ['verb', 'outcome'],
    help: 'Commands that were settled, of people and of Slipway itself: accepted or refused',
  },
  decisions: {
    name: 'slipway_decision_duration_seconds',
    type: 'histogram',
    labels: ['kind'],
    help: 'Time to read what a command depends on and to decide it, by kind of document',
    buckets: [0.001, ...CALLS],
  },
  builds: {
    name: 'slipway_builds_total',
    type: 'counter',
    labels: ['product', 'outcome'],
    help: 'Builds that ended: succeeded, failed, errored, interrupted or handedBack (by a stop; it begins again)',
  },
  buildTime: {
    name: 'slipway_build_duration_seconds',
    type: 'histogram',
    labels: ['product'],
    help: 'How long builds ran, however they ended',
    buckets: RUNS,
  },
  deploys: {
    name: 'slipway_deploys_total',
    type: 'counter',
    labels: ['product', 'environment', 'outcome'],
    help: 'Attempts at deploys that ended: succeeded, failed, errored, cancelled or interrupted',
  },
  deployTime: {
    name: 'slipway_deploy_duration_seconds',
    type: 'histogram',
    labels: ['product', 'environment'],
    help: 'How long attempts at deploys ran, however they ended',
    buckets: RUNS,
  },
  verifications: {
    name: 'slipway_verifications_total',
    type: 'counter',
    labels: ['product', 'environment', 'outcome'],
    help: 'Verifications that ended, with the outcomes of deploys; of a repeated one, each check',
  },
  verificationTime: {
    name: 'slipway_verification_duration_seconds',
    type: 'histogram',
    labels: ['product', 'environment'],
    help: 'How long verifications ran, however they ended',
    buckets: RUNS,
  },
  leasesLost: {
    name: 'slipway_leases_lost_total',
    type: 'counter',
    labels: ['of'],
    help: 'Leases that this process lost while it worked: of a build, deploy or verify',
  },
  oldestDue: {
    name: 'slipway_oldest_due_seconds',
    type: 'gauge',
    labels: ['kind'],
    help: 'For how long the document that is due longest has waited for a worker, by kind; 0: none waits',
  },
  sweptAt: {
    name: 'slipway_last_sweep_timestamp_seconds',
    type: 'gauge',
    labels: [],
    help: 'When this process last looked for all due work; it does every 2 seconds',
  },
  diskFree: {
    name: 'slipway_disk_free_bytes',
    type: 'gauge',
    labels: [],
    help: 'Free space on the disk of DATA_DIR',
  },
  diskTotal: {
    name: 'slipway_disk_size_bytes',
    type: 'gauge',
    labels: [],
    help: 'Size of the disk of DATA_DIR',
  },
  clockOffset: {
    name: 'slipway_clock_offset_seconds',
    type: 'gauge',
    labels: [],
    help: "How far this process's clock is ahead of the database's; absent on the embedded tier",
  },
  undeliverable: {
    name: 'slipway_undeliverable_cards',
    type: 'gauge',
    labels: ['product'],
    help: 'Cards that cannot be delivered until somebody acts, 200 at most; of a worker absent',
  },
  slackCalls: {
    name: 'slipway_slack_calls_total',
    type: 'counter',
    labels: ['methods', 'outcome'],
    help: 'Calls to Slack by the first word of the method: ok, refused, rate_limited (429) or failed (no answer)',
  },
  slackTime: {
    name: 'slipway_slack_call_duration_seconds',
    type: 'histogram',
    labels: ['methods'],
    help: 'Time until Slack answered a call',
    buckets: CALLS,
  },
  storeTime: {
    name: 'slipway_store_call_duration_seconds',
    type: 'histogram',
    labels: ['operation'],
    help: 'Time until the database answered or failed',
    buckets: [0.001, ...CALLS],
  },
  storeFailures: {
    name: 'slipway_store_failures_total',
    type: 'counter',
    labels: ['operation'],
    help: 'Calls of the database that failed or got no answer',
  },
  storeConflicts: {
    name: 'slipway_store_conflicts_total',
    type: 'counter',
    labels: ['kind'],
    help: 'Writes that lost a race for a document and were decided again; harmless unless they are many',
  },
} as const satisfies Record<string, Definition>;

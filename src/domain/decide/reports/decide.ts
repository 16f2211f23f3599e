import type { ReportsCommand } from '../../documents/commands/reports.ts';
import type { Answer, Decision } from '../../documents/document.ts';
import type { Reports } from '../../documents/reports.ts';
import { type Report, untold } from '../../documents/values/report.ts';
import { wakeReports } from '../../gates/wake.ts';
import { documentTime, finish } from '../shared/finish.ts';

/** How many releases wait at most to be told; the oldest are dropped, those whose deployment the forge takes for current last. */
const RELEASES_KEPT = 200;

/** After this many refusals in a row, over most of a day, time alone tries no more: somebody has to act first. */
const REFUSALS_MOST = 24;

/** After a restart, waits for earlier failures are cut to this length. */
const LONGEST_WAIT_MS = 60_000;

const ACCEPTED: Answer = { kind: 'accepted' };

/** Decides what is told to a forge. One worker tells at a time, and only the last state of a release counts. */
export function decideReports(
  before: Reports,
  command: ReportsCommand,
  { now }: { now: number },
): Decision<Reports> {
  const reports = structuredClone(before);
  const answer = handle(reports, command, now);
  const at = documentTime(before, now);
  return finish(before, reports, command, { answer, effects: [], at, wake: wakeReports });
}

function handle(reports: Reports, command: ReportsCommand, now: number): Answer {
  switch (command.type) {
    case 'tellForge':
      tell(reports, command.release);
      return ACCEPTED;
    case 'claimReports':
      return claim(reports, command, now);
    case 'reported':
      if (!isClaimedBy(reports, command.worker)) return claimed(now);
      reports.claim = { worker: command.worker, until: command.until };
      reported(reports, command);
      return ACCEPTED;
    case 'reportsDeferred':
      if (!isClaimedBy(reports, command.worker)) return ACCEPTED;
      reports.claim = null;
      reports.notBefore = command.until;
      if (command.failed) reports.failures += 1;
      return ACCEPTED;
    case 'reportRefused':
      if (!isClaimedBy(reports, command.worker)) return claimed(now);
      refuse(reports, command);
      return ACCEPTED;
    case 'releaseReports':
      if (isClaimedBy(reports, command.worker)) reports.claim = null;
      return ACCEPTED;
    case 'reportAgain':
      for (const report of reports.releases.filter(isCurrentThere)) lookAgain(report);
      reports.refused = [];
      reports.notBefore = Math.min(reports.notBefore, now + LONGEST_WAIT_MS);
      return ACCEPTED;
    case 'reportNothing':
      // Kept for the time when the forge is told again.
      reports.releases = reports.releases.filter(isCurrentThere).map(withNothingToSay);
      reports.claim = null;
      return ACCEPTED;
    case 'workersGone':
      if (reports.claim && reports.claim.worker !== command.except) reports.claim = null;
      return ACCEPTED;
    case 'carried':
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

function tell(reports: Reports, release: number): void {
  const known = reports.releases.find((report) => report.release === release);
  if (known) known.wanted += 1;
  else
    reports.releases.push({
      release,
      wanted: 1,
      told: { statuses: 0, deployments: 0 },
      deployment: null,
    });
  reports.releases = bounded(reports.releases).toSorted((a, b) => a.release - b.release);
  // Each change is tried once, whatever was refused before.
  for (const refused of reports.refused) refused.until ??= 0;
}

function bounded(releases: readonly Report[]): Report[] {
  const oldest = releases.toSorted(
    (a, b) => Number(isCurrentThere(a)) - Number(isCurrentThere(b)) || a.release - b.release,
  );
  return oldest.slice(-RELEASES_KEPT);
}

/** The forge takes its deployment for one that is under way, or for what runs. */
function isCurrentThere({ deployment }: Report): boolean {
  return deployment?.state === 'running' || deployment?.state === 'success';
}

/** What became of its deployment may have been missed. */
function lookAgain(report: Report): void {
  report.told.deployments = Math.min(report.told.deployments, report.wanted - 1);
}

function withNothingToSay(report: Report): Report {
  return { ...report, told: { statuses: report.wanted, deployments: report.wanted } };
}

function claim(
  reports: Reports,
  { worker, until }: Extract<ReportsCommand, { type: 'claimReports' }>,
  now: number,
): Answer {
  const wake = wakeReports(reports);
  if (wake === null) return { kind: 'refused', refusal: { rule: 'nothingToDo' } };
  if (wake > now) return claimed(wake);
  reports.claim = { worker, until };
  return ACCEPTED;
}

function reported(
  reports: Reports,
  { release, use, wanted, deployment, over }: Extract<ReportsCommand, { type: 'reported' }>,
): void {
  const report = reports.releases.find((each) => each.release === release);
  if (report) {
    report.told[use] = Math.max(report.told[use], wanted);
    if (deployment) {
      report.deployment = deployment;
      reports.newest = Math.max(reports.newest ?? 0, release);
    }
    if (over && untold(report).length === 0) drop(reports, report);
  }
  reports.failures = 0;
  reports.refused = reports.refused.filter((entry) => entry.use !== use);
}

function refuse(reports: Reports, { use, until }: Extract<ReportsCommand, { type: 'reportRefused' }>): void {
  const times = (reports.refused.find((entry) => entry.use === use)?.times ?? 0) + 1;
  const others = reports.refused.filter((entry) => entry.use !== use);
  reports.refused = [...others, { use, times, until: times >= REFUSALS_MOST ? null : until }];
}

function drop(reports: Reports, gone: Report): void {
  reports.releases = reports.releases.filter((report) => report !== gone);
}

function isClaimedBy({ claim }: Reports, worker: string): boolean {
  return claim?.worker === worker;
}

function claimed(until: number): Answer {
  return { kind: 'refused', refusal: { rule: 'claimed', until } };
}

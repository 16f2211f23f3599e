import type { Stage } from '../stage.ts';
import { FINDING_KINDS, type Finding, type FindingKind } from './timeline.ts';

export interface Report {
  tier: string;
  seed: number;
  tookMs: number;
  /** What was done, counted by name. */
  did: Record<string, number>;
  /** How much there is in the end. */
  came: Record<string, number>;
  /** All kinds, also those of which there is none. */
  found: Record<FindingKind, number>;
  findings: Finding[];
  /** What went before and after each of the first findings. */
  stories: { finding: Finding; around: string[] }[];
  /** Outputs of all processes, ledgers, time line; gone when nothing was found. */
  directory: string;
}

/** So many findings are listed, and so many of them told with what was around them. */
const LISTED = 30;
const STORIES = 3;

const cut = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

export function reportOf(
  { tier, timeline, directory, came }: Stage,
  { seed }: { seed: number },
  tookMs: number,
): Report {
  const { findings } = timeline;
  const count = (kind: FindingKind) => findings.filter((finding) => finding.kind === kind).length;
  const found = Object.fromEntries(FINDING_KINDS.map((kind) => [kind, count(kind)]));
  return {
    tier: tier.name,
    seed,
    tookMs,
    did: Object.fromEntries([...timeline.counts()].sort(([a], [b]) => a.localeCompare(b))),
    came,
    found: found as Record<FindingKind, number>,
    findings,
    stories: findings
      .flatMap((finding) => (finding.at === null ? [] : [{ finding, around: timeline.around(finding.at) }]))
      .slice(0, STORIES),
    directory,
  };
}

/** For people. */
export function reportText(report: Report): string {
  const { tier, seed, tookMs, did, came, found, findings, stories, directory } = report;
  const counts = (all: Record<string, number>) =>
    Object.entries(all).map(([name, number]) => `  ${String(number).padStart(6)}  ${name}`);
  const good = findings.length === 0;
  return [
    `${tier}, seed ${seed}: ${Math.round(tookMs / 1_000)} s`,
    'done',
    ...counts(did),
    'came of it',
    ...counts(came),
    'found',
    ...counts(found),
    ...findings.slice(0, LISTED).map(({ kind, what }) => cut(`  ! ${kind}: ${what}`)),
    ...stories.flatMap(({ finding, around }) => ['', cut(`around "${finding.what}":`), ...around.map(cut)]),
    good ? 'Nothing was lost.' : `Outputs, ledgers and the time line are in ${directory}`,
    '',
  ].join('\n');
}

import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import { needsStandIn } from '../../../domain/approvals/approvals.ts';
import { isRollbackByItself, isWaiting, lastAttempt } from '../../../domain/documents/values/release.ts';
import { needsApprovals } from '../../../domain/gates/gates.ts';
import { commitList, commitWords, logLines, quoted, richLine, richText } from '../../blocks/blocks.ts';
import { unknownNames } from '../../gates/approvers.ts';
import { names, plural } from '../../text/clean.ts';
import { driftOfCandidate } from '../../text/current.ts';
import { foreign, inline, NOTHING } from '../../text/inline.ts';
import { commit } from '../../text/references.ts';
import type { CommitLine, CommitList, ReleaseView } from '../../view-model.ts';
import { leftRunning } from '../leftovers.ts';
import { hotfixOf, skips } from './consequences.ts';

/** Commits listed on a card; Show Diff has the others. What would be removed must not be overlooked. */
const LISTED = { added: 3, removed: 5 } as const;

function rest(list: CommitList, listed: number): RichTextBlockElement[] {
  const more = list.count - Math.min(listed, list.commits.length);
  if (more <= 0) return [];
  const by = list.authors.length > 0 ? ` by ${names(list.authors)}` : '';
  return [richLine(inline`+${more} more${by}`)];
}

/** Whether the card says what the release adds and removes. */
function listsChange({ release }: ReleaseView): boolean {
  return isWaiting(release) && release.kind !== 'rollback' && !release.begun;
}

function listsAdded({ release }: ReleaseView): boolean {
  return release.status === 'prepared';
}

/** Whether the card of what was accepted says which commits that were. */
function listsOwn({ release }: ReleaseView): boolean {
  return release.kind === 'continuous' && release.status === 'accepted';
}

/** The commits that the card lists. */
export function listedCommits(view: ReleaseView): CommitLine[] {
  const { adds, removes, commit: own } = view;
  const added = adds && adds.commits.length > 0 ? adds.commits.slice(0, LISTED.added) : own ? [own] : [];
  if (listsOwn(view)) return added;
  if (!listsChange(view)) return [];
  return [...(removes?.commits.slice(0, LISTED.removed) ?? []), ...(listsAdded(view) ? added : [])];
}

function removed(view: ReleaseView): RichTextBlockElement[] {
  const { removes, here } = view;
  if (!removes || removes.count === 0) return [];
  const title = inline`Removes ${plural(removes.count, 'commit')} that ${here.policy.name} runs now`;
  return [
    richLine(title),
    ...commitList(removes, LISTED.removed, view, (sha) => hotfixOf(view, sha)),
    ...rest(removes, LISTED.removed),
  ];
}

/** What the release adds; `whole`: with its commits, else as one line. */
function added(view: ReleaseView, whole: boolean): RichTextBlockElement[] {
  const { adds, here, commit: own } = view;
  const { current, deployed, uncertain } = here.environment;
  const { name } = here.policy;
  const line = own && whole ? commitList({ count: 1, commits: [own], authors: [] }, 1, view) : [];
  if (!deployed) return [richLine(inline`Nothing runs in ${name} yet: this is its first deploy.`), ...line];
  const base = commit(deployed.sha, view);
  if (!adds) return [richLine(inline`Git could not say what it adds to ${base}.`), ...line];
  if (adds.count === 0) {
    const same = deployed.sha === view.release.sha;
    return [
      richLine(
        inline`${same ? `${name} runs this commit already` : `Adds no commit to what ${name} runs now`}.`,
      ),
      ...line,
    ];
  }
  const many1 = inline`Adds ${plural(adds.count, 'commit')} to ${base}`;
  const by = adds.authors.length > 0 ? ` by ${names(adds.authors)}` : '';
  if (!whole) return [richLine(inline`${many1}${by}`)];
  const isLast = uncertain || current?.drift !== undefined;
  const runs = isLast ? `, the last successful deploy to ${name}` : `, which ${name} runs now`;
  return [
    richLine(inline`${many1}${runs}`),
    ...commitList(adds, LISTED.added, view),
    ...rest(adds, LISTED.added),
  ];
}

function ownCommits(view: ReleaseView): RichTextBlockElement[] {
  if (view.adds && view.adds.commits.length > 0)
    return [...commitList(view.adds, LISTED.added, view), ...rest(view.adds, LISTED.added)];
  return view.commit ? [richLine(commitWords(view.commit, view))] : [];
}

function lastLine(view: ReleaseView): RichTextBlockElement[] {
  const { release } = view;
  switch (release.status) {
    case 'deploying':
    case 'verifying': {
      const line = lastAttempt(release, release.status === 'deploying' ? 'deploy' : 'verify')?.lastLine;
      return line ? logLines([line], 1) : [];
    }
    case 'failed':
    case 'unverified': {
      const step = release.status === 'failed' ? 'deploy' : 'verify';
      const tail =
        view.logTail.lines.findLast((line) => line.trim() !== '') ?? lastAttempt(release, step)?.lastLine;
      return tail ? logLines([tail], 1) : [];
    }
    default:
      return [];
  }
}

/** The line about commit authors that are not known members (RULES 30). */
function unknownAuthors({ release, here }: ReleaseView): RichTextBlockElement[] {
  if (!needsApprovals(release) || !needsStandIn(release, here.policy.approvals)) return [];
  return [
    richLine(
      inline`Authors unknown: ${unknownNames(release)}. They may be anybody, so one more person must approve.`,
    ),
  ];
}

/** Why Slipway rolls back by itself; null: a person asked for the release. */
function byItself({ release }: ReleaseView): RichTextBlockElement | null {
  if (!isRollbackByItself(release)) return null;
  const does = release.status === 'accepted' ? 'Rolled back' : 'Started';
  return richLine(inline`${does} by Slipway, because ${foreign(release.note ?? '', 300)}.`);
}

/** The block with all foreign text: note, commits, last line of the log. */
export function foreignBlock(view: ReleaseView): KnownBlock[] {
  const { release } = view;
  const waits = isWaiting(release);
  const elements: RichTextBlockElement[] = [];
  const noted = release.kind === 'rollback' || waits || release.status === 'testing';
  if (release.note && noted) elements.push(byItself(view) ?? quoted(release.note));
  const skipped = waits ? skips(view) : NOTHING;
  if (skipped.length > 0) elements.push(richLine(skipped));
  const drift = listsChange(view) ? driftOfCandidate(view.here, release, view) : NOTHING;
  if (drift.length > 0) elements.push(richLine(drift));
  if (listsChange(view)) elements.push(...removed(view), ...added(view, listsAdded(view)));
  if (listsOwn(view)) elements.push(...ownCommits(view));
  if (waits) elements.push(...unknownAuthors(view));
  elements.push(...lastLine(view));
  if (!waits) {
    elements.push(...leftRunning('deploy', lastAttempt(release, 'deploy')?.leftovers));
    elements.push(...leftRunning('verification', lastAttempt(release, 'verify')?.leftovers));
  }
  return elements.length > 0 ? [richText(elements)] : [];
}

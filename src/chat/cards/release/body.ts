import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import { needsStandIn } from '../../../domain/approvals/approvals.ts';
import {
  goesByPeople,
  isRedeploy,
  isSettled,
  isWaiting,
  type Release,
} from '../../../domain/documents/release.ts';
import { needsApprovals } from '../../../domain/gates/gates.ts';
import {
  commitList,
  commitWords,
  contextBlock,
  logLines,
  paragraph,
  quoted,
  richLine,
  richText,
} from '../../blocks/blocks.ts';
import { lastAttempt, mayRetryDeploy, overtakenBy, runsHere } from '../../eligibility/offers.ts';
import { adoptedBelow, adoptedWords } from '../../gates/adopted.ts';
import { unknownNames } from '../../gates/approvers.ts';
import { names, plural } from '../../text/clean.ts';
import { type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, person, releaseRef } from '../../text/references.ts';
import { dayTime } from '../../text/times.ts';
import type { CommitList, ReleaseView } from '../../view-model.ts';
import { leftRunning } from '../leftovers.ts';
import { beside, hotfixOf, rollbackDoes, skips } from './consequences.ts';

/** Commits listed in each section of a card. */
const LISTED = 5;

/** The grey line below the status: "prod#42 · promotion from preprod · prepared by Ada today at 14:02" */
export function contextWords(view: ReleaseView): Inline {
  const { release, here } = view;
  const ref = releaseRef(here.policy, release.number, view);
  const by = person(release.requestedBy);
  const at = dayTime(release.requestedAt);
  switch (release.kind) {
    case 'continuous': {
      if (isRedeploy(release)) return inline`${ref} · redeploy · asked for by ${by} ${at}`;
      const pushed = view.push?.pushedBy ? inline` by ${person({ name: view.push.pushedBy })}` : NOTHING;
      const pushing = view.push
        ? inline`pushed to ${view.push.branch}${pushed} ${dayTime(view.push.at)}`
        : inline`found ${at}`;
      return inline`${ref} · continuous · ${pushing}`;
    }
    case 'rollback':
      return inline`${ref} · rollback · started by ${by} ${at}`;
    case 'promotion':
    case 'hotfix': {
      const from =
        release.kind === 'promotion' && here.policy.below ? source(view, here.policy.below) : NOTHING;
      const when = release.status === 'prepared' || isSettled(release) ? inline` ${at}` : NOTHING;
      return inline`${ref} · ${release.kind}${from} · prepared by ${by}${when}${approvedBy(release)}${expiry(release)}`;
    }
    case 'adopted':
      return inline`${ref} · adopted by ${by} ${at}`;
    default:
      return release.kind satisfies never;
  }
}

/** Where a promotion comes from. An adopted commit was never deployed there by Slipway, so the line says "adopted". */
function source(view: ReleaseView, below: string): Inline {
  const adopted = adoptedBelow(view);
  return adopted ? inline`, ${adoptedWords(adopted, below)}` : inline` from ${below}`;
}

function approvedBy(release: Release): Inline {
  const who = release.approvals.map(({ by }) => by.name);
  if (who.length === 0 || release.status === 'expired') return NOTHING;
  return inline` · approved by ${names(who)}`;
}

function expiry(release: Release): Inline {
  if (release.status === 'prepared' && release.expiresAt !== null) {
    return inline` · expires ${dayTime(release.expiresAt)}`;
  }
  const ends = release.approvals.map(({ until }) => until);
  if (release.expiresAt !== null) ends.push(release.expiresAt);
  if (release.status !== 'approved' || ends.length === 0) return NOTHING;
  return inline` · approvals expire ${dayTime(Math.min(...ends))}`;
}

function rest(list: CommitList): RichTextBlockElement[] {
  const more = list.count - Math.min(LISTED, list.commits.length);
  if (more <= 0) return [];
  const by = list.authors.length > 0 ? ` by ${names(list.authors)}` : '';
  return [richLine(inline`+${more} more${by}`)];
}

function removed(view: ReleaseView): RichTextBlockElement[] {
  const { removes, here } = view;
  if (!removes || removes.count === 0) return [];
  const title = inline`Removes ${plural(removes.count, 'commit')} that ${here.policy.name} runs now`;
  return [
    richLine(title),
    ...commitList(removes, LISTED, view, (sha) => hotfixOf(view, sha)),
    ...rest(removes),
  ];
}

/** What the release adds; `whole`: with its commits, else as one line. */
function added(view: ReleaseView, whole: boolean): RichTextBlockElement[] {
  const { adds, here, commit: own } = view;
  const { deployed, uncertain } = here.environment;
  const { name } = here.policy;
  const line = own && whole ? commitList({ count: 1, commits: [own], authors: [] }, 1, view) : [];
  if (!deployed) return [richLine(inline`Nothing runs in ${name} yet: its first deploy.`), ...line];
  const base = commit(deployed.sha, view);
  if (!adds) return [richLine(inline`What it adds to ${base} could not be asked of git.`), ...line];
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
  const runs = uncertain ? `, the last deployed to ${name} with success` : `, which ${name} runs now`;
  return [richLine(inline`${many1}${runs}`), ...commitList(adds, LISTED, view), ...rest(adds)];
}

function ownCommits(view: ReleaseView): RichTextBlockElement[] {
  if (view.adds && view.adds.commits.length > 0)
    return [...commitList(view.adds, LISTED, view), ...rest(view.adds)];
  return view.commit ? [richLine(commitWords(view.commit, view))] : [];
}

function lastLine(view: ReleaseView): RichTextBlockElement[] {
  const { release } = view;
  switch (release.status) {
    case 'deploying':
    case 'verifying': {
      const line = lastAttempt(release, release.status === 'deploying' ? 'deploy' : 'check')?.lastLine;
      return line ? logLines([line], 1) : [];
    }
    case 'failed':
    case 'unverified': {
      const step = release.status === 'failed' ? 'deploy' : 'check';
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
      inline`Authors unknown: ${unknownNames(release)}. They may be anybody, so one more must approve.`,
    ),
  ];
}

/** The block with all foreign text: note, commits, last line of the log. */
export function foreignBlock(view: ReleaseView): KnownBlock[] {
  const { release } = view;
  const waits = isWaiting(release);
  const elements: RichTextBlockElement[] = [];
  const noted = release.kind === 'rollback' || waits || release.status === 'testing';
  if (release.note && noted) elements.push(quoted(release.note));
  const skipped = waits ? skips(view) : NOTHING;
  if (skipped.length > 0) elements.push(richLine(skipped));
  if (waits && release.kind !== 'rollback' && !release.begun) {
    elements.push(...removed(view), ...added(view, release.status === 'prepared'));
  }
  if (release.kind === 'continuous' && release.status === 'accepted') elements.push(...ownCommits(view));
  if (waits) elements.push(...unknownAuthors(view));
  elements.push(...lastLine(view));
  if (!waits) {
    elements.push(...leftRunning('deploy', lastAttempt(release, 'deploy')?.leftovers));
    elements.push(...leftRunning('check', lastAttempt(release, 'check')?.leftovers));
  }
  return elements.length > 0 ? [richText(elements)] : [];
}

/** The grey line as a block; for a release that ended before its deploy, also how many commits it would have added. */
export function releaseContext(view: ReleaseView): KnownBlock {
  const { release, adds } = view;
  const ended = isSettled(release) && release.deployedAt === null && goesByPeople(release);
  const would = ended && adds && adds.count > 0 ? ` · would have added ${plural(adds.count, 'commit')}` : '';
  return contextBlock(inline`${contextWords(view)}${would}`);
}

/** What the environment runs after a deploy that did not succeed. */
function afterBadDeploy(view: ReleaseView): Inline {
  const { here, release } = view;
  const { environment, policy } = here;
  const { deployed, uncertain } = environment;
  const later = overtakenBy(environment, release);
  const since = later === null ? NOTHING : inline` ${releaseRef(policy, later, view)} has begun here since.`;
  const lastTry = lastAttempt(release, 'deploy');
  if (lastTry?.outcome?.kind === 'interrupted' && later === null) {
    const back = view.rollbackTo
      ? inline`Roll Back deploys ${commit(view.rollbackTo.sha, view)}, the last accepted there.`
      : inline`No other commit was accepted there, so there is nothing to roll back to.`;
    const retry = mayRetryDeploy(here, release, view.now)
      ? inline`Retry deploys ${commit(release.sha, view)} again. `
      : NOTHING;
    return inline`Look at ${policy.name} first. ${retry}${back}`;
  }
  if (uncertain) {
    const last = deployed
      ? inline`Last deployed with success: ${commit(deployed.sha, view)}.`
      : inline`Nothing was deployed there with success before.`;
    return inline`${policy.name} may be half changed. ${last}${since}`;
  }
  const unchanged = lastTry?.outcome?.kind === 'errored' && !lastTry.outcome.ran && later === null;
  if (!deployed) return inline`${policy.name} is unchanged: nothing runs there yet.${since}`;
  const runs = inline`runs ${commit(deployed.sha, view)}`;
  return unchanged
    ? inline`${policy.name} is unchanged: it ${runs}.`
    : inline`${policy.name} ${runs}.${since}`;
}

/** What the environment runs after a deployed commit was found bad. */
function afterBadCommit(view: ReleaseView): Inline {
  const { here, release, rollbackTo } = view;
  const { deployed } = here.environment;
  const last = rollbackTo
    ? inline` Last accepted there: ${commit(rollbackTo.sha, view)}.`
    : inline` No other commit was accepted there, so there is nothing to roll back to.`;
  if (!deployed) return NOTHING;
  const runs = commit(deployed.sha, view);
  if (!runsHere(here.environment, release)) return inline`${here.policy.name} runs ${runs} now.`;
  const unsure = here.environment.uncertain
    ? ' Another deploy has begun there since: it may be half changed.'
    : '';
  return inline`${here.policy.name} ${release.status === 'faulty' ? 'still ' : ''}runs ${runs}.${unsure}${last}`;
}

function afterAcceptance(view: ReleaseView): Inline {
  const { release, above, promoted, newer, aboveBehind } = view;
  if (release.revoked) return NOTHING;
  if (release.kind === 'rollback') return NOTHING;
  if (!above) return NOTHING;
  if (promoted) {
    const ref = releaseRef(above.policy, promoted.number, view);
    return inline`Promoted to ${above.policy.name} by ${person(promoted.requestedBy)}: ${ref}`;
  }
  if (newer) return inline`Newer: ${commit(newer.sha, view)} is accepted here (its card has the button)`;
  const runs = above.environment.deployed;
  if (!runs) return inline`Nothing runs in ${above.policy.name} yet.`;
  if (runs.sha === release.sha) return inline`${above.policy.name} runs this commit too.`;
  const behind = aboveBehind ? `, ${plural(aboveBehind, 'commit')} behind` : '';
  return inline`${above.policy.name} runs ${commit(runs.sha, view)}${behind}.`;
}

/**
 * After a bad end: what the environment runs now and how to go back. After acceptance: what the environment above runs.
 */
export function consequence(view: ReleaseView): KnownBlock[] {
  const all = [consequenceWords(view), rollbackDoes(view), beside(view)].filter((words) => words.length > 0);
  return all.length > 0 ? [paragraph(join(all, '\n'))] : [];
}

function consequenceWords(view: ReleaseView): Inline {
  const { release } = view;
  switch (release.status) {
    case 'accepted':
      return afterAcceptance(view);
    case 'failed':
      return afterBadDeploy(view);
    case 'cancelled':
      return release.begun ? afterBadDeploy(view) : NOTHING;
    case 'errored':
      return release.erroredIn === 'check' ? afterBadCommit(view) : afterBadDeploy(view);
    case 'unverified':
    case 'faulty':
      return afterBadCommit(view);
    default:
      return NOTHING;
  }
}

import type { KnownBlock } from '@slack/types';
import {
  goesByPeople,
  isRedeploy,
  isSettled,
  lastAttempt,
  type Release,
} from '../../../domain/documents/values/release.ts';
import { contextBlock } from '../../blocks/blocks.ts';
import { adoptedBelow, adoptedWords } from '../../gates/adopted.ts';
import { names, plural } from '../../text/clean.ts';
import { pageOfRun } from '../../text/elsewhere.ts';
import { type Inline, inline, NOTHING } from '../../text/inline.ts';
import { person, releaseRef } from '../../text/references.ts';
import { dayTime } from '../../text/times.ts';
import type { ReleaseView } from '../../view-model.ts';
import { burstWords, pushedTo } from '../push/card.ts';

/** The grey line below the status: "prod#42 · promotion from preprod · prepared by Ada today at 14:02" */
function contextWords(view: ReleaseView): Inline {
  const { release, here } = view;
  const ref = releaseRef(here.policy, release.number, view);
  const by = person(release.requestedBy);
  const at = dayTime(release.requestedAt);
  switch (release.kind) {
    case 'continuous': {
      if (isRedeploy(release)) return inline`${ref} · redeploy · requested by ${by} ${at}`;
      const pushed = view.push?.pushedBy ? inline` by ${person({ name: view.push.pushedBy })}` : NOTHING;
      const pushing = view.push
        ? inline`${pushedTo(view.push)}${pushed} ${dayTime(view.push.at)}${burstWords(view.push)}`
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

/** " · pushed as a1b2c3d": the commit by which a repository says what is deployed, linked to its page. */
function pushedAs(release: Release): Inline {
  const attempt = lastAttempt(release, 'deploy');
  const isPushed = attempt?.remote?.system === 'git' && attempt.outcome?.kind === 'succeeded';
  return isPushed ? pageOfRun(attempt) : NOTHING;
}

/** The grey line as a block; for a release that ended before its deploy, also how many commits it would have added. */
export function releaseContext(view: ReleaseView): KnownBlock {
  const { release, adds } = view;
  const ended = isSettled(release) && release.deployedAt === null && goesByPeople(release);
  const would = ended && adds && adds.count > 0 ? ` · would have added ${plural(adds.count, 'commit')}` : '';
  return contextBlock(inline`${contextWords(view)}${pushedAs(release)}${would}`);
}

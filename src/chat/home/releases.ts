import type { KnownBlock } from '@slack/types';
import { approvalsGate } from '../../domain/gates/gates.ts';
import type { ActionName } from '../blocks/actions.ts';
import {
  actions,
  type ButtonSpec,
  contextBlock,
  head,
  openCard,
  quoted,
  richText,
} from '../blocks/blocks.ts';
import { changeWords } from '../cards/direct-release.ts';
import { releaseButtons } from '../cards/release/buttons.ts';
import { releaseHead } from '../cards/release/headline.ts';
import { plural } from '../text/clean.ts';
import { type Inline, inline, join } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { dayTime, since } from '../text/times.ts';
import type { ReleaseView } from '../view-model.ts';

/** What is decided in Home. Everything else is done at the card. */
const DECIDES: ReadonlySet<ActionName> = new Set([
  'approve',
  'reject',
  'deploy',
  'accept',
  'testFailed',
  'showDiff',
  'showLog',
]);

/** What makes a release wait for somebody. */
const AWAITS: ReadonlySet<ActionName> = new Set(['approve', 'deploy', 'accept']);

/** Whether the person for whom it is drawn can bring the release on now. */
export function waitsForReader(view: ReleaseView): boolean {
  return releaseButtons(view).some(({ action }) => AWAITS.has(action));
}

/** A release that waits for the reader, with what they can do about it. */
export function waitingRelease(view: ReleaseView): KnownBlock[] {
  const { here, release } = view;
  const buttons = releaseButtons(view).filter(({ action }) => DECIDES.has(action));
  return [
    ...head(title(view), join(facts(view), ' · ')),
    ...(release.note ? [richText([quoted(release.note)])] : []),
    ...row(view, buttons, here.environment.id),
  ];
}

/** A release of the reader’s, with its status and what they can do about it. */
export function ownRelease(view: ReleaseView): KnownBlock[] {
  const { title: words, mark, word, rest } = releaseHead(view);
  const { here, release } = view;
  const status = inline`${mark} ${word}${rest}`;
  const ref = releaseRef(here.policy, release.number, view);
  return [
    ...head(words, status),
    contextBlock(inline`${ref} · ${release.kind} · prepared by ${person(release.requestedBy)}`),
    ...row(view, releaseButtons(view), here.environment.id),
  ];
}

/** One more Open Card: what is not done in Home is done there. */
function row(
  view: ReleaseView,
  buttons: readonly ButtonSpec[],
  environment: ReleaseView['here']['environment']['id'],
) {
  return actions(
    [...buttons, ...openCard(environment, view.release.number, view)],
    `home:${view.release.card}:${view.here.environment.revision}`,
  );
}

function title({ here, release, ...context }: ReleaseView): Inline {
  const sha = commit(release.sha, context);
  const { id } = here.environment;
  switch (release.status) {
    case 'testing':
      return inline`Accept ${sha} in ${id}?`;
    case 'approved':
      return inline`Deploy ${sha} to ${id}?`;
    default:
      return inline`Approve ${release.kind === 'hotfix' ? 'the hotfix ' : ''}${sha} for ${id}?`;
  }
}

/** "prod#42 · asked by Ada 14:02 · 1 of 2 approvals · adds 212 commits, removes 1 · expires tomorrow at 14:02" */
export function facts(view: ReleaseView): Inline[] {
  const { here, release, now } = view;
  const ref = releaseRef(here.policy, release.number, view);
  const by = inline`asked by ${person(release.requestedBy)} ${since(release.requestedAt, now)}`;
  if (release.status === 'testing') {
    const deployed = release.deployedAt === null ? [] : [inline`deployed ${since(release.deployedAt, now)}`];
    return [inline`${ref}`, by, ...deployed];
  }
  const { count, required } = approvalsGate(release, here.policy, now);
  const expires =
    release.expiresAt === null || release.status !== 'prepared'
      ? []
      : [inline`expires ${dayTime(release.expiresAt)}`];
  return [
    inline`${ref}`,
    by,
    inline`${count} of ${plural(required, 'approval')}`,
    ...changeWords(view),
    ...expires,
  ];
}

import { releasesOf } from '../../../domain/documents/environment.ts';
import type { Pause } from '../../../domain/documents/values/lock.ts';
import { whyLeftOut } from '../../answers/left-out.ts';
import { pausedWords } from '../../locks/text.ts';
import { foreign, foreignCode, type Inline, inline, NOTHING } from '../../text/inline.ts';
import { commit } from '../../text/references.ts';
import { since } from '../../text/times.ts';
import type { PushView } from '../../view-model.ts';
import { builtIn, howEnded, ran, soFar } from '../outcomes.ts';
import { stepWords, type Way } from '../steps.ts';
import { awaitingWords, badEndWords } from './checks.ts';

/** `mark` is an emoji, `word` the status, `rest` the text after it. */
export interface PushHead {
  title: Inline;
  mark: string;
  word: string;
  rest: Inline;
  buttons: ('retry' | 'log')[];
}

/** "integration still runs c0ffee1." */
function stillRuns(view: PushView): Inline {
  const { policy, environment } = view.lowest;
  if (!environment.deployed) return inline`Nothing runs in ${policy.name} yet.`;
  return inline`${policy.name} still runs ${commit(environment.deployed.sha, view)}.`;
}

function failed(view: PushView): Inline {
  if (view.build.checks) return inline`${badEndWords(view.build)}. ${stillRuns(view)}`;
  const { attempt } = view.build;
  const outcome = attempt?.outcome;
  if (outcome?.kind !== 'failed') return inline`: ${stillRuns(view)}`;
  const how = howEnded(outcome.how, ran(attempt));
  return inline`: ${foreignCode(outcome.command, 80)} ${how}. ${stillRuns(view)}`;
}

function errored(view: PushView): Inline {
  if (view.build.checks) return inline`${badEndWords(view.build)}. ${stillRuns(view)}`;
  const outcome = view.build.attempt?.outcome;
  const reason = outcome?.kind === 'errored' ? outcome.reason : 'the build could not be run';
  return inline`: ${foreign(reason.replace(/\.$/, ''), 200)}. ${stillRuns(view)}`;
}

function succeeded(view: PushView): PushHead {
  const sha = commit(view.build.sha, view);
  const { id, newestHead } = view.lowest.environment;
  const built = builtIn(view.build) || 'built';
  if (newestHead > view.push.head) {
    const title = inline`Not deployed: ${sha} to ${id}`;
    const rest = inline` by ${newer(view)} before it was deployed.`;
    return { title, mark: '🚫', word: 'Superseded', rest, buttons: [] };
  }
  if (view.lowest.policy.mode === 'approval') {
    const title = inline`Built, not deployed: ${sha} of ${view.build.product}`;
    const rest = inline`: ${built}. A person prepares it for ${view.lowest.policy.name}.`;
    return { title, mark: '✅', word: 'Built', rest, buttons: [] };
  }
  if (view.lowest.environment.paused) return pausedHead(view, view.lowest.environment.paused, built);
  if (newestHead === view.push.head && !leadsToRelease(view)) return notNeeded(view, built);
  const title = inline`Deploy ${sha} to ${id}`;
  return {
    title,
    mark: '⏳',
    word: 'Queued',
    rest: inline`: ${built}, the deploy starts by itself`,
    buttons: [],
  };
}

/** The headline while continuous deployment is paused: says what Resume would deploy. */
function pausedHead(view: PushView, pause: Pause, built: string): PushHead {
  const { newest } = pause;
  const next =
    newest && newest.sha !== view.build.sha
      ? inline`Resume would deploy ${commit(newest.sha, view)}.`
      : inline`Resume deploys it.`;
  return {
    title: inline`Built, not deployed: ${commit(view.build.sha, view)} to ${view.lowest.environment.id}`,
    mark: '✅',
    word: 'Built',
    rest: inline`: ${built}. Not deployed: ${pausedWords(pause, view)}. ${next}`,
    buttons: [],
  };
}

/** Whether the release of this push exists in the document; its card then replaces this one. */
function leadsToRelease({ lowest, push }: PushView): boolean {
  return releasesOf(lowest.environment).some(({ card }) => card === push.card);
}

/** After a resume nothing is to be done: the commit was deployed here before, or was revoked here. */
function notNeeded(view: PushView, built: string): PushHead {
  const { policy, environment } = view.lowest;
  return {
    title: inline`Built, not deployed: ${commit(view.build.sha, view)} to ${environment.id}`,
    mark: '✅',
    word: 'Built',
    rest: inline`: ${built}. It was deployed to ${policy.name} before, or revoked there. ${stillRuns(view)}`,
    buttons: [],
  };
}

function newer(view: PushView): Inline {
  return view.newer ? inline`${commit(view.newer, view)}` : inline`a newer push`;
}

export function headOf(view: PushView): PushHead {
  const { build, lowest, now, push } = view;
  const sha = commit(build.sha, view);
  const { id } = lowest.environment;
  if (push.leftOut) {
    const title = inline`Not deployed: ${sha} to ${id}`;
    const rest = inline`: ${whyLeftOut(build.sha, push.leftOut, view)}.`;
    return { title, mark: '🚫', word: 'Left Out', rest, buttons: [] };
  }
  const building = inline`Building ${sha} for ${id}`;
  switch (build.status) {
    case 'none':
    case 'requested':
      return {
        title: building,
        mark: '⏳',
        word: 'Queued',
        rest:
          build.held === undefined
            ? inline`: the build starts by itself`
            : inline`: ${foreign(build.held, 200)}`,
        buttons: [],
      };
    case 'awaiting': {
      const title = inline`Checks of ${sha} for ${id}`;
      return { title, mark: '⏳', word: 'Awaiting', rest: awaitingWords(build, now), buttons: [] };
    }
    case 'building': {
      const { attempt } = build;
      const rest = attempt
        ? inline` since ${since(attempt.startedAt, now)} · ${stepWords(attempt.step, wayOf(view))} · ${soFar(attempt, now)}`
        : NOTHING;
      return { title: building, mark: '⚙️', word: 'Building', rest, buttons: [] };
    }
    case 'failed': {
      const title = inline`Build of ${sha} for ${build.product} failed`;
      return {
        title,
        mark: '❌',
        word: 'Failed',
        rest: failed(view),
        buttons: build.checks ? ['retry'] : ['retry', 'log'],
      };
    }
    case 'errored': {
      const title = inline`Build of ${sha} for ${build.product} errored`;
      return { title, mark: '⚠️', word: 'Errored', rest: errored(view), buttons: ['retry'] };
    }
    case 'skipped': {
      const title = inline`Not deployed: ${sha} to ${id}`;
      const rest = inline` by ${newer(view)} before it was built.`;
      return { title, mark: '🚫', word: 'Superseded', rest, buttons: [] };
    }
    case 'succeeded':
      return succeeded(view);
    default:
      return build.status satisfies never;
  }
}

function wayOf({ lowest: { policy, environment } }: PushView): Way {
  const deployed = policy.mode === 'continuous' && environment.paused === null;
  return { built: true, deployed, verified: policy.verify };
}

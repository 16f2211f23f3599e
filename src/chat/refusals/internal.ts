import type { Refusal } from '../../domain/documents/refusal.ts';
import { capital } from '../text/clean.ts';
import { inline } from '../text/inline.ts';
import { releaseRef } from '../text/references.ts';
import { since } from '../text/times.ts';
import type { About, RefusalText } from './refusal-text.ts';

type WorkersRefusal = Extract<
  Refusal,
  {
    rule:
      | 'newerHead'
      | 'notFirst'
      | 'notBuilt'
      | 'guardMayLive'
      | 'sentBack'
      | 'staleAttempt'
      | 'paused'
      | 'nothingToDo'
      | 'claimed';
  }
>;

/** Refusals that normally only workers and other documents get, in words for the case that a person sees one. */
export function workerRefusalText(refusal: WorkersRefusal, { here, context }: About): RefusalText {
  const { policy } = here;
  const itself = inline`Nothing was changed. Slipway continues by itself; nobody needs to act.`;
  switch (refusal.rule) {
    case 'newerHead':
      return {
        not: inline`the branch has moved on: head ${refusal.newest} is newer than head ${refusal.head}.`,
        next: itself,
      };
    case 'notFirst':
      return {
        not: inline`${releaseRef(policy, refusal.release, context)} is not first in line.`,
        next: itself,
      };
    case 'notBuilt':
      return {
        not: inline`the build of ${releaseRef(policy, refusal.release, context)} has not succeeded.`,
        next: itself,
      };
    case 'guardMayLive':
      return {
        not: inline`the last command may still run until ${since(refusal.until, context.now)}.`,
        next: itself,
      };
    case 'sentBack':
      return {
        not: inline`a gate of ${releaseRef(policy, refusal.release, context)} was shut, so it is ${capital(refusal.to)} again.`,
        next: itself,
      };
    case 'staleAttempt':
      return {
        not: inline`attempt ${refusal.attempt} is not the latest: that is ${refusal.latest}.`,
        next: itself,
      };
    case 'paused':
      return { not: inline`deployments to ${policy.name} are paused.`, next: itself };
    case 'nothingToDo':
      return { not: inline`there is nothing to do.`, next: itself };
    case 'claimed':
      return { not: inline`another worker has it until ${since(refusal.until, context.now)}.`, next: itself };
    default:
      return refusal satisfies never;
  }
}

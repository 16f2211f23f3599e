import type { Refusal } from '../../domain/documents/refusal.ts';
import { capital } from '../text/clean.ts';
import { releaseRef, say, since } from '../text/inline.ts';
import type { About, No } from './refusal-text.ts';

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

/** Rules that only workers and other aggregates meet: a person who sees one should see what it means. */
export function noToWorkers(refusal: WorkersRefusal, { here, surroundings: around }: About): No {
  const { policy } = here;
  const itself = say`Nothing was changed. Slipway goes on by itself; no one needs to act.`;
  switch (refusal.rule) {
    case 'newerHead':
      return {
        not: say`the branch has moved on: place ${refusal.newest} is newer than ${refusal.head}.`,
        next: itself,
      };
    case 'notFirst':
      return { not: say`${releaseRef(policy, refusal.release, around)} is not first in line.`, next: itself };
    case 'notBuilt':
      return {
        not: say`the build of ${releaseRef(policy, refusal.release, around)} has not succeeded.`,
        next: itself,
      };
    case 'guardMayLive':
      return {
        not: say`the last command may still run until ${since(refusal.until, around.now)}.`,
        next: itself,
      };
    case 'sentBack':
      return {
        not: say`a gate of ${releaseRef(policy, refusal.release, around)} was shut, so it is ${capital(refusal.to)} again.`,
        next: itself,
      };
    case 'staleAttempt':
      return { not: say`attempt ${refusal.attempt} is not the latest, ${refusal.latest} is.`, next: itself };
    case 'paused':
      return { not: say`deployments to ${policy.name} are paused.`, next: itself };
    case 'nothingToDo':
      return { not: say`there is nothing to do.`, next: itself };
    case 'claimed':
      return { not: say`another worker has it until ${since(refusal.until, around.now)}.`, next: itself };
    default:
      return refusal satisfies never;
  }
}

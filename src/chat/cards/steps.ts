import type { BuildStep } from '../../domain/documents/values/build/run.ts';
import type { Step } from '../../domain/documents/values/release.ts';

const WORDS = {
  fetch: 'fetch',
  build: 'build',
  test: 'test',
  deploy: 'deploy command',
  verify: 'verify',
} as const satisfies Record<BuildStep | Step, string>;

const BUILD: readonly BuildStep[] = ['fetch', 'build', 'test'];

/** The steps that one card shows, in order. */
export interface Way {
  /** The commit is built on its way, as it is after a push. */
  built: boolean;
  /** It is deployed at its end. */
  deployed: boolean;
  /** Each deploy is verified. */
  verified: boolean;
  /** Another system deploys, and no command of ours. */
  elsewhere?: boolean;
}

/** How far a commit is on its way: "step: build (2 of 5)". */
export function stepWords(
  step: BuildStep | Step,
  { built, deployed, verified, elsewhere = false }: Way,
): string {
  const ofRelease: readonly Step[] = verified ? ['deploy', 'verify'] : ['deploy'];
  const steps: readonly (BuildStep | Step)[] = [...(built ? BUILD : []), ...(deployed ? ofRelease : [])];
  const count = steps.length > 1 ? ` (${steps.indexOf(step) + 1} of ${steps.length})` : '';
  const word = elsewhere && step === 'deploy' ? 'deploy' : WORDS[step];
  return `step: ${word}${count}`;
}

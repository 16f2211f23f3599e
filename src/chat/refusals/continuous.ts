import { type Inline, inline, NOTHING } from '../text/inline.ts';
import { advice, GO_BACK, redeploys } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

/** What happens to a push to a continuous environment. */
export function comesByItself({ here }: About): Inline {
  return here.environment.paused
    ? inline`Every push is built, and deployed there once somebody resumes.`
    : inline`Every push is built and deployed there by itself.`;
}

/** The refusal to prepare a release for a continuous environment. */
export function continuousRefusalText(about: About): RefusalText {
  const { name } = about.here.policy;
  const again = redeploys(about);
  const back = advice(about, GO_BACK);
  return {
    not: inline`${name} is a continuous environment: nobody prepares releases for it.`,
    next: inline`${comesByItself(about)}${again ? inline` To deploy again what ${name} runs: ${again}` : NOTHING}${back ? inline` To go back: ${back}` : NOTHING}`,
  };
}

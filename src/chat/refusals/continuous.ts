import { NOTHING, say, type Words } from '../text/inline.ts';
import { advice, GO_BACK, redeploys } from './advice.ts';
import type { About, No } from './refusal-text.ts';

/** What happens to a push. */
export function comesByItself({ here }: About): Words {
  return here.environment.paused
    ? say`Every push is built, and deployed there once somebody resumes.`
    : say`Every push is built and deployed there by itself.`;
}

/** Nobody prepares what comes by itself; a pause keeps it from coming. */
export function continuousNo(about: About): No {
  const { name } = about.here.policy;
  const again = redeploys(about);
  const back = advice(about, GO_BACK);
  return {
    not: say`${name} is a continuous environment: nobody prepares releases for it.`,
    next: say`${comesByItself(about)}${again ? say` To deploy again what ${name} runs: ${again}` : NOTHING}${back ? say` To go back: ${back}` : NOTHING}`,
  };
}

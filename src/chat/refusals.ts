import type { Refusal } from '../domain/refusal.ts';
import type { Release } from '../domain/release.ts';
import type { EnvironmentView, Said, Surroundings } from './view.ts';

/** What a refusal speaks of. */
export interface About {
  here: EnvironmentView;
  surroundings: Surroundings;
  below?: EnvironmentView | null;
  release?: Release | null;
}

/** A rule's "no": what is not so, what stays, who or when opens it, and the next step. */
export function refusalMessage(refusal: Refusal, about: About): Said {
  return { text: `Refused: ${refusal.rule} ${about.here.policy.name}`, blocks: [] };
}

/** We or the network; never a rule. */
export function erroredMessage(what: string, next: string): Said {
  return { text: `Errored: ${what} Nothing was changed. ${next}`, blocks: [] };
}

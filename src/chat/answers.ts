import type { LaterVerb } from './verbs.ts';
import type { EnvironmentView, Said, StatusView, Surroundings } from './view.ts';

/** `/release status`: one view a product; `environment` names the only one that was asked for. */
export function statusMessage(views: StatusView[], environment: string | null = null): Said {
  return { text: `${views.length} ${environment}`, blocks: [] };
}

/** `/release help`; product null: several, none chosen. Environments lowest first. */
export function helpMessage(product: string | null, environments: readonly string[]): Said {
  return { text: `${product} ${environments}`, blocks: [] };
}

export function notBuiltYetMessage(verb: LaterVerb): Said {
  return { text: verb, blocks: [] };
}

/** What was done, for the one who asked, where the card alone is not enough. */
export type Confirmation =
  | { kind: 'prepared'; release: number; already: boolean }
  | { kind: 'done'; verb: string; release: number }
  | { kind: 'cancelWished'; release: number }
  | { kind: 'rollingBack'; release: number; sha: string }
  | { kind: 'buildAsked'; sha: string };

export function confirmationMessage(
  confirmation: Confirmation,
  about: { here: EnvironmentView; surroundings: Surroundings },
): Said {
  return { text: `${confirmation.kind} ${about.here.policy.name}`, blocks: [] };
}

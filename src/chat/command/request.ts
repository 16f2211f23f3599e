import type { ClockTime } from '../../domain/time/clock-time.ts';
import { isHoldVerb, type ReleaseVerb, type Verb } from '../verbs.ts';

/** Where a command was typed, as far as its meaning depends on it. */
export interface Where {
  /** In the order of the configuration; environments lowest first. */
  products: readonly { name: string; environments: readonly string[] }[];
  /** Products whose channel this is. */
  channelProducts: readonly string[];
}

export interface Target {
  product: string;
  environment: string;
}

/** What a lock is of; `environment` null: all environments of the product. */
export interface LockTarget {
  product: string;
  environment: string | null;
}

/** What keeps an environment as it is, lets go of it, or goes past it. */
export type LockRequest =
  /** `forMs` and `until`: when it ends by itself, said in one of two ways; neither: until it is unlocked. */
  | ({
      kind: 'lock' | 'takeover';
      reason: string | null;
      forMs: number | null;
      until?: ClockTime;
    } & LockTarget)
  | ({ kind: 'unlock' } & LockTarget)
  | { kind: 'locks'; product: string | null }
  | ({ kind: 'pause' | 'resume'; reason: string | null } & Target)
  | ({ kind: 'hotfix' | 'adopt'; commit: string; reason: string | null } & Target);

/** What was asked, with one product and one environment found out. */
export type Request =
  | ({ kind: 'prepare'; commit: string | null; note: string | null } & Target)
  /** `environment` is the one FROM which: prepare the one above it with what is accepted in it. */
  | ({ kind: 'promote'; commit: null; note: string | null } & Target)
  /** `commit`: of the release that is meant; absent: none was typed. */
  | ({ kind: ReleaseVerb; release: number | null; reason: string | null; commit?: string } & Target)
  | ({ kind: 'rollback'; commit: string | null; reason: string | null } & Target)
  /** `commit`: the one that is meant to run there; null: whichever does. */
  | ({ kind: 'redeploy'; commit: string | null; reason: string | null } & Target)
  | LockRequest
  | ({ kind: 'why'; release: number | null } & Target)
  | Lookup;

/** What only asks, or asks of a commit and not of an environment. */
export type Lookup =
  | { kind: 'status'; product: string | null; environment: string | null }
  /** `commit` null: the newest that is accepted below. */
  | ({ kind: 'diff'; commit: string | null } & Target)
  | { kind: 'where' | 'rebuild'; product: string; commit: string }
  /** `from`: number of the newest release of the page; null: the newest of all. */
  | ({ kind: 'history'; from: number | null } & Target)
  /** `release` null: the one last begun. */
  | ({ kind: 'log'; release: number | null } & Target)
  | { kind: 'help'; product: string | null };

const LOOKS = {
  status: true,
  diff: true,
  where: true,
  rebuild: true,
  history: true,
  log: true,
  help: true,
} as const satisfies Record<Lookup['kind'], true>;

export function isLookup(asked: Request): asked is Lookup {
  return Object.hasOwn(LOOKS, asked.kind);
}

/** Why a text is no command. `command` is the corrected text, ready to run, without `/release`. */
export type GrammarProblem =
  | { kind: 'unknownVerb'; typed: string; suggestion: string | null; command: string | null }
  | {
      kind: 'noProduct';
      typed: string;
      products: string[];
      suggestion: string | null;
      command: string | null;
    }
  | {
      kind: 'noEnvironment';
      product: string;
      typed: string;
      environments: string[];
      suggestion: string | null;
      command: string | null;
    }
  | { kind: 'whichProduct'; products: string[]; commands: { product: string; command: string }[] }
  | { kind: 'missingEnvironment'; verb: Verb; example: string }
  | { kind: 'missingCommit'; verb: Verb; example: string }
  | { kind: 'badRelease'; verb: Verb; typed: string; example: string }
  /** A commit where the verb takes none (`promote integration SHA`). null: nothing that takes one was meant. */
  | { kind: 'commitNotTaken'; verb: Verb; typed: string; command: string | null }
  /** A word that may be a commit before the environment (`prepare main prod`). */
  | { kind: 'placeLater'; verb: Verb; typed: string; command: string }
  /** What may be a commit or begin the reason (`rollback prod to v1.2`). */
  | { kind: 'commitOrReason'; typed: string; commands: { label: string; command: string }[] }
  /** A commit, and no environment. */
  | { kind: 'whichEnvironment'; verb: Verb; commands: { label: string; command: string }[] }
  /** `promote FROM to TO`, where TO is not the one above; `above` null: nothing is. */
  | { kind: 'notAbove'; from: string; to: string; above: string | null }
  /** What may be the end of a lock, or a part of its reason. */
  | { kind: 'unclearEnd'; typed: string; commands: { label: string; command: string }[] }
  /** `command`: the same without end. */
  | { kind: 'endTooFar'; typed: string; command: string }
  /** A release number where the verb takes none (`prepare prod#42`). */
  | { kind: 'noReleaseHere'; verb: Verb; typed: string; command: string };

export type Parsed = Request | { kind: 'problem'; problem: GrammarProblem };

export function isHold(asked: Request): asked is LockRequest {
  return isHoldVerb(asked.kind);
}

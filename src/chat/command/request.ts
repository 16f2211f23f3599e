import type { Past } from '../../domain/documents/values/past.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import type { ClockTime } from '../../domain/time/clock-time.ts';
import { isHoldVerb, type Verb } from '../verbs.ts';

/** Where a command was typed, as far as its meaning depends on it. */
export interface Where {
  /** In the order of the configuration; environments lowest first. */
  products: readonly { name: string; environments: readonly string[] }[];
  /** Names of the products whose channel this is. */
  channelProducts: readonly string[];
}

/** One environment, by name. */
export interface Target {
  product: string;
  environment: string;
}

/** What a lock applies to; `environment` null: all environments of the product. */
export interface LockTarget {
  product: string;
  environment: string | null;
}

/** A request about locks, pauses, hotfixes or adopting. */
export type LockRequest =
  /** When the lock ends by itself: after `forMs` milliseconds or at `until`; neither: not before it is unlocked. */
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

/** A parsed command, with its product and environment determined. */
export type Request =
  | ({ kind: 'prepare'; commit: string | null; note: string | null } & Target)
  /**
   * `environment` is where to promote FROM: its accepted commit is prepared for the environment above. `of`: the commit and
   * release that the person saw, if they named none themselves; absent: whatever is accepted there.
   */
  | ({ kind: 'promote'; commit: null; note: string | null; of?: { sha: string; release: number } } & Target)
  /** `commit`: the commit of the release that is meant; absent: none was typed. */
  | ({ kind: ReleaseVerb; release: number | null; reason: string | null; commit?: string } & Target)
  /** `leaves`: full SHA of the commit that the person was shown as the one left; absent: whichever it is. */
  | ({
      kind: 'rollback';
      commit: string | null;
      reason: string | null;
      leaves?: string;
      /** The irreversible commits that the person confirms to go past; absent: none. */
      past?: Past;
    } & Target)
  /**
   * `commit`: the commit expected to run there; null: whatever runs there. `runs`: full SHA of the commit that the person
   * was shown running there; absent: none was shown.
   */
  | ({ kind: 'redeploy'; commit: string | null; reason: string | null; runs?: string } & Target)
  | LockRequest
  | ({ kind: 'why'; release: number | null } & Target)
  | Lookup;

/** A request that only reads, or `rebuild`, which is parsed with them. */
export type Lookup =
  /** `/release` alone: the board. */
  | { kind: 'board' }
  | { kind: 'status'; product: string | null; environment: string | null }
  /** `commit` null: the newest commit accepted below. `release`: compared with what it replaced, once it has begun. */
  | ({ kind: 'diff'; commit: string | null; release?: number } & Target)
  | { kind: 'where' | 'rebuild'; product: string; commit: string }
  /** `from`: number of the newest release on the page; null: the newest of all. */
  | ({ kind: 'history'; from: number | null } & Target)
  /** `release` null: the one begun last. `build`: the build of this commit instead. */
  | ({ kind: 'log'; release: number | null; build?: string } & Target)
  /** `all`: every command, not only what matters here. `of`: about the release or the commit of a thread. */
  | { kind: 'help'; product: string | null; all?: true; of?: HelpOf };

/** What a person in a thread may do something with. */
export type HelpOf = { environment: string; release: number } | { sha: string };

const LOOKUPS = {
  board: true,
  status: true,
  diff: true,
  where: true,
  rebuild: true,
  history: true,
  log: true,
  help: true,
} as const satisfies Record<Lookup['kind'], true>;

export function isLookup(asked: Request): asked is Lookup {
  return Object.hasOwn(LOOKUPS, asked.kind);
}

/** Why a text is not a valid command. `command`: the corrected text, ready to run, without `/release`. */
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
  /**
   * A commit where the verb takes none (`promote integration SHA`). `command` null: no command that takes one was meant.
   */
  | { kind: 'commitNotTaken'; verb: Verb; typed: string; command: string | null }
  /** A word before the environment that may be a commit (`prepare main prod`). */
  | { kind: 'placeLater'; verb: Verb; typed: string; command: string }
  /** A word that may be a commit or begin the reason (`rollback prod to v1.2`). */
  | { kind: 'commitOrReason'; typed: string; commands: { label: string; command: string }[] }
  /** A number that may name the release or begin the reason (`cancel prod 42 wrong commit`). */
  | { kind: 'numberOrReason'; typed: string; commands: { label: string; command: string }[] }
  /** A commit without an environment. */
  | { kind: 'whichEnvironment'; verb: Verb; commands: { label: string; command: string }[] }
  /** `promote FROM to TO`, where TO is not the environment above FROM; `above` null: none is. */
  | { kind: 'notAbove'; from: string; to: string; above: string | null }
  /** Words that may be the end of a lock or part of its reason. */
  | { kind: 'unclearEnd'; typed: string; commands: { label: string; command: string }[] }
  /** The end is too far away. `command`: the same lock without an end. */
  | { kind: 'endTooFar'; typed: string; command: string }
  /** An environment's name that may name another release than the thread's, or begin the reason (`fail prod is slow`). */
  | { kind: 'placeOrReason'; typed: string; commands: { label: string; command: string }[] }
  /** A mention that may be talk rather than a command (`approve this?`). `command`: what it would have been. */
  | { kind: 'onlyTalk'; verb: Verb; command: string }
  /** A release number where the verb takes none (`prepare prod#42`). */
  | { kind: 'noReleaseHere'; verb: Verb; typed: string; command: string };

/** What a text was parsed as. */
export type Parsed = Request | { kind: 'problem'; problem: GrammarProblem };

export function isHold(asked: Request): asked is LockRequest {
  return isHoldVerb(asked.kind);
}

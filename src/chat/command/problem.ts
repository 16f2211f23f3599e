import type { Release } from '../../domain/documents/values/release.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import type { CommitLine, EnvironmentView } from '../view-model.ts';
import type { GrammarProblem, Request } from './request.ts';

/** Why a command cannot run: what it names does not exist, is ambiguous, or is not available now. */
export type Problem =
  | GrammarProblem
  /** `asked`: the command as typed; its buttons run it with one of the candidates. */
  | {
      kind: 'ambiguousCommit';
      product: string;
      typed: string;
      total: number;
      candidates: CommitLine[];
      asked: Request;
    }
  | {
      kind: 'unknownCommit';
      product: string;
      typed: string;
      fetchedAt: number | null;
      /** Names that were probably meant, best first. */
      suggestions: { ref: string; what: 'tag' | 'branch' | 'commit' }[];
      asked: Request;
    }
  /** A link that compares two commits; `commits`: the newer one first. */
  | { kind: 'twoCommits'; typed: string; asked: Request; commits: string[] }
  /** A link to a page of the product that is not a commit, tag or branch. */
  | { kind: 'noCommitPage'; typed: string; product: string }
  /** A link or a qualified name of another repository than the product's. */
  | { kind: 'otherRepository'; product: string; theirs: string; ours: string }
  /** Cannot be the name of a commit (`--upload-pack=x`). */
  | { kind: 'invalidCommit'; typed: string }
  /** `promote` or `prepare` without a commit, and nothing is accepted below. */
  | { kind: 'nothingAccepted'; here: EnvironmentView; below: EnvironmentView | null }
  /** `promote` from the topmost environment. `from`: one that can be promoted from; null: the topmost asks for no release. */
  | { kind: 'nothingAbove'; product: string; environment: string; from: string | null }
  /** A click on an outdated Promote: a newer commit was accepted there since. */
  | { kind: 'newerAccepted'; here: EnvironmentView; above: string; sha: string; newer: string }
  /** A click on a Promote whose label names another environment than the one above now; `above` null: there is none. */
  | { kind: 'promotedElsewhere'; here: EnvironmentView; to: string; above: string | null; sha: string }
  /** Two or more releases wait for this verb. */
  | { kind: 'twoAwait'; verb: ReleaseVerb; here: EnvironmentView; releases: Release[]; reason: string | null }
  /** No release waits for this verb. */
  | { kind: 'noneAwaits'; verb: ReleaseVerb; here: EnvironmentView }
  /** No release of the named commit waits for this verb. `prepare`: preparing the commit would be accepted. */
  | { kind: 'noneAwaitsOf'; verb: ReleaseVerb; here: EnvironmentView; sha: string; prepare: boolean }
  /** The time at which the lock should end has passed in the time zone `zone`. */
  | { kind: 'endPassed'; typed: string; zone: string }
  /** The command needs a reason: `fail prod#42 reason`. */
  | { kind: 'reasonMissing'; asked: Request };

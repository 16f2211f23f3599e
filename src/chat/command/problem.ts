import type { Release } from '../../domain/documents/release.ts';
import type { ReleaseVerb } from '../verbs.ts';
import type { CommitLine, EnvironmentView } from '../view-model.ts';
import type { GrammarProblem, Request } from './request.ts';

/** Why a command names nothing that exists, or too much. */
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
  /** A link that compares two commits; the newer one first. */
  | { kind: 'twoCommits'; typed: string; asked: Request; commits: string[] }
  /** A link to something of the product that is no commit, tag or branch. */
  | { kind: 'noCommitPage'; typed: string; product: string }
  /** A link, or a name with its repository, that is not of the product's repository. */
  | { kind: 'otherRepository'; product: string; theirs: string; ours: string }
  /** Not the name of a commit at all (`--upload-pack=x`). */
  | { kind: 'invalidCommit'; typed: string }
  /** `promote` or `prepare` without a commit: nothing is accepted below. */
  | { kind: 'nothingAccepted'; here: EnvironmentView; below: EnvironmentView | null }
  /** `promote` from the topmost environment. */
  | { kind: 'nothingAbove'; product: string; environment: string; environments: string[] }
  /** A late click on Promote: something newer was accepted there since. */
  | { kind: 'newerAccepted'; here: EnvironmentView; above: string; sha: string; newer: string }
  /** A click on a Promote that names another environment than the one above now; `above` null: nothing is above. */
  | { kind: 'promotedElsewhere'; here: EnvironmentView; to: string; above: string | null; sha: string }
  /** Two releases await the verb. */
  | { kind: 'twoAwait'; verb: ReleaseVerb; here: EnvironmentView; releases: Release[]; reason: string | null }
  /** No release awaits the verb. */
  | { kind: 'noneAwaits'; verb: ReleaseVerb; here: EnvironmentView }
  /** The commit that was named has none there. `prepare`: preparing it would be taken. */
  | { kind: 'noneAwaitsOf'; verb: ReleaseVerb; here: EnvironmentView; sha: string; prepare: boolean }
  /** The moment at which a lock was to end is over, by the clock of `zone`. */
  | { kind: 'endPassed'; typed: string; zone: string }
  /** A reason is needed: `fail prod#42 reason`. */
  | { kind: 'reasonMissing'; asked: Request };

import type { Check } from '../../../domain/checks/checks.ts';
import type {
  CloneLogin,
  CommitStatus,
  ForgeCommit,
  ForgeProject,
  ForgeProjectLinks,
  ForgeUse,
  Lack,
  PullRequest,
  Rerun,
} from '../../../ports/forge.ts';
import type { TokenAccess } from '../http/options.ts';
import { NO_COMMIT, NO_STATUS, probed } from '../http/probe.ts';
import { cloneLoginOf } from './login.ts';

/** What Bitbucket Cloud and Data Center have in common: neither runs a build again when asked, nor has deployments. */
export abstract class BitbucketProject implements ForgeProject {
  abstract readonly links: ForgeProjectLinks;
  readonly #login: TokenAccess | null;

  constructor(login: TokenAccess | null) {
    this.#login = login;
  }

  abstract checks(commit: Pick<ForgeCommit, 'sha'>): Promise<Check[]>;
  abstract reportStatus(commit: ForgeCommit, status: CommitStatus): Promise<void>;
  abstract pullRequests(sha: string): Promise<PullRequest[]>;
  /** Asks for the project itself. */
  protected abstract look(): Promise<unknown>;
  /** Asks for any pull requests. */
  protected abstract lookAtPullRequests(): Promise<unknown>;

  async rerun(_commit: ForgeCommit, checks: readonly Check[]): Promise<Rerun> {
    return { started: [], elsewhere: [...checks] };
  }

  async startDeployment(): Promise<null> {
    return null;
  }

  async reportDeployment(): Promise<void> {}

  async cloneLogin(): Promise<CloneLogin | null> {
    return cloneLoginOf(this.#login);
  }

  async lacks(uses: readonly ForgeUse[]): Promise<Lack[]> {
    await this.look();
    return await probed(uses, (use) => this.#probes(use));
  }

  #probes(use: ForgeUse): (() => Promise<unknown>)[] {
    switch (use) {
      case 'checks':
        return [() => this.checks(NO_COMMIT)];
      case 'statuses':
        return [() => this.reportStatus(NO_COMMIT, NO_STATUS)];
      case 'pullRequests':
        return [() => this.lookAtPullRequests()];
      case 'clone':
        return [() => this.look()];
      case 'rerun':
      case 'deployments':
      case 'runs':
        return [];
      default:
        return use satisfies never;
    }
  }
}

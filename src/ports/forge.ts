import type { Check } from '../domain/checks/checks.ts';
import type { CommitState, DeploymentState } from '../domain/documents/values/report.ts';

/** A commit as a forge is asked about it. */
export interface ForgeCommit {
  /** Full SHA. */
  sha: string;
  /** null: none is known, such as of a commit that somebody prepared. */
  ref: ForgeRef | null;
}

/** The branch or tag by which a commit is known. */
export interface ForgeRef {
  /** Without `refs/heads/` or `refs/tags/`. */
  name: string;
  tag: boolean;
}

/** Failed checks, after the forge was asked to run them again. */
export interface Rerun {
  started: Check[];
  /** The forge cannot run these again at somebody's request: whoever reported them can, where their `url` leads. */
  elsewhere: Check[];
}

/** What is said of a commit, as one line of the forge. */
export interface CommitStatus {
  /** `slipway/prod`; a later status of the same name replaces it. */
  name: string;
  state: CommitState;
  description: string;
  /** Where people read more; null: nowhere. */
  url: string | null;
}

/** What people read about a deployment. */
export interface DeploymentText {
  description: string;
  /** Where people read more; null: nowhere. */
  url: string | null;
  /** The address of what is deployed; null: none is known. */
  environmentUrl: string | null;
}

/** A deployment that is to be made. */
export interface NewDeployment extends DeploymentText {
  environment: string;
  /** The release that is deployed, `storefront/prod#42`: it has one deployment. */
  release: string;
}

/** What became of a deployment. */
export interface DeploymentStatus extends DeploymentText {
  state: DeploymentState;
}

/** A pull request; GitLab calls it a merge request. */
export interface PullRequest {
  number: number;
  title: string;
  url: string;
}

/** The login with which git reads the repository over HTTPS. */
export interface CloneLogin {
  user: string;
  password: string;
  /** When the password ends, in milliseconds since the epoch; null: not that is known. */
  until: number | null;
}

/** What Slipway does with a project, each of which an account may lack. */
export type ForgeUse = 'checks' | 'rerun' | 'statuses' | 'deployments' | 'pullRequests' | 'clone' | 'runs';

/** Something that the account lacks. */
export interface Lack {
  use: ForgeUse;
  /** The forge's name of the scope, permission or role that gives it; null: the forge does not say. */
  scope: string | null;
}

/**
 * One project of a forge, seen with one account. Promises: what it answers is complete, as of some moment during the call; a
 * list that does not end is an error. No call is made while the forge asks for patience. Nothing that is thrown contains a
 * secret. Every method rejects with `ForgeError`.
 */
export interface ForgeProject {
  readonly links: ForgeProjectLinks;
  /** Every attempt at every check of the commit that the forge still knows. */
  checks(commit: ForgeCommit): Promise<Check[]>;
  /** Asks the forge to run failed checks again. `checks`: as `checks` reported them. */
  rerun(commit: ForgeCommit, checks: readonly Check[]): Promise<Rerun>;
  /** Repeating it is harmless. */
  reportStatus(commit: ForgeCommit, status: CommitStatus): Promise<void>;
  /**
   * Announces a deployment, which runs then, and answers its id. Finds the one that an earlier call made and whose answer was
   * lost. null: this kind of forge has no deployments. `confirm` is called just before one is made; if it throws, none is.
   */
  startDeployment(
    commit: ForgeCommit,
    deployment: NewDeployment,
    confirm?: () => void,
  ): Promise<string | null>;
  /** Says what became of a deployment. Repeating it is harmless. */
  reportDeployment(id: string, status: DeploymentStatus): Promise<void>;
  /** Pull requests that the commit came with, as far as the forge knows them. */
  pullRequests(sha: string): Promise<PullRequest[]>;
  /**
   * One that lasts for a fetch; null: the repository is read without a login. `refused`: the password that git was refused with
   * before; where another one can be made, the answer has that.
   */
  cloneLogin(refused?: string | null): Promise<CloneLogin | null>;
  /**
   * What the account lacks for `uses`; empty: nothing, as far as can be told without changing anything. Rejects with 'refused'
   * if the account cannot even see the project.
   */
  lacks(uses: readonly ForgeUse[]): Promise<Lack[]>;
}

/** Addresses of a project's web pages. */
export interface ForgeProjectLinks {
  commit(sha: string): string;
  /** The commits in `to` that are not in `from`. */
  range(from: string, to: string): string;
  pullRequest(number: number): string;
}

/** One forge, with one account. */
export interface Forge {
  /** Its name in the configuration. */
  readonly name: string;
  /**
   * Who Slipway is there, such as `slipway-bot`, or `slipway (App)`; null: it has no login, or may not ask. Rejects if the login is
   * not believed.
   */
  account(): Promise<string | null>;
  /** `path`: as the forge spells it, `acme/storefront`. */
  project(path: string): ForgeProject;
}

/** A project at a forge of the configuration, such as a product's `forge`. null: there is none, or no such forge. */
export type Forges = (at: { name: string; project: string } | undefined) => Promise<ForgeProject | null>;

/** Why a forge did not do what it was asked, by what can be done about it. */
export type ForgeFault =
  /** It could not be reached, or said nothing for too long. Time may help. What was asked may have happened. */
  | { kind: 'unreachable'; how: Unreachable }
  /** It answered that it is broken. Time helps. What was asked may have happened. */
  | { kind: 'broken'; status: number }
  /**
   * Its answer is not one of the API: a web page, another document, one that is too large, or a list without an end. Time may help;
   * else the address is wrong. What was asked may have happened.
   */
  | { kind: 'unreadable'; how: 'page' | 'document' | 'size' | 'endless' }
  /** It asks for patience: nothing happened, and nothing is asked before `until`, in milliseconds since the epoch. */
  | { kind: 'limited'; until: number }
  /** It refused: nothing happened. */
  | { kind: 'refused'; why: Refusal };

/** `silence`: it said nothing for too long. `closed`: any other end of the connection. */
export type Unreachable = 'silence' | 'name' | 'refused' | 'certificate' | 'closed';

export type Refusal =
  /** It does not believe the token, or the App's key. */
  | { how: 'credentials' }
  /** The account may not do this. `scope`: what it lacks, in the forge's words; null: the forge does not say. */
  | { how: 'scope'; scope: string | null }
  /** There is no such thing, or the account may not know of it. */
  | { how: 'missing' }
  /** It does not accept what was asked. `says`: why, in the forge's words; absent or null: it does not say. */
  | { how: 'request'; status: number; says?: string | null };

/** A forge did not do what it was asked. Its message is for people, and contains no secret. */
export class ForgeError extends Error {
  /** The forge's name in the configuration. */
  readonly forge: string;
  readonly fault: ForgeFault;
  /** True: what failed came before the request itself, such as its login. That was not sent, whatever the fault. */
  readonly unsent: boolean;
  readonly #asked: string;

  /** `asked`: what was asked, as a clause: "to list the checks of acme/storefront". */
  constructor(
    forge: string,
    asked: string,
    fault: ForgeFault,
    { unsent = false, ...options }: ErrorOptions & { unsent?: boolean } = {},
  ) {
    super(`${forge} was asked ${asked}, and ${faultText(fault)}`, options);
    this.name = 'ForgeError';
    this.forge = forge;
    this.fault = fault;
    this.unsent = unsent;
    this.#asked = asked;
  }

  /** The same of a request that was not sent because of this. */
  beforeSending(): ForgeError {
    return new ForgeError(this.forge, this.#asked, this.fault, { cause: this, unsent: true });
  }
}

/** What a forge did instead of what it was asked, as a clause. */
function faultText(fault: ForgeFault): string {
  switch (fault.kind) {
    case 'unreachable':
      return UNREACHABLE[fault.how];
    case 'broken':
      return `answered with its own failure (HTTP ${fault.status})`;
    case 'unreadable':
      return UNREADABLE[fault.how];
    case 'limited':
      return `wants no more requests until ${new Date(fault.until).toISOString()}`;
    case 'refused':
      return refusalText(fault.why);
    default:
      return fault satisfies never;
  }
}

/** How a host does not answer, as a clause. */
export const UNREACHABLE: Record<Unreachable, string> = {
  silence: 'did not answer',
  name: 'did not answer: its name is not known here',
  refused: 'did not answer: the connection was refused',
  certificate: 'did not answer: its certificate is not trusted here',
  closed: 'did not answer: the connection was closed',
};

const UNREADABLE = {
  page: 'answered with a web page instead of its API: check the address of the API',
  document: 'answered with something else than its API does: check the kind and the address of the API',
  size: 'answered with more than Slipway reads',
  endless: 'answered with a list that has no end',
};

function refusalText(why: Refusal): string {
  switch (why.how) {
    case 'credentials':
      return 'does not accept the token, or the key of the App';
    case 'scope':
      return why.scope === null
        ? 'the account may not do that'
        : `the account may not do that: it lacks ${why.scope}`;
    case 'missing':
      return 'knows no such thing, or does not show it to this account';
    case 'request':
      return `refused it (HTTP ${why.status})`;
    default:
      return why satisfies never;
  }
}

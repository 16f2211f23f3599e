import type { AccessSettings } from '../../git/commands/access.ts';
import type { ForgeKind } from './forges.ts';

/** One shell command from the configuration. */
export interface CommandSettings {
  run: string;
  timeoutMs: number;
  /** Variables of this step alone, beside the product's; secrets filled in. Absent: none. */
  env?: Record<string, string>;
  /** Image of the container in which it runs. Absent: it runs on the machine. */
  image?: string;
}

/** A workflow of GitHub Actions; it must have the trigger `workflow_dispatch`. */
export interface GitHubRun {
  system: 'github';
  /** Name of the forge in the configuration, and what it calls the project. */
  forge: string;
  project: string;
  /** Its file's name, `deploy.yml`. */
  workflow: string;
  /** The branch or tag whose version of the workflow runs. */
  ref: string;
  inputs: Record<string, string>;
}

/** A pipeline of GitLab. */
export interface GitLabRun {
  system: 'gitlab';
  forge: string;
  project: string;
  ref: string;
  inputs: Record<string, string>;
  variables: Record<string, string>;
}

/** A job of Jenkins. */
export interface JenkinsRun {
  system: 'jenkins';
  /** Address of the job. */
  job: string;
  user: string;
  token: string;
  parameters: Record<string, string>;
}

/** A server that speaks Slipway's protocol for deploys (docs/deploys.md). */
export interface HttpRun {
  system: 'http';
  url: string;
  /** With which requests are signed, in the form of Standard Webhooks: `whsec_…`. */
  secret: string;
}

/** A change of one file in a repository, which a GitOps tool applies. */
export interface GitRun {
  system: 'git';
  /** Its address, which may contain a login. */
  repository: string;
  /** The forge that the repository is at, whose login is used unless there is another. Absent: none that is configured. */
  forge?: { name: string; kind: ForgeKind; project: string };
  /** How its host is reached otherwise: as the product's, at the same host. Absent: as git's own configuration says. */
  access?: AccessSettings;
  /** Page of a commit, with `{sha}` as a placeholder; null: not known. */
  commitUrl: string | null;
  branch: string;
  /** May contain words in braces, as the values. */
  file: string;
  set: { path: (string | number)[]; value: string }[];
}

/** Where and how another system carries out a step. Words in braces, such as `{commit}`, are not filled in yet. */
export type RemoteTarget = GitHubRun | GitLabRun | JenkinsRun | HttpRun | GitRun;

/** A step that another system carries out. */
export interface RemoteSettings {
  remote: RemoteTarget;
  timeoutMs: number;
}

/** How a step is carried out. */
export type StepSettings = CommandSettings | RemoteSettings;

/** True: another system carries the step out, and no command of ours. */
export function isRemote(step: StepSettings): step is RemoteSettings {
  return 'remote' in step;
}

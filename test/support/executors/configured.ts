import type { Call } from '../forges/server.ts';
import { PROJECT } from '../forges/world.ts';
import { deployWorkflow } from './github/workflows.ts';
import { actionsWorld } from './github/world.ts';
import { gitlabWorld } from './gitlab.ts';
import { deployServerWorld, HTTP_SECRET } from './http.ts';
import { jenkinsWorld } from './jenkins.ts';
import type { ExecutorWorld } from './world.ts';

/** What a call asks for. */
export type Deed = 'start' | 'look' | 'cancel';

/** A stand-in for a system, as a `slipway.yml` names it. */
export interface ConfiguredSystem {
  world: ExecutorWorld;
  /** Beside the time limit of a step. */
  block: Record<string, unknown>;
  /** What the file has to say under `forges`. */
  forges: Record<string, unknown>;
  /** Variables with its secrets. */
  env: Record<string, string>;
  /** null: none of these. */
  deedOf(call: Call): Deed | null;
}

/** Of a call that starts something. Ids of attempts are UUIDs, and no other is sent along. */
export function keyIn({ text }: Call): string {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(text)?.[0] ?? '';
}

export async function configuredHttp(how = { addresses: true }): Promise<ConfiguredSystem> {
  const world = await deployServerWorld(how);
  return {
    world,
    block: { http: { url: world.url, secret: 'env:DEPLOY_SECRET' } },
    forges: {},
    env: { DEPLOY_SECRET: HTTP_SECRET },
    deedOf: ({ method }) => (method === 'POST' ? 'start' : method === 'DELETE' ? 'cancel' : 'look'),
  };
}

/** `inputs` beside the id of the attempt, which is `slipway`. */
export async function configuredGitHub(inputs: Record<string, string> = {}): Promise<ConfiguredSystem> {
  const world = await actionsWorld({ knowsDetails: true });
  const all = { slipway: '{attempt}', ...inputs };
  world.actions.workflows.set('deploy.yml', deployWorkflow({ inputs: Object.keys(all) }));
  const { name, kind, api, access } = world.settings;
  return {
    world,
    block: { github: { workflow: 'deploy.yml', ref: 'main', project: PROJECT, forge: name, inputs: all } },
    forges: { [name]: { kind, api, token: 'env:GITHUB_TOKEN', report: [] } },
    env: { GITHUB_TOKEN: access.kind === 'token' ? access.token : '' },
    deedOf: ({ method, path }) =>
      posted({ method, path }, '/dispatches', '/cancel') ?? (path.includes('/runs') ? 'look' : null),
  };
}

export async function configuredGitLab(): Promise<ConfiguredSystem> {
  const world = await gitlabWorld();
  const { forge, project } = world.target;
  const variables = { SLIPWAY: '{attempt}' };
  const [token = ''] = world.secrets;
  return {
    world,
    block: { gitlab: { ref: 'main', project, forge, variables } },
    forges: {
      [forge]: {
        kind: 'gitlab',
        api: `${world.server.origin}/api/v4`,
        token: 'env:GITLAB_TOKEN',
        report: [],
      },
    },
    env: { GITLAB_TOKEN: token },
    deedOf: ({ method, path }) =>
      posted({ method, path }, '/pipeline', '/cancel') ?? (/\/pipelines/.test(path) ? 'look' : null),
  };
}

export async function configuredJenkins(): Promise<ConfiguredSystem> {
  const world = await jenkinsWorld();
  const { job, user } = world.target;
  const [token = ''] = world.secrets;
  return {
    world,
    block: { jenkins: { job, user, token: 'env:JENKINS_TOKEN', parameters: { SLIPWAY: '{attempt}' } } },
    forges: {},
    env: { JENKINS_TOKEN: token },
    deedOf: ({ method, path }) =>
      posted({ method, path }, '/buildWithParameters', '/stop') ??
      (/\/(\d+|queue\/item\/\d+)\/api\/json$/.test(path) ? 'look' : null),
  };
}

/** null: it is no post, or another one. */
function posted({ method, path }: Pick<Call, 'method' | 'path'>, start: string, cancel: string): Deed | null {
  if (method !== 'POST') return null;
  return path.endsWith(start) ? 'start' : path.endsWith(cancel) ? 'cancel' : null;
}

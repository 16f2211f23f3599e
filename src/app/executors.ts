import type { ExecutorOptions } from '../adapters/executors/exchange.ts';
import type { Settings } from '../flow/settings/settings.ts';
import type { RemoteTarget } from '../flow/settings/steps.ts';
import type { Executor } from '../ports/executor.ts';
import { openChangedRepositories, secretsOfRun, sourceOfRun } from './changes.ts';
import { apiOf, type ForgeClients, projectsOf } from './forges.ts';

/** How long one request to a system may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** What the systems of a configuration are asked with. */
export interface ExecutorsOptions {
  settings: Pick<Settings, 'forges'>;
  /** The clients of the forges that run workflows. */
  clients: ForgeClients;
  now: () => number;
  dataDirectory: string;
}

/** The systems that carry out steps, one client for each target, loaded when it is first needed. */
export function openExecutors({
  settings,
  clients,
  now,
  dataDirectory,
}: ExecutorsOptions): (target: RemoteTarget) => Promise<Executor> {
  const opened = new WeakMap<RemoteTarget, Promise<Executor>>();
  const { forges = [] } = settings;
  const changesOf = openChangedRepositories({ dataDirectory, forges, forge: projectsOf(clients), now });
  const options: ExecutorOptions = { now, timeoutMs: TIMEOUT_MS };
  return (target) => {
    const executor = opened.get(target) ?? openExecutor(target);
    opened.set(target, executor);
    return executor;
  };

  async function openExecutor(target: RemoteTarget): Promise<Executor> {
    switch (target.system) {
      case 'github': {
        const client = await clients(target.forge);
        if (client?.kind !== 'github')
          throw new TypeError(`${target.forge} is no GitHub of the configuration`);
        const { openGitHubExecutor } = await import('../adapters/executors/github/github.ts');
        return openGitHubExecutor({ api: client.forge.api(target.project), target });
      }
      case 'gitlab': {
        const forge = forges.find(({ name }) => name === target.forge);
        if (forge?.kind !== 'gitlab')
          throw new TypeError(`${target.forge} is no GitLab of the configuration`);
        const { openGitLabExecutor } = await import('../adapters/executors/gitlab/gitlab.ts');
        const token = forge.access.kind === 'token' ? forge.access.token : null;
        return openGitLabExecutor(target, { name: forge.name, api: apiOf(forge), ...options }, token);
      }
      case 'http': {
        const { openHttpExecutor } = await import('../adapters/executors/http/http.ts');
        return openHttpExecutor(target, options);
      }
      case 'jenkins': {
        const { openJenkinsExecutor } = await import('../adapters/executors/jenkins/jenkins.ts');
        return openJenkinsExecutor(target, options);
      }
      case 'git': {
        const { openGitExecutor } = await import('../adapters/executors/git/git.ts');
        return openGitExecutor({
          target,
          changes: changesOf(sourceOfRun(target)),
          secrets: secretsOfRun(target, forges),
        });
      }
      default:
        return target satisfies never;
    }
  }
}

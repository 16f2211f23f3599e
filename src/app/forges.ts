import type { ForgeOptions, TokenAccess } from '../adapters/forges/http/options.ts';
import type { ForgeAccess, ForgeSettings, Settings } from '../flow/services/settings.ts';
import type { Forge, ForgeProject } from '../ports/forge.ts';

/** How long one request to a forge may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** What the forges of a configuration are asked with. */
export interface ForgesOptions {
  settings: Pick<Settings, 'forges'>;
  now: () => number;
  /** Absent: 20 s. */
  timeoutMs?: number;
}

/** A project at a forge of the configuration, such as a product's `forge`. null: there is none, or no such forge. */
export type Forges = (at: { name: string; project: string } | undefined) => Promise<ForgeProject | null>;

/**
 * The clients of the configured forges, one for each, as what a forge said about its limits holds for all products. A client is
 * loaded when it is first needed.
 */
export function openForges({ settings, now, timeoutMs = TIMEOUT_MS }: ForgesOptions): Forges {
  const opened = new Map<string, Promise<Forge>>();
  return async (at) => {
    const found = settings.forges?.find(({ name }) => name === at?.name);
    if (at === undefined || found === undefined) return null;
    const client = opened.get(found.name) ?? openForge(found, now, timeoutMs);
    opened.set(found.name, client);
    return (await client).project(at.project);
  };
}

async function openForge(settings: ForgeSettings, now: () => number, timeoutMs: number): Promise<Forge> {
  const { name, kind, access } = settings;
  const options: ForgeOptions = { name, api: apiOf(settings), now, timeoutMs };
  const login = loginOf(access);
  switch (kind) {
    case 'github': {
      const { openGitHub } = await import('../adapters/forges/github/github.ts');
      return openGitHub(options, access.kind === 'app' ? access : (login?.token ?? null));
    }
    case 'gitlab': {
      const { openGitLab } = await import('../adapters/forges/gitlab/gitlab.ts');
      return openGitLab(options, login?.token ?? null);
    }
    case 'bitbucket': {
      if (isCloud(settings)) {
        const { openBitbucketCloud } = await import('../adapters/forges/bitbucket/cloud.ts');
        return openBitbucketCloud(options, login);
      }
      const { openBitbucketDataCenter } = await import('../adapters/forges/bitbucket/data-center.ts');
      return openBitbucketDataCenter(options, login);
    }
    case 'gitea': {
      const { openGitea } = await import('../adapters/forges/gitea/gitea.ts');
      return openGitea(options, login?.token ?? null);
    }
    default:
      return kind satisfies never;
  }
}

function loginOf(access: ForgeAccess): TokenAccess | null {
  return access.kind === 'token' ? access : null;
}

type Address = Pick<ForgeSettings, 'name' | 'kind' | 'api'>;

/** The address of the API as the clients want it: with its path and version. An address without a path gets the usual one. */
export function apiOf(forge: Address): string {
  const { name, kind, api } = forge;
  const written = api ?? `https://${name}`;
  const hasPath = new URL(written).pathname !== '/';
  switch (kind) {
    case 'github':
      if (api !== null) return api;
      return name === 'github.com' ? 'https://api.github.com' : `${written}/api/v3`;
    case 'gitlab':
      return hasPath ? written : `${written}/api/v4`;
    case 'gitea':
      return hasPath ? written : `${written}/api/v1`;
    case 'bitbucket':
      if (isCloud(forge))
        return api === null ? 'https://api.bitbucket.org/2.0' : hasPath ? api : `${api}/2.0`;
      // Parts of it have versions of their own.
      return /\/rest(\/|$)/.test(written) ? written.replace(/(\/rest)(\/.*)?$/, '$1') : `${written}/rest`;
    default:
      return kind satisfies never;
  }
}

/** Bitbucket's cloud has another API than a Bitbucket in a company. */
function isCloud({ name, api }: Address): boolean {
  return name === 'bitbucket.org' || (api !== null && /\/2\.0$/.test(api));
}

import type { GitHub } from '../adapters/forges/github/github.ts';
import type { ForgeOptions, TokenAccess } from '../adapters/forges/http/options.ts';
import type { ForgeAccess, ForgeKind, ForgeSettings } from '../flow/settings/forges.ts';
import type { Settings } from '../flow/settings/settings.ts';
import type { Forge, Forges } from '../ports/forge.ts';

/** How long one request to a forge may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** What the forges of a configuration are asked with. */
export interface ForgesOptions {
  settings: Pick<Settings, 'forges'>;
  now: () => number;
  /** Absent: 20 s. */
  timeoutMs?: number;
  /** Clients that were opened before, which are used again for what is configured as it was then. Absent: none. */
  opened?: OpenedClients;
}

/** Clients by what is configured of their forge, which includes its login. */
export type OpenedClients = Map<string, Promise<ForgeClient>>;

/** The client of a forge, by its kind: some can do more than every forge does. */
export type ForgeClient =
  | { kind: 'github'; forge: GitHub }
  | { kind: Exclude<ForgeKind, 'github'>; forge: Forge };

/** A forge of the configuration by its name. null: there is none. */
export type ForgeClients = (name: string) => Promise<ForgeClient | null>;

/**
 * The clients of the configured forges, one for each, as what a forge said about its limits holds for all products. A client is
 * loaded when it is first needed.
 */
export function openClients({
  settings,
  now,
  timeoutMs = TIMEOUT_MS,
  opened = new Map(),
}: ForgesOptions): ForgeClients {
  return async (name) => {
    const found = settings.forges?.find((forge) => forge.name === name);
    if (found === undefined) return null;
    const key = JSON.stringify(found);
    const client = opened.get(key) ?? openForge(found, now, timeoutMs);
    opened.set(key, client);
    return await client;
  };
}

/** The projects of products, by these clients. */
export function projectsOf(clients: ForgeClients): Forges {
  return async (at) =>
    at === undefined ? null : ((await clients(at.name))?.forge.project(at.project) ?? null);
}

export function openForges(options: ForgesOptions): Forges {
  return projectsOf(openClients(options));
}

async function openForge(
  settings: ForgeSettings,
  now: () => number,
  timeoutMs: number,
): Promise<ForgeClient> {
  const { name, kind, access } = settings;
  const options: ForgeOptions = { name, api: apiOf(settings), now, timeoutMs };
  const login = loginOf(access);
  switch (kind) {
    case 'github': {
      const { openGitHub } = await import('../adapters/forges/github/github.ts');
      return { kind, forge: openGitHub(options, access.kind === 'app' ? access : (login?.token ?? null)) };
    }
    case 'gitlab': {
      const { openGitLab } = await import('../adapters/forges/gitlab/gitlab.ts');
      return { kind, forge: openGitLab(options, login?.token ?? null) };
    }
    case 'bitbucket': {
      if (isCloud(settings)) {
        const { openBitbucketCloud } = await import('../adapters/forges/bitbucket/cloud.ts');
        return { kind, forge: openBitbucketCloud(options, login) };
      }
      const { openBitbucketDataCenter } = await import('../adapters/forges/bitbucket/data-center.ts');
      return { kind, forge: openBitbucketDataCenter(options, login) };
    }
    case 'gitea': {
      const { openGitea } = await import('../adapters/forges/gitea/gitea.ts');
      return { kind, forge: openGitea(options, login?.token ?? null) };
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

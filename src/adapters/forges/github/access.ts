import { createAppAuth } from '@octokit/auth-app';
import { request } from '@octokit/request';
import * as z from 'zod';
import type { ForgeHttp } from '../http/http.ts';
import { parsed } from '../http/rest.ts';
import { forgeErrorOf, octokitRequest, SILENT, VERSION } from './octokit.ts';

/** An App as GitHub knows it: its id, and its private key in PEM. */
export interface AppAccess {
  id: number;
  key: string;
}

/** A token for one project. */
export interface ProjectToken {
  token: string;
  /** Milliseconds since the epoch; null: not known. */
  until: number | null;
}

/** Where the tokens come from with which a project is asked about. Every method throws `ForgeError`. */
export interface Access {
  /** null: no login is configured. */
  token(project: string): Promise<ProjectToken | null>;
  /** Takes the next token anew: GitHub no longer accepts this one. */
  renew(project: string): void;
  /** What the App may do in a project: each permission, with 'read', 'write' or 'admin'. null: not an App. */
  permissions(project: string): Promise<Record<string, string> | null>;
}

export function tokenAccess(token: string | null): Access {
  return {
    token: async () => (token === null ? null : { token, until: null }),
    renew: () => {},
    permissions: async () => null,
  };
}

const installationToken = z.object({ token: z.string(), expiresAt: z.string() });
const installation = z.object({ id: z.number(), permissions: z.record(z.string(), z.string()) });

/** An App makes a token for each installation, of which each project has one. */
export function appAccess(http: ForgeHttp, api: string, { id, key }: AppAccess): Access {
  const asked = 'for a token of the App';
  const app = request.defaults({
    baseUrl: api,
    headers: { 'x-github-api-version': VERSION },
    request: octokitRequest(http, asked),
  });
  const auth = createAppAuth({
    appId: id,
    privateKey: key,
    request: app,
    log: SILENT,
  });
  const installations = new Map<string, number>();
  const stale = new Set<string>();

  async function installed(project: string): Promise<z.infer<typeof installation>> {
    const [owner = '', repo = ''] = project.split('/');
    const { token } = await auth({ type: 'app' });
    const { data } = await app('GET /repos/{owner}/{repo}/installation', {
      owner,
      repo,
      headers: { authorization: `bearer ${token}` },
      request: octokitRequest(http, `for the App's installation in ${project}`),
    });
    return parsed(http, asked, installation, data);
  }

  return {
    token: (project) =>
      attempt(async () => {
        const known = installations.get(project);
        const installationId = known ?? (await installed(project)).id;
        // Kept only once a token was made: an App that was installed anew has another id.
        installations.delete(project);
        const refresh = stale.delete(project);
        const made = await auth({ type: 'installation', installationId, refresh });
        const { token, expiresAt } = parsed(http, asked, installationToken, made);
        installations.set(project, installationId);
        return { token, until: Date.parse(expiresAt) };
      }),
    renew: (project) => void stale.add(project),
    permissions: (project) => attempt(async () => (await installed(project)).permissions),
  };

  /** Whatever is no answer of GitHub is a key that cannot sign. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw forgeErrorOf(error) ?? http.error(asked, { kind: 'refused', why: { how: 'credentials' } });
    }
  }
}

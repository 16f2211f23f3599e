import { createAppAuth } from '@octokit/auth-app';
import { request } from '@octokit/request';
import * as z from 'zod';
import type { ForgeHttp } from '../http/http.ts';
import { WHO } from '../http/probe.ts';
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
  /** The name of the App; null: not an App. */
  app(): Promise<string | null>;
  /** What the App may do in a project: each permission, with 'read', 'write' or 'admin'. null: not an App. */
  permissions(project: string): Promise<Record<string, string> | null>;
}

export function tokenAccess(token: string | null): Access {
  return {
    token: async () => (token === null ? null : { token, until: null }),
    renew: () => {},
    app: async () => null,
    permissions: async () => null,
  };
}

/** A token that ends sooner is not begun with, in milliseconds. */
const SPARE_MS = 60_000;

const installationToken = z.object({ token: z.string(), expires_at: z.string() });
const ownApp = z.object({ slug: z.string() });
const installation = z.object({ id: z.number(), permissions: z.record(z.string(), z.string()) });

/** A token whose end is known. */
interface LastingToken extends ProjectToken {
  until: number;
}

interface AppAccessOptions {
  http: ForgeHttp;
  api: string;
  now: () => number;
}

/**
 * An App makes a token for each installation, of which each project has one. Tokens are kept here, as `@octokit/auth-app` shares
 * requests for them by the number of the installation alone, which Apps of two servers may have in common.
 */
export function appAccess({ http, api, now }: AppAccessOptions, { id, key }: AppAccess): Access {
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
  const tokens = new Map<number, Promise<LastingToken>>();

  /** Asks as the App itself. */
  async function asApp(route: string, parameters: Record<string, unknown>): Promise<unknown> {
    const { token } = await auth({ type: 'app' });
    return (await app(route, { ...parameters, headers: { authorization: `bearer ${token}` } })).data;
  }

  async function installed(project: string): Promise<z.infer<typeof installation>> {
    const [owner = '', repo = ''] = project.split('/');
    const data = await asApp('GET /repos/{owner}/{repo}/installation', {
      owner,
      repo,
      request: octokitRequest(http, `for the App's installation in ${project}`),
    });
    return parsed(http, asked, installation, data);
  }

  async function made(installationId: number): Promise<LastingToken> {
    const data = await asApp('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: installationId,
    });
    const { token, expires_at } = parsed(http, asked, installationToken, data);
    return { token, until: Date.parse(expires_at) };
  }

  async function tokenOf(installationId: number): Promise<LastingToken> {
    const known = tokens.get(installationId);
    if (known !== undefined) {
      const token = await known;
      if (token.until - now() > SPARE_MS) return token;
    }
    const making = made(installationId);
    tokens.set(installationId, making);
    return await making;
  }

  return {
    token: (project) =>
      attempt(async () => {
        const installationId = installations.get(project) ?? (await installed(project)).id;
        try {
          const token = await tokenOf(installationId);
          installations.set(project, installationId);
          return token;
        } catch (error) {
          // An App that was installed anew has another installation.
          installations.delete(project);
          tokens.delete(installationId);
          throw error;
        }
      }),
    renew: (project) => {
      const installationId = installations.get(project);
      if (installationId !== undefined) tokens.delete(installationId);
    },
    app: () =>
      attempt(async () => {
        const data = await asApp('GET /app', { request: octokitRequest(http, WHO) });
        return parsed(http, WHO, ownApp, data).slug;
      }),
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

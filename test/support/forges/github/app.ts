import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type Call, type Reply, routed } from '../server.ts';
import { type GitHubState, NOT_FOUND } from './state.ts';

export const APP = 12345;
const INSTALLATION = 7;
const ALL = {
  metadata: 'read',
  actions: 'write',
  checks: 'read',
  contents: 'read',
  deployments: 'write',
  pull_requests: 'read',
  statuses: 'write',
};

/** A private key in PEM, as GitHub gives it to an App. */
export const APP_KEY = String(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
);

/** What only an App may ask, with what it signed; null: something else is asked. */
export function answerApp(
  state: Pick<GitHubState, 'taken' | 'tokens' | 'believed'>,
  call: Call,
): Reply | null {
  if (call.path !== '/app' && !call.path.startsWith('/app/') && !call.path.endsWith('/installation'))
    return null;
  if (!isOurs((call.headers.authorization ?? '').replace(/^bearer /i, '')))
    return { status: 401, body: { message: 'A JSON web token could not be decoded' } };
  return routed(
    call,
    {
      'GET /app': () => ({ status: 200, body: { id: APP, slug: 'slipway', name: 'Slipway' } }),
      'GET /repos/:owner/:repo/installation': () => ({
        status: 200,
        body: {
          id: INSTALLATION,
          app_id: APP,
          permissions: state.taken ? { metadata: 'read', statuses: 'read' } : ALL,
        },
      }),
      'POST /app/installations/:id/access_tokens': ({ id }) => {
        if (Number(id) !== INSTALLATION) return NOT_FOUND;
        const token = `ghs_S3CRET${state.tokens.length}`;
        state.tokens.push(token);
        state.believed.add(token);
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        return { status: 201, body: { token, expires_at, permissions: ALL, repository_selection: 'all' } };
      },
    },
    NOT_FOUND,
  );
}

function isOurs(token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, createPublicKey(APP_KEY), Buffer.from(signature, 'base64url')))
    return false;
  const { iss, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return Number(iss) === APP && exp * 1_000 > Date.now();
}

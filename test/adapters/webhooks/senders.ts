import { createHmac } from 'node:crypto';
import type { ForgeKind } from '../../../src/flow/settings/forges.ts';
import { cloudPush, dataCenterPush, giteaPush, githubPush, gitlabPush, type Told } from './payloads.ts';

type Headers = Record<string, string>;

/** How one kind of forge sends its webhooks. */
export interface Sender {
  name: string;
  kind: ForgeKind;
  /** What it calls the repository of its products. */
  project: string;
  /** Secrets of its two products, which follow the same repository. */
  secrets: [string, string];
  payload: (told: Told) => Record<string, unknown>;
  /** All headers but those of the signature. */
  headers: (told: Told, delivery: string) => Headers;
  /** The headers of the delivery id. */
  delivery: string[];
  sign: (body: string, secret: string) => Headers;
  /** The header of the signature, as an answer names it. */
  signedIn: string;
  /** A signature header that cannot be right. */
  malformed: Headers;
  /** The header that an answer names to who sends no signature; absent: the same. */
  named?: string;
  /** Whether it says that a push was forced. */
  tellsForce: boolean;
  /** Who pushed, as it says. */
  pusher: string;
}

const hex = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('hex');

const github: Sender = {
  name: 'GitHub',
  kind: 'github',
  project: 'acme/shop',
  secrets: ['the secret of github-a', 'whsec_the-secret-of-github-b'],
  payload: githubPush,
  headers: (_told, delivery) => ({ 'x-github-event': 'push', 'x-github-delivery': delivery }),
  delivery: ['x-github-delivery'],
  sign: (body, secret) => ({ 'x-hub-signature-256': `sha256=${hex(body, secret)}` }),
  malformed: { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` },
  signedIn: 'X-Hub-Signature-256',
  tellsForce: true,
  pusher: 'Codertocat',
};

const gitlab: Sender = {
  name: 'GitLab with a secret token',
  kind: 'gitlab',
  project: 'acme/web/shop',
  secrets: ['the secret of gitlab-å ✓ ', 'the secret of gitlab-b'],
  payload: gitlabPush,
  headers: ({ ref }, delivery) => ({
    'x-gitlab-event': ref.startsWith('refs/tags/') ? 'Tag Push Hook' : 'Push Hook',
    'idempotency-key': delivery,
    'x-gitlab-event-uuid': 'the same for all',
  }),
  delivery: ['idempotency-key', 'x-gitlab-event-uuid'],
  // In UTF-8, and without what is blank around it.
  sign: (_body, secret) => ({ 'x-gitlab-token': Buffer.from(secret).toString('latin1') }),
  malformed: { 'x-gitlab-token': '' },
  signedIn: 'X-Gitlab-Token',
  tellsForce: false,
  pusher: 'lin',
};

const WHSEC = ['a', 'b'].map((one) => `whsec_${Buffer.from(one.repeat(32)).toString('base64')}`);

/** A signature of Standard Webhooks, as its specification says, by other means than those under test. */
export function standardHeaders(body: string, secret: string, seconds: number, id = 'msg_1'): Headers {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const signed = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signed}`,
  };
}

const gitlabSigning: Sender = {
  ...gitlab,
  name: 'GitLab with a signing token',
  project: 'acme/web/signed',
  secrets: [WHSEC[0]!, WHSEC[1]!],
  sign: (body, secret) => standardHeaders(body, secret, Math.floor(Date.now() / 1_000)),
  signedIn: 'webhook-signature',
  named: 'X-Gitlab-Token',
  malformed: { 'webhook-signature': 'v1,abc', 'webhook-id': 'msg_1', 'webhook-timestamp': '1' },
};

const bitbucket: Sender = {
  name: 'Bitbucket Cloud',
  kind: 'bitbucket',
  project: 'acme/shop',
  secrets: ['the secret of bitbucket-a', `whsec_${Buffer.from('c'.repeat(32)).toString('base64')}`],
  payload: cloudPush,
  headers: (_told, delivery) => ({ 'x-event-key': 'repo:push', 'x-request-uuid': delivery }),
  delivery: ['x-request-uuid'],
  sign: (body, secret) => ({ 'x-hub-signature': `sha256=${hex(body, secret)}` }),
  malformed: { 'x-hub-signature': 'sha256=abc' },
  signedIn: 'X-Hub-Signature',
  tellsForce: true,
  pusher: 'lin',
};

const dataCenter: Sender = {
  ...bitbucket,
  name: 'Bitbucket Data Center',
  project: 'ACME/shop',
  secrets: ['the secret of center-a', 'the secret of center-b'],
  payload: dataCenterPush,
  headers: (_told, delivery) => ({ 'x-event-key': 'repo:refs_changed', 'x-request-id': delivery }),
  delivery: ['x-request-id'],
  tellsForce: false,
};

const gitea: Sender = {
  name: 'Gitea',
  kind: 'gitea',
  project: 'acme/shop',
  secrets: ['the secret of gitea-a', 'the secret of gitea-b'],
  payload: giteaPush,
  headers: ({ ref, after }, delivery) => ({
    'x-gitea-event': after === null && !ref.startsWith('refs/tags/') ? 'delete' : 'push',
    'x-gitea-delivery': delivery,
  }),
  delivery: ['x-gitea-delivery'],
  sign: (body, secret) => ({
    'x-gitea-signature': hex(body, secret),
    'x-hub-signature-256': `sha256=${hex(body, secret)}`,
  }),
  malformed: { 'x-gitea-signature': 'A'.repeat(64) },
  signedIn: 'X-Gitea-Signature',
  tellsForce: false,
  pusher: 'lin',
};

const forgejo: Sender = {
  ...gitea,
  name: 'Forgejo',
  project: 'acme/forgejo',
  secrets: ['the secret of forgejo-a', 'the secret of forgejo-b'],
  headers: (told, delivery) => ({
    'x-forgejo-event': gitea.headers(told, delivery)['x-gitea-event'] ?? '',
    'x-forgejo-delivery': delivery,
  }),
  delivery: ['x-forgejo-delivery'],
  sign: (body, secret) => ({ 'x-forgejo-signature': hex(body, secret) }),
  signedIn: 'X-Forgejo-Signature',
  named: 'X-Gitea-Signature',
  malformed: { 'x-forgejo-signature': `sha256=${'a'.repeat(64)}` },
};

const hubSigned: Sender = {
  ...gitea,
  name: 'Gitea behind what passes the signature of GitHub alone',
  project: 'acme/hub',
  secrets: ['the secret of hub-a', 'the secret of hub-b'],
  sign: (body, secret) => ({ 'x-hub-signature-256': `sha256=${hex(body, secret)}` }),
  signedIn: 'X-Hub-Signature-256',
  named: 'X-Gitea-Signature',
  malformed: { 'x-hub-signature-256': 'a'.repeat(64) },
};

export const SENDERS: [Sender, ...Sender[]] = [
  github,
  gitlab,
  gitlabSigning,
  bitbucket,
  dataCenter,
  gitea,
  forgejo,
  hubSigned,
];

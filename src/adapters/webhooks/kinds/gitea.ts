import * as z from 'zod';
import {
  commitAfter,
  type HookKind,
  hmacSignature,
  personText,
  refText,
  repository,
  ringAbout,
  shaText,
  statusRing,
} from '../hook-kind.ts';

/** https://docs.gitea.com/usage/webhooks */
const push = z
  .object({
    ref: refText,
    after: shaText,
    repository,
    pusher: z.object({ login: personText }).nullish(),
  })
  .transform(({ ref, after, repository, pusher }) => ({
    repository,
    pushes: [
      {
        ref,
        deleted: commitAfter(after) === null,
        after: commitAfter(after),
        pushedBy: pusher?.login ?? null,
        forced: null,
      },
    ],
  }));

/** That a branch was deleted is not told by the event `push`. */
const deletion = z
  .object({
    ref: refText,
    ref_type: z.enum(['branch', 'tag']),
    repository,
    sender: z.object({ login: personText }).nullish(),
  })
  .transform(({ ref, ref_type, repository, sender }) => ({
    repository,
    pushes: [
      {
        ref: `refs/${ref_type === 'tag' ? 'tags' : 'heads'}/${ref}`,
        deleted: true,
        after: null,
        pushedBy: sender?.login ?? null,
        forced: null,
      },
    ],
  }));

/** Gitea and Forgejo. */
export const gitea: HookKind = {
  kind: 'gitea',
  event: ['X-Forgejo-Event', 'X-Gitea-Event'],
  delivery: ['X-Forgejo-Delivery', 'X-Gitea-Delivery'],
  severalRefs: false,
  forms: false,
  signature: (header) =>
    hmacSignature(header, [
      { name: 'X-Gitea-Signature', prefix: '' },
      { name: 'X-Forgejo-Signature', prefix: '' },
      { name: 'X-Hub-Signature-256', prefix: 'sha256=' },
    ]),
  events: { push, delete: deletion },
  rings: {
    status: statusRing,
    workflow_run: ringAbout('workflow_run'),
    workflow_job: ringAbout('workflow_job'),
  },
  pings: [],
  about: z.object({ repository }).transform((payload) => payload.repository),
};

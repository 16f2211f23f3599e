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

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push; a long push comes without its commits. */
const push = z
  .object({
    ref: refText,
    after: shaText,
    deleted: z.boolean().nullish(),
    forced: z.boolean().nullish(),
    repository,
    pusher: z.object({ name: personText }).nullish(),
  })
  .transform(({ ref, after, deleted, forced, repository, pusher }) => ({
    repository,
    pushes: [
      {
        ref,
        deleted: deleted ?? false,
        after: commitAfter(after),
        pushedBy: pusher?.name ?? null,
        forced: forced ?? null,
      },
    ],
  }));

export const github: HookKind = {
  kind: 'github',
  event: ['X-GitHub-Event'],
  delivery: ['X-GitHub-Delivery'],
  severalRefs: false,
  forms: true,
  signature: (header) => hmacSignature(header, [{ name: 'X-Hub-Signature-256', prefix: 'sha256=' }]),
  events: { push },
  rings: {
    status: statusRing,
    check_run: ringAbout('check_run'),
    check_suite: ringAbout('check_suite'),
    workflow_run: ringAbout('workflow_run'),
    workflow_job: ringAbout('workflow_job'),
  },
  pings: [],
  about: z.object({ repository }).transform((payload) => payload.repository),
};

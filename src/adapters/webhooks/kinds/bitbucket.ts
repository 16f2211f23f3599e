import * as z from 'zod';
import {
  commitAfter,
  commitSha,
  type HookKind,
  hmacSignature,
  type NamedRepository,
  personText,
  projectText,
  type RingEvent,
  refText,
  shaText,
  urlsOf,
  urlText,
} from '../hook-kind.ts';

const cloudRepository = z
  .object({
    full_name: projectText,
    links: z.object({ html: z.object({ href: urlText }).nullish() }).nullish(),
  })
  .transform(
    ({ full_name, links }): NamedRepository => ({
      project: full_name,
      urls: urlsOf(links?.html?.href),
    }),
  );

/** Older versions name no address. */
const dataCenterRepository = z
  .object({
    slug: projectText,
    project: z.object({ key: projectText }),
    links: z
      .object({
        clone: z
          .array(z.object({ href: urlText }))
          .max(100)
          .nullish(),
      })
      .nullish(),
  })
  .transform(
    ({ slug, project, links }): NamedRepository => ({
      project: `${project.key}/${slug}`,
      urls: urlsOf(...(links?.clone ?? []).map(({ href }) => href)),
    }),
  );

const side = z
  .object({
    type: z.string().max(100),
    name: refText,
    target: z.object({ hash: shaText }).nullish(),
  })
  .nullish();

/** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push; long changes come without all commits. */
const cloudPush = z
  .object({
    repository: cloudRepository,
    actor: z.object({ nickname: personText, display_name: personText }).nullish(),
    push: z.object({
      changes: z.array(z.object({ old: side, new: side, forced: z.boolean().nullish() })),
    }),
  })
  .transform(({ repository, actor, push }) => ({
    repository,
    pushes: push.changes.flatMap(({ old, new: now, forced }) => {
      const ref = now ?? old;
      if (!ref) return [];
      return {
        ref: `refs/${ref.type === 'tag' ? 'tags' : 'heads'}/${ref.name}`,
        deleted: !now,
        after: commitAfter(now?.target?.hash),
        pushedBy: actor?.nickname ?? actor?.display_name ?? null,
        forced: forced ?? null,
      };
    }),
  }));

/** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Build-status-created: a link names the commit. */
const buildStatus = z
  .object({
    repository: cloudRepository,
    commit_status: z.object({ links: z.object({ commit: z.object({ href: z.string().max(2_000) }) }) }),
  })
  .transform(({ repository, commit_status }, ctx): RingEvent => {
    const sha = commitSha.safeParse(commit_status.links.commit.href.split('/').at(-1)).data;
    if (sha !== undefined) return { repository, sha };
    ctx.issues.push({ code: 'custom', message: 'names no commit', input: commit_status });
    return z.NEVER;
  });

/** https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html */
const dataCenterPush = z
  .object({
    repository: dataCenterRepository,
    actor: z.object({ name: personText }).nullish(),
    changes: z.array(z.object({ ref: z.object({ id: refText }), toHash: shaText })),
  })
  .transform(({ repository, actor, changes }) => ({
    repository,
    pushes: changes.map(({ ref, toHash }) => ({
      ref: ref.id,
      deleted: commitAfter(toHash) === null,
      after: commitAfter(toHash),
      pushedBy: actor?.name ?? null,
      forced: null,
    })),
  }));

/** Bitbucket Cloud and Data Center. */
export const bitbucket: HookKind = {
  kind: 'bitbucket',
  event: ['X-Event-Key'],
  delivery: ['X-Request-UUID', 'X-Request-Id'],
  severalRefs: true,
  forms: false,
  signature: (header) => hmacSignature(header, [{ name: 'X-Hub-Signature', prefix: 'sha256=' }]),
  rings: {
    'repo:commit_status_created': buildStatus,
    'repo:commit_status_updated': buildStatus,
  },
  events: { 'repo:push': cloudPush, 'repo:refs_changed': dataCenterPush },
  // Of Data Center's button "Test connection".
  pings: ['diagnostics:ping'],
  about: z
    .object({ repository: z.union([cloudRepository, dataCenterRepository]) })
    .transform((payload) => payload.repository),
};

import * as z from 'zod';
import { isSameToken } from '../../signature.ts';
import { type Header, isStandardSecret, standardSignature } from '../../standard-webhooks.ts';
import {
  commitAfter,
  commitSha,
  type HookKind,
  type HookSignature,
  personText,
  projectText,
  refText,
  shaText,
  urlsOf,
  urlText,
} from '../hook-kind.ts';

const project = z
  .object({
    path_with_namespace: projectText.nullish(),
    git_http_url: urlText,
    git_ssh_url: urlText,
    web_url: urlText,
  })
  .transform(({ path_with_namespace, git_http_url, git_ssh_url, web_url }) => ({
    project: path_with_namespace ?? null,
    urls: urlsOf(git_http_url, git_ssh_url, web_url),
  }));

/** https://docs.gitlab.com/user/project/integrations/webhook_events/: pushes of branches and of tags are alike. */
const push = z
  .object({
    ref: refText,
    after: shaText,
    checkout_sha: shaText,
    user_username: personText,
    project,
  })
  .transform(({ ref, after, checkout_sha, user_username, project }) => ({
    repository: project,
    pushes: [
      {
        ref,
        deleted: commitAfter(after) === null,
        // `after` may be the object of an annotated tag.
        after: commitAfter(checkout_sha) ?? commitAfter(after),
        pushedBy: user_username ?? null,
        forced: null,
      },
    ],
  }));

/** Names and variables of a pipeline are read as far as one attempt's id may be in them. */
const pipelineText = z.string().max(10_000).nullish().catch(null);
const pipeline = z
  .object({
    project,
    object_attributes: z.object({
      id: z.number().int().nullish().catch(null),
      sha: commitSha,
      name: pipelineText,
      variables: z
        .array(z.object({ value: pipelineText }))
        .max(1_000)
        .nullish()
        .catch(null),
    }),
  })
  .transform(({ project, object_attributes: { id = null, sha, name, variables } }) => {
    const texts = [name, ...(variables ?? []).map(({ value }) => value)];
    const title = texts.filter((text) => text != null).join(' ');
    return { repository: project, sha, ...(id !== null && { run: { id: String(id), title } }) };
  });

const job = z
  .object({ project, sha: commitSha })
  .transform(({ project, sha }) => ({ repository: project, sha }));

export const gitlab: HookKind = {
  kind: 'gitlab',
  event: ['X-Gitlab-Event'],
  delivery: ['Idempotency-Key', 'X-Gitlab-Event-UUID'],
  severalRefs: true,
  forms: false,
  signature,
  events: { 'Push Hook': push, 'Tag Push Hook': push },
  rings: { 'Pipeline Hook': pipeline, 'Job Hook': job },
  pings: [],
  about: z.object({ project }).transform((payload) => payload.project),
};

const TOKEN = 'X-Gitlab-Token';

const MISPLACED =
  'it begins with whsec_, so it is a signing token, but stands in the field "Secret token": let GitLab make a "Signing token" and give that to Slipway, or choose a secret that begins otherwise';

/**
 * A secret that begins with `whsec_` is a signing token, by which GitLab signs as Standard Webhooks does. Any other is a
 * secret token, which GitLab sends as it is.
 */
function signature(header: Header, now: number): HookSignature {
  const token = header(TOKEN);
  const standard = standardSignature(header, now);
  const name = standard.kind === 'absent' ? TOKEN : 'webhook-signature';
  if (!token && standard.kind !== 'given') return { kind: standard.kind, header: name };
  const isToken = (secret: string) => token !== undefined && isSameToken(token, secret);
  return {
    kind: 'given',
    header: name,
    advice: token && isStandardSecret(token) && standard.kind === 'absent' ? MISPLACED : null,
    mayBeOf: (secret) => (isStandardSecret(secret) ? standard.kind === 'given' : isToken(secret)),
    verify: (raw, secret) =>
      isStandardSecret(secret) ? standard.kind === 'given' && standard.verify(raw, secret) : isToken(secret),
  };
}

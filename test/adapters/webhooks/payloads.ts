import { createRequire } from 'node:module';
import * as z from 'zod';

/** What a payload is to tell. */
export interface Told {
  /** `acme/shop`: as the forge calls the repository. */
  project: string;
  /** In full: `refs/heads/main`. */
  ref: string;
  /** null: the ref was deleted. */
  after: string | null;
  forced?: boolean;
}

const NOBODY = '0'.repeat(40);
const BEFORE = 'b'.repeat(40);
/** The forge of every payload. */
export const ORIGIN = 'https://git.acme.dev';

const shortOf = (ref: string) => ref.replace(/^refs\/(heads|tags)\//, '');
const isTag = (ref: string) => ref.startsWith('refs/tags/');
const nameOf = (project: string) => project.split('/').at(-1) ?? '';

const published = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));

/** The payloads that GitHub publishes, by event. */
export const GITHUB_EXAMPLES = published.parse(createRequire(import.meta.url)('@octokit/webhooks-examples'));

/** The published pushes. */
export const GITHUB_PUSHES = GITHUB_EXAMPLES.find(({ name }) => name === 'push')?.examples ?? [];

/** GitHub: a published push, with what is told. */
export function githubPush({ project, ref, after, forced = false }: Told): Record<string, unknown> {
  const example = GITHUB_PUSHES.find((push) => push.ref === 'refs/heads/master');
  return {
    ...example,
    ref,
    before: BEFORE,
    after: after ?? NOBODY,
    deleted: after === null,
    forced,
    // As GitHub leaves them out of a push of thousands.
    commits: [],
    head_commit: null,
    repository: {
      ...z.looseObject({}).parse(example?.repository),
      full_name: project,
      clone_url: `${ORIGIN}/${project}.git`,
      ssh_url: `git@git.acme.dev:${project}.git`,
      html_url: `${ORIGIN}/${project}`,
    },
  };
}

/** GitLab, as https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events describes it. */
export function gitlabPush({ project, ref, after }: Told): Record<string, unknown> {
  const kind = isTag(ref) ? 'tag_push' : 'push';
  return {
    object_kind: kind,
    event_name: kind,
    before: BEFORE,
    // That of an annotated tag is the tag itself; `checkout_sha` is its commit.
    after: after === null ? NOBODY : isTag(ref) ? 'c'.repeat(40) : after,
    ref,
    ref_protected: true,
    checkout_sha: after,
    message: null,
    user_id: 4,
    user_name: 'Lin',
    user_username: 'lin',
    user_email: '',
    project_id: 15,
    project: {
      id: 15,
      name: nameOf(project),
      web_url: `${ORIGIN}/${project}`,
      git_ssh_url: `git@git.acme.dev:${project}.git`,
      git_http_url: `${ORIGIN}/${project}.git`,
      namespace: 'Acme',
      path_with_namespace: project,
      default_branch: 'main',
    },
    // Of a push of thousands, twenty.
    commits: Array.from({ length: 20 }, (_, index) => ({ id: String(index).padStart(40, '0') })),
    total_commits_count: 4_000,
    repository: { name: nameOf(project), url: `git@git.acme.dev:${project}.git` },
  };
}

/** Bitbucket Cloud, as https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push describes it. */
export function cloudPush(...all: [Told, ...Told[]]): Record<string, unknown> {
  const [{ project }] = all;
  const side = (ref: string, hash: string) => ({
    type: isTag(ref) ? 'tag' : 'branch',
    name: shortOf(ref),
    target: { type: 'commit', hash, message: 'One', date: '2026-05-04T11:22:33+00:00' },
  });
  return {
    actor: { type: 'user', display_name: 'Lin', nickname: 'lin', uuid: '{1}' },
    repository: {
      type: 'repository',
      full_name: project,
      name: nameOf(project),
      links: { html: { href: `${ORIGIN}/${project}` } },
      scm: 'git',
    },
    push: {
      changes: all.map(({ ref, after, forced = false }) => ({
        old: side(ref, BEFORE),
        new: after === null ? null : side(ref, after),
        created: false,
        closed: after === null,
        forced,
        truncated: true,
        commits: [],
      })),
    },
  };
}

/** Bitbucket Data Center, as https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html describes it. */
export function dataCenterPush(...all: [Told, ...Told[]]): Record<string, unknown> {
  const [{ project }] = all;
  return {
    eventKey: 'repo:refs_changed',
    date: '2026-05-04T11:22:33+1000',
    actor: { name: 'lin', displayName: 'Lin', id: 500, active: true, slug: 'lin', type: 'NORMAL' },
    repository: {
      slug: nameOf(project),
      id: 84,
      name: nameOf(project),
      scmId: 'git',
      project: { key: project.split('/')[0], id: 84, name: 'Acme', type: 'NORMAL' },
    },
    changes: all.map(({ ref, after }) => ({
      ref: { id: ref, displayId: shortOf(ref), type: isTag(ref) ? 'TAG' : 'BRANCH' },
      refId: ref,
      fromHash: BEFORE,
      toHash: after ?? NOBODY,
      type: after === null ? 'DELETE' : 'UPDATE',
    })),
  };
}

/** Gitea and Forgejo, as https://docs.gitea.com/usage/repository/webhooks describes it. */
export function giteaPush({ project, ref, after }: Told): Record<string, unknown> {
  const lin = { id: 1, login: 'lin', full_name: 'Lin', username: 'lin' };
  const repository = {
    id: 140,
    owner: lin,
    name: nameOf(project),
    full_name: project,
    html_url: `${ORIGIN}/${project}`,
    ssh_url: `git@git.acme.dev:${project}.git`,
    clone_url: `${ORIGIN}/${project}.git`,
    default_branch: 'main',
  };
  // A branch that was deleted is another event.
  if (after === null && !isTag(ref)) {
    return { ref: shortOf(ref), ref_type: 'branch', pusher_type: 'user', repository, sender: lin };
  }
  return {
    ref,
    before: BEFORE,
    after: after ?? NOBODY,
    compare_url: `${ORIGIN}/${project}/compare/x...y`,
    commits: [],
    total_commits: 4_000,
    repository,
    pusher: lin,
    sender: lin,
  };
}

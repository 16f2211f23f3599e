import { ENVIRONMENT_FIELDS } from './environment-fields.ts';
import type { Field } from './field.ts';

/** All fields of `slipway.yml`, by the object that contains them. Both the schema and the messages use this list. */
export const FIELDS = {
  file: {
    isolation: {
      description:
        'How commands are isolated. auto: by bubblewrap where it works, else not, with a warning. bubblewrap: always, or Slipway does not start. none: not.',
      example: 'isolation: bubblewrap',
    },
    containers: {
      description:
        'What runs commands that name an image. auto: podman where it is installed, else docker. Left out: auto.',
      example: 'containers: podman',
    },
    keep: {
      description:
        'How much is kept: logs, what builds made, and worktrees. Left out: as each of its fields says.',
      example: 'keep: { logs: 90d, artifacts: 50 }',
    },
    forges: {
      description:
        'The forges that repositories are at, each usually under the name of its host. Left out: none is asked or told anything.',
      example: 'forges: { github.com: { kind: github, token: env:GITHUB_TOKEN } }',
    },
    products: {
      description: 'The products to release, by name.',
      example: 'products: { storefront: { repository: …, channel: …, environments: [ … ] } }',
    },
  },
  keep: {
    logs: {
      description: 'How long a log is kept after its last line: 1h to 3650d. Left out: 30d.',
      example: 'logs: 90d',
    },
    artifacts: {
      description:
        'How many builds of a product, the newest, keep what they made, besides those that an environment needs. Left out: 20.',
      example: 'artifacts: 50',
    },
    trees: {
      description: 'How many worktrees of a product a machine keeps while no command uses any. Left out: 10.',
      example: 'trees: 4',
    },
  },
  product: {
    repository: {
      description:
        'Where the code is cloned from: https, ssh, or, for trying out, a file address or absolute path.',
      example: 'repository: https://github.com/acme/storefront.git',
    },
    forge: {
      description:
        "Its forge, by its name under forges; { name, project } where the repository's address does not say the project. Left out: the forge that is named like the repository's host.",
      example: 'forge: { name: github.com, project: acme/storefront }',
    },
    branch: { description: 'The branch whose pushes are built.', example: 'branch: main' },
    tags: {
      description: 'A glob of tags, whose pushes are built instead of those of a branch.',
      example: 'tags: "v*"',
    },
    paths: {
      description:
        'The files that a push must change to be built, as globs; a folder means all below it, and the last one that matches decides. Left out: any.',
      example: 'paths: ["apps/storefront", "libs/**", "!**/*.md"]',
    },
    irreversible: {
      description:
        'Files whose changes a rollback cannot take back, such as migrations, as globs like those of paths: a rollback past a commit that touched them asks a person to confirm. Left out: none.',
      example: 'irreversible: ["migrations/**"]',
    },
    poll: {
      description:
        'How often Slipway looks whether the branch moved, even with webhooks, as those can get lost; never: not at all.',
      example: 'poll: 5m',
    },
    channel: {
      description:
        'The Slack channel for the cards: its name, in quotes, as # begins a comment in YAML; or its id, which stays the same if it is renamed.',
      example: 'channel: "#storefront-releases"',
    },
    webhook: {
      description: 'What the repository signs its webhooks with. Left out: no webhook is accepted.',
      example: 'webhook: { secret: env:STOREFRONT_WEBHOOK_SECRET }',
    },
    git: {
      description: "How the repository is fetched. Left out: as Slipway's user, with submodules and Git LFS.",
      example: 'git: { user: x-access-token, token: env:GIT_TOKEN }',
    },
    records: {
      description:
        'A repository in which it is recorded which commits the environments have. Left out: nothing is recorded.',
      example: 'records: { repository: https://github.com/acme/records.git }',
    },
    links: {
      description: 'What is linked in the subjects of commits and the titles of pull requests.',
      example:
        'links: { tickets: { pattern: "[A-Z]+-[0-9]+", url: "https://tickets.acme.dev/browse/{key}" } }',
    },
    env: {
      description:
        'Variables for all commands of this product. Values env:NAME and file:/path are secrets of the bot.',
      example: 'env: { NODE_ENV: production, NPM_TOKEN: env:STOREFRONT_NPM_TOKEN }',
    },
    build: {
      description: 'How a commit is built and tested, once, before it is deployed anywhere.',
      example: 'build: { run: npm ci && npm run build, test: npm test, timeout: 20m }',
    },
    environments: {
      description:
        'The environments that a commit goes through, lowest first. Continuous ones come before all others.',
      example: 'environments: [{ name: integration, mode: continuous, deploy: { run: ./deploy.sh } }]',
    },
  },
  forge: {
    kind: { description: 'What it is: Forgejo is a gitea.', example: 'kind: github' },
    api: {
      description: "The address of its API. Left out: the usual one of its kind at the forge's host.",
      example: 'api: https://git.acme.dev/api/v4',
    },
    token: {
      description: 'A token for its API, as env:NAME or file:/path; no command sees it.',
      example: 'token: env:GITHUB_TOKEN',
    },
    user: {
      description: 'bitbucket: the user that the token belongs to. Left out: the token is sent alone.',
      example: 'user: slipway@example.com',
    },
    app: {
      description: 'github: a GitHub App, instead of a token.',
      example: 'app: { id: 12345, key: file:/run/secrets/slipway.pem }',
    },
    report: {
      description: 'What the forge is told about releases. Left out: both; []: nothing.',
      example: 'report: [statuses, deployments]',
    },
  },
  app: {
    id: { description: 'The "App ID" on the page of the app.', example: 'id: 12345' },
    key: {
      description: 'Its private key, as file:/path or env:NAME; no command sees it.',
      example: 'key: file:/run/secrets/slipway.pem',
    },
  },
  productForge: {
    name: { description: 'The name of the forge under forges.', example: 'name: github.com' },
    project: {
      description: 'What the forge calls the repository: its owner, or its groups, and its name.',
      example: 'project: acme/storefront',
    },
  },
  webhook: {
    secret: {
      description:
        'The webhook secret, at least 8 characters; better env:NAME or file:/path than in this file.',
      example: 'secret: env:STOREFRONT_WEBHOOK_SECRET',
    },
  },
  git: {
    user: {
      description: 'User name for https. Left out: x-access-token.',
      example: 'user: x-access-token',
    },
    token: {
      description: 'Token or password for https, as env:NAME or file:/path; no command sees it.',
      example: 'token: env:GIT_TOKEN',
    },
    sshKey: {
      description: 'Private key for ssh, as file:/path or env:NAME; no command sees it.',
      example: 'sshKey: file:/run/secrets/deploy-key',
    },
    knownHosts: {
      description: 'The only host keys that ssh accepts, as file:/path or env:NAME.',
      example: 'knownHosts: file:/etc/slipway/known_hosts',
    },
    submodules: {
      description: 'false: directories of submodules stay empty. Left out: submodules are fetched.',
      example: 'submodules: false',
    },
    lfs: {
      description: 'false: files in Git LFS stay pointer files. Left out: git-lfs fetches them.',
      example: 'lfs: false',
    },
  },
  records: {
    repository: {
      description:
        'Where the records are pushed to: https, ssh, or, for trying out, a file address or absolute path.',
      example: 'repository: https://github.com/acme/records.git',
    },
    branch: { description: 'The branch that they are pushed to.', example: 'branch: main' },
    path: {
      description: 'The file of each environment, from the top of the repository.',
      example: 'path: "{product}/{environment}.json"',
    },
    tags: {
      description:
        'true: each acceptance has a tag PRODUCT/ENVIRONMENT/NUMBER, which never moves. Left out: none has.',
      example: 'tags: true',
    },
    formats: {
      description: 'What Formats says in the files. Left out: what stands there.',
      example: 'formats: [docker]',
    },
    user: {
      description: 'User name for https. Left out: x-access-token with a token.',
      example: 'user: x-access-token',
    },
    token: {
      description:
        "Token or password for https, as env:NAME or file:/path. Left out: the login of the product's repository, if it is at the same host, or that of the forge.",
      example: 'token: env:RECORDS_TOKEN',
    },
    sshKey: {
      description: 'Private key for ssh, as file:/path or env:NAME.',
      example: 'sshKey: file:/run/secrets/records-key',
    },
    knownHosts: {
      description: 'The only host keys that ssh accepts, as file:/path or env:NAME.',
      example: 'knownHosts: file:/etc/slipway/known_hosts',
    },
  },
  links: {
    tickets: {
      description: 'How the keys of tickets look, and where tickets are. Left out: none are linked.',
      example: 'tickets: { pattern: "[A-Z]+-[0-9]+", url: "https://tickets.acme.dev/browse/{key}" }',
    },
  },
  tickets: {
    pattern: {
      description:
        "A regular expression in RE2's syntax for the keys of tickets; upper and lower case differ.",
      example: 'pattern: "[A-Z]+-[0-9]+"',
    },
    url: {
      description: 'The address of a ticket, with {key} where its key belongs.',
      example: 'url: "https://tickets.acme.dev/browse/{key}"',
    },
  },
  build: {
    run: {
      description: 'The build command: a script for sh -e, which ends at the first line that fails.',
      example: 'run: npm ci && npm run build',
    },
    test: { description: 'The test command, run after the build.', example: 'test: npm test' },
    timeout: { description: 'Time limit of each of the two.', example: 'timeout: 20m' },
    env: { description: 'Variables for these two alone.', example: 'env: { NPM_TOKEN: env:NPM_TOKEN }' },
    image: {
      description:
        'Image of a container that it runs in: the tree at /workspace, and nothing else of the machine. Left out: it runs on the machine.',
      example: 'image: node:24',
    },
    checks: {
      description:
        'Names of checks, if the commit is built elsewhere: it counts as built when all of them have passed on it.',
      example: 'checks: [test, build]',
    },
    within: {
      description: 'How long after the first look at the commit its checks may take.',
      example: 'within: 60m',
    },
  },
  ...ENVIRONMENT_FIELDS,
} as const satisfies Record<string, Record<string, Field>>;

/** An object of the file, such as a product or its `build`. */
export type Place = keyof typeof FIELDS;

/** The kind of the items of a list, by the list's field. */
const ITEMS: Partial<Record<string, Place>> = {
  environments: 'environment',
  rules: 'rule',
  freeze: 'freeze',
};

/** The object of the file at a path. null: the path leads to something else. */
export function placeOf(path: readonly (string | number)[]): Place | null {
  if (path.length === 0) return 'file';
  if (path.length === 2) return path[0] === 'forges' ? 'forge' : 'product';
  const last = path.at(-1);
  if (last === 'forge') return 'productForge';
  if (last === 'git' && path.at(-2) === 'deploy') return 'deployGit';
  if (typeof last === 'number') return ITEMS[String(path.at(-2))] ?? null;
  return last !== undefined && isPlace(last) ? last : null;
}

function isPlace(key: string): key is Place {
  return Object.hasOwn(FIELDS, key);
}

/** The field at a path. null: a key of a map or an item of a list. */
export function fieldOf(path: readonly (string | number)[]): Field | null {
  const place = placeOf(path.slice(0, -1));
  const key = path.at(-1);
  if (place === null || typeof key !== 'string') return null;
  const fields: Record<string, Field> = FIELDS[place];
  return Object.hasOwn(fields, key) ? (fields[key] ?? null) : null;
}

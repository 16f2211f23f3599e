import type { Field } from './field.ts';

/** The systems that may carry out a step. */
const SYSTEMS = {
  github: {
    description: 'GitHub Actions carries it out: a workflow with the trigger workflow_dispatch.',
    example: 'github: { workflow: deploy.yml, inputs: { commit: "{commit}", slipway: "{attempt}" } }',
  },
  gitlab: {
    description: 'A pipeline of GitLab carries it out.',
    example: 'gitlab: { ref: main, inputs: { commit: "{commit}", slipway: "{attempt}" } }',
  },
  jenkins: {
    description: 'A job of Jenkins carries it out.',
    example:
      'jenkins: { job: https://ci.acme.dev/job/deploy, user: slipway, token: env:JENKINS_TOKEN, parameters: { COMMIT: "{commit}", SLIPWAY: "{attempt}" } }',
  },
  http: {
    description: 'A server that speaks the protocol of docs/deploys.md carries it out.',
    example: 'http: { url: https://deploy.acme.dev/slipway, secret: env:DEPLOY_SECRET }',
  },
};

/** The fields of what is carried out or asked in an environment, by the object that contains them. */
export const STEP_FIELDS = {
  deploy: {
    run: {
      description: "The command, a script for sh -e, run in the commit's own tree.",
      example: 'run: ./deploy.sh',
    },
    ...SYSTEMS,
    git: {
      description: 'A change of one file in a Git repository, which a GitOps tool applies.',
      example:
        'git: { repository: https://github.com/acme/config.git, branch: main, file: "apps/{environment}/values.yaml", set: { image.tag: "{commit}" } }',
    },
    timeout: {
      description:
        'Time limit; then it is ended. Left out: 10m for a command, 30m for what another system carries out.',
      example: 'timeout: 10m',
    },
    env: {
      description: 'Variables for this command alone.',
      example: 'env: { KUBECONFIG_TEXT: file:/run/secrets/kube }',
    },
    image: {
      description:
        'Image of a container that it runs in: the tree at /workspace, and nothing else of the machine. Left out: it runs on the machine.',
      example: 'image: node:24',
    },
    idempotent: {
      description: 'true: an interrupted deploy may be run again by itself, at most twice.',
      example: 'idempotent: true',
    },
    start: {
      description: 'approved: the last approval starts the deploy. Left out: a person presses Deploy.',
      example: 'start: approved',
    },
  },
  verify: {
    run: {
      description: "The command, a script for sh -e, run in the commit's own tree.",
      example: 'run: ./smoke.sh',
    },
    ...SYSTEMS,
    timeout: {
      description:
        'Time limit; then it is ended. Left out: 5m for a command, 30m for what another system carries out.',
      example: 'timeout: 5m',
    },
    env: { description: 'Variables for this command alone.', example: 'env: { SMOKE_USER: tester }' },
    image: {
      description:
        'Image of a container that it runs in: the tree at /workspace, and nothing else of the machine. Left out: it runs on the machine.',
      example: 'image: node:24',
    },
    for: {
      description: 'For how long it is repeated, as a bake of many checks. Left out: it is done once.',
      example: 'for: 15m',
    },
    every: {
      description:
        'Only beside for: how long after the end of one check the next one begins. Left out: 1m, or for if that is shorter.',
      example: 'every: 1m',
    },
    failures: {
      description: 'Only beside for: so many failed checks in a row end it. Left out: 1.',
      example: 'failures: 2',
    },
    newer: {
      description:
        'Only beside for: whether another release waits for the end of it, or begins after the check that runs. A rollback never waits. Left out: wait.',
      example: 'newer: wait',
    },
  },
  current: {
    run: {
      description:
        'A command whose last line of output is the commit: its SHA, at least seven digits of it, or a tag. It runs in a clean tree of the commit that was deployed last.',
      example: 'run: ./current.sh',
    },
    http: {
      description: 'An address whose answer is the commit.',
      example: 'http: { url: https://shop.acme.dev/version, field: commit }',
    },
    every: {
      description: 'How often it is asked, apart from before each deploy and for /release status.',
      example: 'every: 5m',
    },
    timeout: { description: 'Time limit of the command; then it is ended.', example: 'timeout: 30s' },
    env: { description: 'Variables for this command alone.', example: 'env: { KUBECONFIG: /etc/kube }' },
    image: {
      description:
        'Image of a container that the command runs in, as for deploy. Left out: it runs on the machine.',
      example: 'image: node:24',
    },
  },
  currentHttp: {
    url: {
      description: 'The address. It may contain {product} and {environment}.',
      example: 'url: https://shop.acme.dev/version',
    },
    field: {
      description:
        'Where the commit is in an answer of JSON, names with dots between them. Left out: the answer is the commit itself.',
      example: 'field: build.commit',
    },
    headers: {
      description: 'Headers of the request; a value may be env:NAME or file:/path.',
      example: 'headers: { authorization: env:VERSION_TOKEN }',
    },
  },
  github: {
    workflow: {
      description: 'The name of its file in .github/workflows.',
      example: 'workflow: deploy.yml',
    },
    ref: {
      description:
        "The branch or tag whose version of the workflow runs. Left out: the product's branch. May contain words in braces.",
      example: 'ref: main',
    },
    inputs: {
      description: 'Inputs of the workflow, which may contain words in braces: {commit}, {attempt}.',
      example: 'inputs: { commit: "{commit}", slipway: "{attempt}" }',
    },
    project: {
      description: "What GitHub calls the repository of the workflow. Left out: the product's.",
      example: 'project: acme/storefront',
    },
    forge: {
      description: "The name of the forge under forges. Left out: the product's.",
      example: 'forge: github.com',
    },
  },
  gitlab: {
    ref: {
      description:
        "The branch or tag whose pipeline runs. Left out: the product's branch. May contain words in braces.",
      example: 'ref: main',
    },
    inputs: {
      description: 'Inputs of the pipeline, which may contain words in braces: {commit}, {attempt}.',
      example: 'inputs: { commit: "{commit}", slipway: "{attempt}" }',
    },
    variables: {
      description: 'Variables of the pipeline, which may contain words in braces: {commit}, {attempt}.',
      example: 'variables: { COMMIT: "{commit}", SLIPWAY_ATTEMPT: "{attempt}" }',
    },
    project: {
      description: "What GitLab calls the project of the pipeline. Left out: the product's.",
      example: 'project: acme/storefront',
    },
    forge: {
      description: "The name of the forge under forges. Left out: the product's.",
      example: 'forge: git.acme.dev',
    },
  },
  jenkins: {
    job: {
      description: 'The address of the job, in its folders.',
      example: 'job: https://ci.acme.dev/job/deploy',
    },
    user: { description: 'The user that the token belongs to.', example: 'user: slipway' },
    token: {
      description: 'An API token of the user, as env:NAME or file:/path; no command sees it.',
      example: 'token: env:JENKINS_TOKEN',
    },
    parameters: {
      description: 'Parameters of the job, which may contain words in braces: {commit}, {attempt}.',
      example: 'parameters: { COMMIT: "{commit}", SLIPWAY: "{attempt}" }',
    },
  },
  http: {
    url: {
      description: 'The address that attempts are posted to.',
      example: 'url: https://deploy.acme.dev/slipway',
    },
    secret: {
      description:
        'The secret of Standard Webhooks that signs both ways, as env:NAME or file:/path: whsec_ and base64, or another text.',
      example: 'secret: env:DEPLOY_SECRET',
    },
  },
  deployGit: {
    repository: {
      description:
        'The address of the repository. Its login is that of the forge named like its host, unless the address has one.',
      example: 'repository: https://github.com/acme/config.git',
    },
    branch: { description: 'The branch that the change is pushed to.', example: 'branch: main' },
    file: {
      description: 'The YAML or JSON file, from the root of the repository. May contain words in braces.',
      example: 'file: "apps/{environment}/values.yaml"',
    },
    set: {
      description:
        'The values, by their keys with dots between them; or a list of pairs: a list of keys and indexes, and the value. Values may contain words in braces.',
      example: 'set: { image.tag: "{commit}" }',
    },
  },
} as const satisfies Record<string, Record<string, Field>>;

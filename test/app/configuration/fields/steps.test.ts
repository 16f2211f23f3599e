import { parseConfiguration } from '../../../../src/app/configuration/load.ts';
import { NOTHING_SPARED } from '../../../../src/app/configuration/values/values.ts';
import { summary } from '../../../../src/bin/check/summary.ts';
import { fingerprintOf } from '../../../../src/flow/services/configurations.ts';
import type { Settings } from '../../../../src/flow/settings/settings.ts';

const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const VARIABLES = {
  GITHUB_TOKEN: 'github-token-1',
  GITLAB_TOKEN: 'gitlab-token-1',
  JENKINS_TOKEN: 'jenkins-token-1',
  DEPLOY_SECRET: SIGNING,
  PLAIN_SECRET: 'a plain text secret',
  LINES: 'two\nlines of a secret',
  SHORT: 'short-secret',
  SHORT_KEY: `whsec_${Buffer.alloc(15, 7).toString('base64')}`,
  NO_KEY: 'whsec_not base64, but long enough',
};
const FORGES = `forges:
  github.com: { kind: github, token: env:GITHUB_TOKEN }
  git.acme.dev: { kind: gitlab, token: env:GITLAB_TOKEN }
  codeberg.org: { kind: gitea }
  gitlab.com: { kind: gitlab }`;
const HUB = 'https://github.com/acme/storefront.git';

function load(deploy: string, { product = '', repository = HUB, spared = false, top = FORGES } = {}) {
  const text = `${top}
products:
  shop:
    repository: ${repository}
    channel: "#shop"
    ${product}
    environments:
      - { name: prod, mode: approval, deploy: { ${deploy} } }
`;
  const process = spared ? { webhookSecrets: false, commandVariables: true } : NOTHING_SPARED;
  return parseConfiguration(text, spared ? {} : VARIABLES, { spared: process });
}

function settings(...given: Parameters<typeof load>): Settings {
  const loaded = load(...given);
  if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

const stepOf = ({ products: [product] }: Settings) => product?.environments[0].deploy;

const MINUTE = 60_000;

test.each<[deploy: string, step: Record<string, unknown>]>([
  ['run: ./deploy.sh', { run: './deploy.sh', timeoutMs: 10 * MINUTE }],
  [
    'github: { workflow: deploy.yml }',
    {
      remote: {
        system: 'github',
        forge: 'github.com',
        project: 'acme/storefront',
        workflow: 'deploy.yml',
        ref: 'main',
        inputs: {},
      },
      timeoutMs: 30 * MINUTE,
    },
  ],
  [
    'github: { workflow: deploy.yaml, ref: "{ref}", inputs: { commit: "{commit}", slip-way: "x {attempt}" }, project: acme/ops, forge: github.com }, timeout: 2h',
    {
      remote: {
        system: 'github',
        forge: 'github.com',
        project: 'acme/ops',
        workflow: 'deploy.yaml',
        ref: '{ref}',
        inputs: { commit: '{commit}', 'slip-way': 'x {attempt}' },
      },
      timeoutMs: 120 * MINUTE,
    },
  ],
  [
    'gitlab: { ref: main, inputs: { commit: "{commit}" }, variables: { SLIPWAY_ATTEMPT: "{attempt}" }, project: acme/web/ops, forge: git.acme.dev }',
    {
      remote: {
        system: 'gitlab',
        forge: 'git.acme.dev',
        project: 'acme/web/ops',
        ref: 'main',
        inputs: { commit: '{commit}' },
        variables: { SLIPWAY_ATTEMPT: '{attempt}' },
      },
      timeoutMs: 30 * MINUTE,
    },
  ],
  [
    'jenkins: { job: "https://ci.acme.dev/jenkins/job/apps/job/deploy/", user: slipway, token: env:JENKINS_TOKEN, parameters: { COMMIT: "{commit}" } }',
    {
      remote: {
        system: 'jenkins',
        job: 'https://ci.acme.dev/jenkins/job/apps/job/deploy/',
        user: 'slipway',
        token: 'jenkins-token-1',
        parameters: { COMMIT: '{commit}' },
      },
      timeoutMs: 30 * MINUTE,
    },
  ],
  [
    'http: { url: "https://deploy.acme.dev/slipway?team=1", secret: env:DEPLOY_SECRET }',
    {
      remote: { system: 'http', url: 'https://deploy.acme.dev/slipway?team=1', secret: SIGNING },
      timeoutMs: 30 * MINUTE,
    },
  ],
  [
    'http: { url: "http://127.0.0.1:9000/slipway", secret: env:PLAIN_SECRET }',
    {
      remote: { system: 'http', url: 'http://127.0.0.1:9000/slipway', secret: 'a plain text secret' },
      timeoutMs: 30 * MINUTE,
    },
  ],
  [
    'git: { repository: "https://github.com/acme/config.git", file: "apps/{environment}/values.yaml", set: { image.tag: "{commit}", spec.0: x } }, timeout: 20m',
    {
      remote: {
        system: 'git',
        repository: 'https://github.com/acme/config.git',
        forge: { name: 'github.com', kind: 'github', project: 'acme/config' },
        commitUrl: 'https://github.com/acme/config/commit/{sha}',
        branch: 'main',
        file: 'apps/{environment}/values.yaml',
        set: [
          { path: ['image', 'tag'], value: '{commit}' },
          { path: ['spec', '0'], value: 'x' },
        ],
      },
      timeoutMs: 20 * MINUTE,
    },
  ],
  [
    'git: { repository: /srv/config.git, branch: live, file: a.json, set: [[[images, 0, "a.b"], "{release}"]] }',
    {
      remote: {
        system: 'git',
        repository: '/srv/config.git',
        commitUrl: null,
        branch: 'live',
        file: 'a.json',
        set: [{ path: ['images', 0, 'a.b'], value: '{release}' }],
      },
      timeoutMs: 30 * MINUTE,
    },
  ],
])('%s', (deploy, step) => {
  expect(stepOf(settings(deploy))).toEqual(step);
});

test('a verification is carried out in the same ways', () => {
  const verify = 'verify: { github: { workflow: smoke.yml }, timeout: 5m }';
  const { products } = settings(`run: x }, ${verify}, url: "https://acme.dev", accept: { from: [U0123ABCD]`);
  expect(products[0]?.environments[0].verify).toMatchObject({
    remote: { workflow: 'smoke.yml' },
    timeoutMs: 5 * MINUTE,
  });
});

test.each<[repository: string, reached: boolean]>([
  ['https://github.com/acme/config.git', true],
  ['ssh://git@github.com/acme/config.git', true],
  ['https://git.acme.dev/acme/config.git', false],
  ['/srv/config.git', false],
])('a repository at the same host is reached as the product: %s', (repository, reached) => {
  const deploy = `git: { repository: "${repository}", file: a.yaml, set: { a: b } }`;
  const step = stepOf(settings(deploy, { product: 'git: { token: env:GITLAB_TOKEN }' }));
  const access = { user: null, token: 'gitlab-token-1', sshKey: null, knownHosts: null };
  expect(step).toMatchObject({ remote: { repository } });
  expect((step as { remote: { access?: unknown } }).remote.access).toEqual(reached ? access : undefined);
});

/** A shop and a bakery whose environments change a file of the same repository. */
function sharing(...environments: string[]): string[] {
  const products = environments.map((environment) => {
    const [product = '', name = '', file = '', set = ''] = environment.split(' ');
    return `  ${product}:
    repository: https://github.com/acme/${product}.git
    channel: "#shop"
    environments:
      - { name: first, mode: continuous, deploy: { run: x } }
      - { name: ${name}, mode: approval, deploy: { git: { repository: "${HUB}", file: "${file}.yaml", set: { ${set.replace(':', ': ')} } } } }`;
  });
  const loaded = parseConfiguration(`products:\n${products.join('\n')}\n`, VARIABLES);
  return loaded.kind === 'ok' ? [] : loaded.errors.map(({ path, what }) => `${path}: ${what}`);
}

test.each<[one: string, other: string, error: string | null]>([
  [
    'shop prod values image.tag:"{commit}"',
    'bakery prod values image.tag:"{commit}"',
    'bakery/prod and shop/prod would set image.tag in the same file, so a deploy to one would be a deploy to the other',
  ],
  [
    'shop prod {environment} a:"one"',
    'bakery prod prod a:"two"',
    'bakery/prod and shop/prod would set a in the same file, so a deploy to one would be a deploy to the other',
  ],
  ['shop prod {product} a:"{commit}"', 'bakery prod {product} a:"{commit}"', null],
  ['shop prod values a.b:"{commit}"', 'bakery prod values a.c:"{commit}"', null],
  ['shop prod values by:slipway', 'bakery prod values by:slipway', null],
])('%s and %s', (one, other, error) => {
  const told = error === null ? [] : [`products.bakery.environments[1].deploy.git.set: ${error}`];
  expect(sharing(one, other)).toEqual(told);
});

test.each<[paths: string, file: string, isLoop: boolean]>([
  ['["apps/**"]', 'apps/{environment}/values.yaml', true],
  ['["src/**"]', 'apps/values.yaml', false],
  ['["**", "!apps/prod/**"]', 'apps/{environment}/values.yaml', false],
  ['["**", "!apps/test/**"]', 'apps/{environment}/values.yaml', true],
])('paths %s and a deploy that changes %s there: built again %s', (paths, file, isLoop) => {
  const deploy = `git: { repository: "${HUB}", file: "${file}", set: { a: "{commit}" } }`;
  expect(load(deploy, { product: `paths: ${paths}` }).kind).toBe(isLoop ? 'wrong' : 'ok');
});

const HTTP = 'http: { url: "https://deploy.acme.dev", secret: env:DEPLOY_SECRET }';
const JENKINS = 'jenkins: { job: "https://ci.acme.dev/job/deploy", user: slipway, token: env:JENKINS_TOKEN }';

test.each<[deploy: string, secrets: string[]]>([
  [HTTP, [SIGNING, SIGNING.slice('whsec_'.length), 'github-token-1']],
  [HTTP.replace('DEPLOY_SECRET', 'PLAIN_SECRET'), ['a plain text secret', 'github-token-1']],
  [JENKINS, ['github-token-1', 'jenkins-token-1']],
  ['gitlab: { ref: main, project: acme/ops, forge: git.acme.dev }', ['github-token-1', 'gitlab-token-1']],
  [
    'git: { repository: "https://bot:pass-w0rd@git.acme.dev/acme/config.git", file: a.yaml, set: { a: b } }',
    ['github-token-1', 'gitlab-token-1', 'pass-w0rd'],
  ],
])('what is secret about %s is masked, and no part of the summary or the fingerprint', (deploy, secrets) => {
  const loaded = settings(deploy);
  const [product] = loaded.products;
  if (product === undefined) throw new Error('no product');
  expect(product.secrets.toSorted()).toEqual(secrets.toSorted());
  for (const secret of secrets) expect(summary(loaded)).not.toContain(secret);
  const [elsewhere] = settings(deploy.replace(/env:\w+/, 'another-secret-of-another-process')).products;
  expect(elsewhere && fingerprintOf(elsewhere)).toBe(fingerprintOf(product));
});

test.each([HTTP, JENKINS])('a process that runs nothing needs no secret: %s', (deploy) => {
  const options = { spared: true, top: '' };
  const loaded = settings(deploy, options);
  expect(stepOf(loaded)).toMatchObject({ remote: { [deploy === HTTP ? 'secret' : 'token']: '' } });
  expect(loaded.products[0]?.secrets).toEqual([]);
});

const KNOWN = '{commit}, {ref}, {product}, {environment}, {release}, {kind}, {previous}, {attempt}';
const MAKE = 'make one with: echo "whsec_$(openssl rand -base64 32)"';
const NAMED = 'name a variable or a file: env:NAME or file:/run/secrets/name';
const at = (url: string) => `http: { url: "${url}", secret: env:DEPLOY_SECRET }`;
const signed = (secret: string) => `http: { url: "https://deploy.acme.dev", secret: "${secret}" }`;
const job = (url: string) => JENKINS.replace('https://ci.acme.dev/job/deploy', url);

/** Paths begin below the deploy. */
const WRONG: [deploy: string, errors: string[], options?: Parameters<typeof load>[1]][] = [
  [
    'timeout: 5m',
    [
      ': does not say how it is carried out -> add one of run, github, gitlab, jenkins, http, git: run: ./deploy.sh',
    ],
  ],
  [
    `run: x, ${HTTP}`,
    ['.http: cannot be used together with run -> keep one of the two: a step is carried out in one way'],
  ],
  [
    `${HTTP}, image: "node:24", env: { A: b }`,
    [
      '.image: belongs to run, and http has no command of ours -> remove it',
      '.env: belongs to run, and http has no command of ours -> remove it',
    ],
  ],
  [
    'github: { workflow: .github/workflows/ship.yml, inputs: { "a b": "{Commit}", n: 5 } }',
    [
      `.github.workflow: ".github/workflows/ship.yml" is not the name of a workflow's file -> write the file in .github/workflows, without its folder: workflow: ship.yml`,
      `.github.inputs["a b"]: {Commit} stands for nothing -> the words are ${KNOWN}`,
      '.github.inputs["a b"]: "a b" cannot be the name of an input -> use letters, digits, _, - and ., and do not begin with a digit, - or .',
      '.github.inputs.n: is the number 5, not text -> put it in quotes: "5"',
    ],
  ],
  [
    'github: { workflow: deploy.yml, ref: refs/heads/main, branch: main }',
    [
      '.github.ref: it is a full ref name -> write the branch alone: main',
      '.github.branch: is not a field that belongs here -> remove it; known fields: workflow, ref, inputs, project, forge',
    ],
  ],
  [
    'github: { workflow: deploy.yml, forge: github.con }',
    ['.github.forge: there is no forge named "github.con" -> did you mean github.com?'],
  ],
  [
    'github: { workflow: deploy.yml, forge: git.acme.dev }',
    ['.github.forge: git.acme.dev is a gitlab, which runs nothing of github -> name a forge of kind github'],
  ],
  [
    'gitlab: { ref: main }',
    [
      ".gitlab: it does not say at which forge, and the product's is a github -> add forge: gitlab.com, project: acme/storefront, and the forge at the top of the file",
    ],
  ],
  [
    'gitlab: { ref: main, forge: git.acme.dev }',
    ['.gitlab: it does not say what git.acme.dev calls the project -> add it: project: acme/storefront'],
  ],
  [
    'gitlab: { ref: main, forge: git.acme.dev, project: storefront }',
    [
      '.gitlab.project: "storefront" cannot be a project of a forge of kind gitlab -> write its groups and its name, as in project: acme/storefront',
    ],
  ],
  [
    'gitlab: { ref: main, forge: gitlab.com, project: acme/ops }',
    [
      '.gitlab: gitlab.com has no login, and starts nothing without one -> add it at the top of the file: forges: { gitlab.com: { kind: gitlab, token: env:GITLAB_TOKEN } }',
    ],
  ],
  [
    'github: { workflow: deploy.yml }',
    [
      '.github: it does not say at which forge, and the product is at none that is configured -> add forge: github.com, project: acme/storefront, and the forge at the top of the file',
    ],
    { repository: 'https://git.elsewhere.dev/acme/storefront.git' },
  ],
  [
    'github: { workflow: deploy.yml }',
    [
      '.github.ref: is missing, and the product follows tags -> add the branch whose workflow deploys: ref: main',
    ],
    { product: 'tags: "v*"' },
  ],
  [
    'git: { repository: "http://acme.dev/x.git", file: "../a.yaml", set: {} }',
    [
      '.git.repository: this address cannot be used: "http" is accepted only for this machine: use https -> write for example https://github.com/acme/storefront.git or git@github.com:acme/storefront.git',
      '.git.file: "../a.yaml" is no file of a repository -> write it from the root of the repository, with slashes: file: "apps/{environment}/values.yaml"',
      '.git.set: sets nothing -> write what changes: set: { image.tag: "{commit}" }',
    ],
  ],
  [
    'git: { repository: /srv/x.git, branch: refs/heads/main, file: "{env}.toml", set: { a..b: "{Commit}", c: 5 } }',
    [
      '.git.branch: it is a full ref name -> write the branch alone: main',
      `.git.file: {env} stands for nothing -> the words are ${KNOWN}`,
      `.git.set["a..b"]: {Commit} stands for nothing -> the words are ${KNOWN}`,
      '.git.set["a..b"]: "a..b" is no path of keys -> write the keys with dots between them, image.tag; or a list of pairs where a key has dots: set: [[["labels", "app.kubernetes.io/version"], "{commit}"]]',
      '.git.set.c: is the number 5, not text -> put it in quotes: "5"',
    ],
  ],
  [
    'git: { repository: /srv/x.git, file: a.toml, set: [[[a], x], [[a], y]] }',
    [
      '.git.file: values are set in YAML and JSON only -> name a file that ends with .yaml, .yml or .json: file: "apps/{environment}/values.yaml"',
      '.git.set[1]: ["a"] is set twice -> keep one of the two',
    ],
  ],
  [
    `git: { repository: "git@github.com:acme/storefront", file: a.yaml, set: { a: b } }, run: x`,
    [
      '.git: cannot be used together with run -> keep one of the two: a step is carried out in one way',
      '.git: every deploy would be a new commit on the branch that the product follows, which is built and deployed again -> name another branch or repository, or leave the file out of what is built: paths: ["**", "!apps/**"] of the product',
    ],
  ],
  [
    at('deploy.acme.dev'),
    ['.http.url: it is not an address -> write for example url: https://deploy.acme.dev/slipway'],
  ],
  [
    `github: { workflow: ship.yml, inputs: { ${Array.from({ length: 26 }, (_, n) => `i${n}: x`)} } }`,
    [
      '.github.inputs: there are 26 inputs, and GitHub takes at most 25 -> remove some, or put several values into one',
    ],
  ],
  [
    JENKINS.replace('user: slipway', 'user: "slipway:x"'),
    [
      '.jenkins.user: it contains a colon, which no user has -> write the token beside it: token: env:JENKINS_TOKEN',
    ],
  ],
  [at('https://deploy.acme.dev/my slipway'), ['.http.url: it has a space -> write %20 for each space']],
  [
    at('http://deploy.acme.dev/'),
    [
      '.http.url: "http://deploy.acme.dev/" is not an https address; http is accepted only for this machine -> write for example url: https://deploy.acme.dev/slipway',
    ],
  ],
  [
    at('https://ci:S3CRET@deploy.acme.dev/'),
    ['.http.url: it contains a user or password -> remove them: requests are signed with the secret'],
  ],
  [
    at('https://deploy.acme.dev/{environment}'),
    [
      '.http.url: words in braces are not filled in here -> write it without: the server is told product, environment and step in each request',
    ],
  ],
  [signed('env:SHORT'), [`.http.secret: the secret has 12 characters; it needs at least 16 -> ${MAKE}`]],
  [signed('env:SHORT_KEY'), [`.http.secret: the secret has 15 bytes; it needs at least 16 -> ${MAKE}`]],
  [signed('env:NO_KEY'), [`.http.secret: what follows whsec_ is not base64 -> ${MAKE}`]],
  [signed('env:LINES'), ['.http.secret: it is longer than one line -> write one line']],
  [signed(''), [`.http.secret: it is empty -> ${NAMED}`]],
  [
    signed('env:NOWHERE'),
    ['.http.secret: the environment variable NOWHERE is not set -> set NOWHERE where Slipway is started'],
  ],
  [
    job('https://ci:S3CRET@ci.acme.dev/job/deploy'),
    [
      '.jenkins.job: it contains a user or password -> remove them, and write user: slipway and token: env:JENKINS_TOKEN beside it',
    ],
  ],
  [
    job('https://ci.acme.dev/view/all'),
    [
      '.jenkins.job: it is not the address of a job -> copy it from the page of the job, as in job: https://ci.acme.dev/job/deploy',
    ],
  ],
  [
    job('https://ci.acme.dev/job/deploy?token=S3CRET'),
    ['.jenkins.job: it has a query -> write for example job: https://ci.acme.dev/job/deploy'],
  ],
  [
    'jenkins: { job: "https://ci.acme.dev/job/{product}" }',
    [
      '.jenkins.user: is missing -> add it: user: slipway',
      '.jenkins.token: is missing -> add it: token: env:JENKINS_TOKEN',
      '.jenkins.job: words in braces are not filled in here -> name one job, and tell it by parameters what to deploy where',
    ],
  ],
];

test.each(WRONG)('%s is wrong', (deploy, errors, options = {}) => {
  const loaded = load(deploy, options);
  const told = loaded.kind === 'ok' ? [] : loaded.errors;
  const place = 'products.shop.environments[0].deploy';
  expect(told.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`)).toEqual(
    errors.map((error) => `${place}${error}`),
  );
  for (const secret of ['S3CRET', ...Object.values(VARIABLES)])
    expect(JSON.stringify(told)).not.toContain(secret);
});

const PERSON = 'a person has to say what became of it';

test.each<[deploy: string, row: string, warned: boolean]>([
  [
    'github: { workflow: deploy.yml, inputs: { id: "{attempt}" } }',
    'by the workflow deploy.yml of acme/storefront at github.com, on main, with the inputs id; at most 30m',
    false,
  ],
  [
    'github: { workflow: deploy.yml, inputs: { commit: "{commit}" } }',
    'by the workflow deploy.yml of acme/storefront at github.com, on main, with the inputs commit; at most 30m',
    true,
  ],
  [
    'gitlab: { ref: ops, project: acme/ops, forge: git.acme.dev, inputs: { a: b }, variables: { A: "{attempt}" } }',
    'by a pipeline of acme/ops at git.acme.dev, on ops, with the inputs a, with the variables A; at most 30m',
    false,
  ],
  [
    'gitlab: { ref: ops, project: acme/ops, forge: git.acme.dev }',
    'by a pipeline of acme/ops at git.acme.dev, on ops; at most 30m',
    true,
  ],
  [JENKINS, 'by the job https://ci.acme.dev/job/deploy, as slipway; at most 30m', true],
  [HTTP, 'by https://deploy.acme.dev, with signed requests; at most 30m', false],
  ['run: ./deploy.sh', './deploy.sh; at most 10m', false],
])('slipway check explains %s', (deploy, row, warned) => {
  const text = summary(settings(deploy));
  expect(text).toContain(`deploy      ${row}`);
  expect(text.includes(PERSON)).toBe(warned);
  expect(text.includes('Jenkins makes one build of two')).toBe(deploy === JENKINS);
});

describe('a bake', () => {
  const verified = (verify: string) => load(`run: ./deploy.sh }, verify: { ${verify}`);
  const ways = [
    'run: ./smoke.sh',
    'run: ./smoke.sh, image: curlimages/curl',
    'github: { workflow: smoke.yml, inputs: { slipway: "{attempt}" } }',
    'gitlab: { forge: git.acme.dev, project: acme/smoke, variables: { SLIPWAY: "{attempt}" } }',
    'jenkins: { job: https://ci.acme.dev/job/smoke, user: slipway, token: env:JENKINS_TOKEN }',
    'http: { url: https://deploy.acme.dev/smoke, secret: env:DEPLOY_SECRET }',
  ];

  test.each(ways)('is of %s', (way) => {
    const loaded = verified(`${way}, for: 15m, every: 1m, failures: 2`);
    if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
    const [{ policy }] = loaded.settings.products[0]!.environments;
    expect(policy.bake).toEqual({ forMs: 15 * MINUTE, everyMs: MINUTE, failures: 2, yields: false });
    expect(summary(loaded.settings)).toContain(
      'repeated for 15m, 1m after each check, unless 2 checks in a row fail; other releases wait for its end, a rollback never waits',
    );
  });

  test.each([
    ['for: 15m', { forMs: 15 * MINUTE, everyMs: MINUTE, failures: 1, yields: false }],
    ['for: 30s', { forMs: 30_000, everyMs: 30_000, failures: 1, yields: false }],
    [
      'for: 1h, every: 1h, newer: replace',
      { forMs: 60 * MINUTE, everyMs: 60 * MINUTE, failures: 1, yields: true },
    ],
    ['timeout: 1m', undefined],
  ])('of %s', (written, bake) => {
    const loaded = verified(`run: ./smoke.sh, ${written}`);
    if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.errors));
    expect(loaded.settings.products[0]!.environments[0].policy.bake).toEqual(bake);
  });

  test.each([
    ['for: 30s, every: 1m', 'for', /^30s is over before the second check, which comes after 1m$/],
    ['every: 1m', 'every', /only beside for/],
    ['failures: 2', 'failures', /only beside for/],
    ['newer: replace', 'newer', /only beside for/],
    ['for: 15m, failures: 0', 'failures', /too small/],
    ['for: 15m, failures: 1.5', 'failures', /not a whole number/],
    ['for: 15m, newer: ignore', 'newer', /not known here/],
    ['for: 8d', 'for', /out of bounds/],
    ['for: 15', 'for', /^is the number 15, not text$/],
    ['for: soon, every: 1m', 'for', /not a duration/],
  ])('is not of %s', (written, field, what) => {
    const loaded = verified(`run: ./smoke.sh, ${written}`);
    expect(loaded).toMatchObject({
      kind: 'wrong',
      errors: [{ path: `products.shop.environments[0].verify.${field}`, what: expect.stringMatching(what) }],
    });
  });

  test('belongs to no deploy', () => {
    expect(load('run: ./deploy.sh, for: 15m')).toMatchObject({
      kind: 'wrong',
      errors: [{ todo: 'move it: it belongs to verify of an environment' }],
    });
  });
});

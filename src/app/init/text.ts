import { stringify } from 'yaml';
import { parseRepositoryUrl } from '../../git/names/repository-url.ts';
import type { Commands } from './suggest.ts';

/** What `slipway init` asks for. */
export interface Answers {
  repository: string;
  /** With its `#`. */
  channel: string;
  /** Lowest first. */
  environments: readonly string[];
  build: string;
  deploy: string;
}

/** What it finds by itself. */
export interface Findings extends Pick<Commands, 'test'> {
  branch: string | null;
}

/** A name that people can type, from the last part of the repository's path. */
export function productOf(repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  const path = parsed.kind === 'ok' ? parsed.url.path : repository;
  const name = (path.split('/').at(-1) ?? '').replace(/\.git$/, '').toLowerCase();
  const plain = name
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 39)
    .replace(/-+$/, '');
  return plain || 'product';
}

/** The name of a variable of a product: `STOREFRONT_WEBHOOK_SECRET`. */
export function variableOf(product: string, what: string): string {
  const name = product.replaceAll('-', '_').toUpperCase();
  // Names of variables do not begin with a digit, and those that begin with SLIPWAY_ are Slipway's own.
  return `${/^(\d|SLIPWAY(_|$))/.test(name) ? `MY_${name}` : name}_${what}`;
}

/** One line of YAML. */
const scalar = (value: string) => stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();

/** The text of `slipway.yml`. Answers that are wrong give a text that is wrong in the same place. */
export function configurationText(answers: Answers, { branch, test }: Findings): string {
  const product = productOf(answers.repository);
  const secret = (what: string) => `env:${variableOf(product, what)}`;
  const [lowest = '', ...others] = answers.environments;
  const deploy = [
    `        deploy: { run: ${flow(answers.deploy)} }`,
    '        # verify: { run: ./smoke.sh } # what must succeed afterwards',
  ];
  return [
    '# Made by `slipway init`. `slipway check` shows what it means; docs/configure.md has every key.',
    '',
    'products:',
    `  ${product}:`,
    `    repository: ${scalar(answers.repository)}`,
    "    # Without a login of its own, git uses those of Slipway's user.",
    `    # git: { token: ${secret('GIT_TOKEN')} }`,
    ...(branch === null ? ['    # branch: main'] : [`    branch: ${scalar(branch)}`]),
    `    channel: ${JSON.stringify(answers.channel)}`,
    '    # The forge signs with it what it sends to /hooks/github, /hooks/gitlab, /hooks/bitbucket or /hooks/gitea.',
    `    webhook: { secret: ${secret('WEBHOOK_SECRET')} }`,
    '',
    "    # Once for each commit, in the commit's own tree. What it leaves there is kept for every deploy.",
    '    build:',
    `      run: ${scalar(answers.build)}`,
    test === null ? '      # test: make test' : `      test: ${scalar(test)}`,
    '',
    '    environments: # the lowest first',
    '      # Takes each commit that was built, by itself.',
    `      - name: ${scalar(lowest)}`,
    '        mode: continuous',
    ...deploy,
    ...others.flatMap((name, index) => [
      '',
      ...(index === 0
        ? ['      # Takes what was accepted below, when somebody asks for it and somebody else approves.']
        : []),
      `      - name: ${scalar(name)}`,
      '        mode: approval',
      ...deploy,
      '        approvals: { required: 1 } # of any other member; `from: ["@release-managers", U0123ABCD]` says of whom',
    ]),
    '',
  ].join('\n');
}

/** A value inside braces. */
const flow = (value: string) =>
  /^[\w./ -]+$/.test(value) && scalar(value) === value ? value : JSON.stringify(value);

import { windowText } from '../../app/configuration/values/freeze.ts';
import { loginForge } from '../../app/forge-login.ts';
import { isAt } from '../../app/online/uses.ts';
import { durationText } from '../../domain/time/duration.ts';
import { forgeKindOf } from '../../flow/services/forge-projects.ts';
import { FORGE_KINDS, type ForgeAccess, type ForgeSettings } from '../../flow/settings/forges.ts';
import {
  type ChecksSettings,
  commandOf,
  type EnvironmentSettings,
  followedWords,
  type ProductSettings,
  type Settings,
} from '../../flow/settings/settings.ts';
import { isRemote, type StepSettings } from '../../flow/settings/steps.ts';
import { redactCredentials, splitLogin } from '../../git/names/repository-url.ts';
import { peopleRows } from './summary-people.ts';
import { bakeText, currentText, inImage, oneLine, stepText, stepWarning } from './summary-steps.ts';

/** The configuration in words, with defaults spelled out. Contains no secrets. */
export function summary(settings: Settings): string {
  const { forges = [], products } = settings;
  const blocks = products.map((product) => productText(product, forges));
  return [...(forges.length === 0 ? [] : [forgesText(forges)]), ...blocks].join('\n\n');
}

function forgesText(forges: readonly ForgeSettings[]): string {
  return ['forges', ...forges.map((forge) => `  ${forge.name.padEnd(20)}${forgeText(forge)}`)].join('\n');
}

function forgeText({ kind, api, access, report }: ForgeSettings): string {
  const told = access.kind === 'none' ? [] : report.filter((use) => isAt(kind, use));
  const what = told.length === 0 ? 'nothing' : told.join(' and ');
  return `${kind}${api === null ? '' : ` at ${api}`}, ${accessText(access)}; is told ${what}`;
}

function accessText(access: ForgeAccess): string {
  switch (access.kind) {
    case 'app':
      return `as app ${access.id}`;
    case 'token':
      return access.user === null ? 'with a token' : 'with a user and a token';
    case 'none':
      return 'without a login';
    default:
      return access satisfies never;
  }
}

/** No row when there are no forges. */
function forgeRows({ forge }: ProductSettings, hasForges: boolean): (readonly [string, string])[] {
  if (forge !== undefined) return [['forge', `${forge.name}, as ${forge.project}`]];
  return hasForges ? [['forge', 'none: no forge is named like its host']] : [];
}

function productText(product: ProductSettings, forges: readonly ForgeSettings[]): string {
  const { build } = product;
  const limit = `each at most ${durationText(build.timeoutMs)}`;
  const commands = [build.run, build.test].filter((command) => command !== null).map(oneLine);
  const env = namesIn(product, product.env);
  return [
    product.name,
    ...rows(2, [
      ['repository', `${redactCredentials(product.repository)}, ${followedText(product)}`],
      ...fetchedRows(product, forges),
      ...forgeRows(product, forges.length > 0),
      ...(product.paths === undefined ? [] : [['paths', product.paths.join(', ')] as const]),
      ...(product.irreversible === undefined
        ? []
        : [
            [
              'no way back',
              `${product.irreversible.join(', ')}: who rolls back past them confirms it`,
            ] as const,
          ]),
      ['poll', pollText(product)],
      ['channel', product.channel],
      [
        'webhook',
        product.webhookSecret === null
          ? 'no secret: no webhook is accepted'
          : `signed with the secret, at /hooks/${forgeKindOf(product) ?? FORGE_KINDS.join(' or /hooks/')}`,
      ],
      [
        'build',
        build.checks
          ? checksText(product, build.checks)
          : commands.length === 0
            ? 'nothing to run'
            : `${commands.join(', then ')}${inImage(build.image)}; ${limit}`,
      ],
      ...envRow(product, build),
      ['env', env.length === 0 ? 'nothing added' : env.join(', ')],
      ['commits', product.commitUrl ?? 'not linked'],
      ...(product.tickets === undefined
        ? []
        : [['tickets', `${product.tickets.pattern}, linked to ${product.tickets.url}`] as const]),
      ...recordsRow(product),
    ]),
    ...product.environments.flatMap((environment) => environmentText(product, environment)),
  ].join('\n');
}

/** Where it is recorded what runs. No row when it is not. */
function recordsRow({ records }: ProductSettings): (readonly [string, string])[] {
  if (records === undefined) return [];
  const { repository, branch, path, tags } = records;
  const where = `${redactCredentials(repository)}, branch ${branch}, ${path}`;
  return [['records', `${where}${tags ? '; acceptances are tagged' : ''}`]];
}

function followedText({ branch }: ProductSettings): string {
  return typeof branch === 'string' ? `branch ${branch}` : followedWords(branch);
}

/** What makes a commit count as built that is built elsewhere. */
function checksText({ forge, webhookSecret }: ProductSettings, { names, withinMs }: ChecksSettings): string {
  const asked = forge === undefined ? [] : [`${forge.name} says`];
  const told = webhookSecret === null ? [] : ['/hooks/build is told'];
  return `elsewhere: when ${names.map((name) => `"${name}"`).join(' and ')} passed, as ${[...asked, ...told].join(' or ')}, within ${durationText(withinMs)}`;
}

function pollText({ pollMs = null, branch, webhookSecret }: ProductSettings): string {
  if (pollMs !== null) return `every ${durationText(pollMs)}, whether ${followedWords(branch)} moved`;
  return webhookSecret === null
    ? 'never, and no webhook is accepted: a push is built only when people ask about it'
    : 'never: a push whose webhook is lost is not built';
}

/** No row when nothing about fetching is configured. */
function fetchedRows(
  product: ProductSettings,
  forges: readonly ForgeSettings[],
): (readonly [string, string])[] {
  const { repository, git } = product;
  const forge = loginForge(product, forges);
  const { token = null, sshKey = null } = git?.access ?? {};
  const logsIn = token !== null || splitLogin(repository).login !== null;
  const said = [
    ...(logsIn ? ['with its own login'] : []),
    ...(forge === null ? [] : [`with the login of ${forge.name}`]),
    ...(sshKey === null ? [] : ['with its own ssh key']),
    ...(git?.submodules === false ? ['without submodules'] : []),
    ...(git?.lfs === false ? ['without files in Git LFS'] : []),
  ];
  return said.length === 0 ? [] : [['fetched', said.join(', ')]];
}

function environmentText(product: ProductSettings, environment: EnvironmentSettings): string[] {
  const { policy, deploy, verify } = environment;
  const interrupted = policy.idempotent
    ? 'if interrupted, tried again by itself'
    : isRemote(deploy)
      ? 'if nothing can say what became of it, a person decides'
      : 'if interrupted, a person decides';
  return [
    `  ${policy.name} (${policy.mode})`,
    ...rows(4, [
      ...(policy.url === null ? [] : [['url', policy.url] as const]),
      ['takes', takesText(product, environment)],
      ['deploy', `${stepText(deploy)}; ${interrupted}`],
      ...warningRow(deploy),
      ...envRow(product, deploy),
      ['verify', verify === null ? 'nothing to run' : stepText(verify)],
      ...(policy.bake === undefined ? [] : [['', bakeText(policy.bake)] as const]),
      ...(verify === null ? [] : [...warningRow(verify), ...envRow(product, verify)]),
      ...(policy.onFailure === undefined
        ? []
        : [['on failure', 'rolls back by itself, once a release'] as const]),
      ...currentRows(product, environment),
      ...timeRows(environment),
      ...peopleRows(environment),
    ]),
  ];
}

/** No row where it is not asked. */
function currentRows(
  product: ProductSettings,
  { policy, current }: EnvironmentSettings,
): (readonly [string, string])[] {
  if (current === undefined || policy.current === undefined) return [];
  const command = commandOf(current);
  const every = `every ${durationText(policy.current.everyMs)}`;
  return [
    ['current', `${every}, by ${currentText(current)}`],
    ...(command === null ? [] : envRow(product, command)),
  ];
}

function warningRow(step: StepSettings): (readonly [string, string])[] {
  const warning = stepWarning(step);
  return warning === null ? [] : [['', warning]];
}

function takesText(product: ProductSettings, { policy }: EnvironmentSettings): string {
  if (policy.mode === 'continuous') {
    return policy.below === null
      ? `by itself, the newest ${typeof product.branch === 'string' ? `commit of ${product.branch}` : `of the ${followedWords(product.branch)}`} that was built and tested`
      : `by itself, what was accepted in ${policy.below}`;
  }
  return policy.below === null
    ? 'any commit that a person prepares'
    : `what a person prepares, of the commits accepted in ${policy.below}`;
}

function timeRows({ policy }: EnvironmentSettings): (readonly [string, string])[] {
  const { below, soakMs, freeze } = policy;
  const soak =
    soakMs === 0
      ? 'no time'
      : `${durationText(soakMs)} after it is accepted in ${below ?? 'the environment below'}`;
  const windows = freeze.length === 0 ? ['never'] : freeze.map(windowText);
  return [
    ...(below === null ? [] : [['soak', soak] as const]),
    ...windows.map((text, index) => [index === 0 ? 'freeze' : '', text] as const),
  ];
}

/** Variables that a step has in addition to the product's. No row when there are none. */
function envRow(
  product: ProductSettings,
  step: StepSettings | ProductSettings['build'],
): (readonly [string, string])[] {
  const env = 'env' in step ? step.env : undefined;
  return env === undefined ? [] : [['', `with ${namesIn(product, env).join(', ')}`]];
}

function namesIn({ secrets }: ProductSettings, env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => (secrets.includes(value) ? `${name} (secret)` : name));
}

function rows(indent: number, entries: readonly (readonly [string, string])[]): string[] {
  return entries.map(([name, text]) => `${' '.repeat(indent)}${name.padEnd(12)}${text}`);
}

import { listed } from '../../chat/text/clean.ts';
import { ruleChangeWords } from '../../chat/text/rules.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import { ruleChanges, whoMay } from '../../domain/approvals/who-may.ts';
import { durationText } from '../../domain/time/duration.ts';
import {
  type EnvironmentSettings,
  followedWords,
  KEEP,
  type ProductSettings,
  type Settings,
} from '../../flow/settings/settings.ts';

/**
 * What differs between two configurations, one plain statement each, for the log. Of what may be secret it says only that it
 * has changed; the names of variables are none.
 */
export function changesBetween(before: Settings, after: Settings): string[] {
  return [
    ...(['isolation', 'containers'] as const).flatMap((key) =>
      shown(key, before[key] ?? 'auto', after[key] ?? 'auto'),
    ),
    ...keepChanges(before, after),
    ...forgeChanges(before, after),
    ...pairs(before.products, after.products).flatMap(([name, was, is]) => {
      if (was === undefined) return [`${name}: the product is new`];
      if (is === undefined) return [`${name}: the product is no longer there`];
      return productChanges(was, is).map((says) => `${name}${says}`);
    }),
    ...orderChange('the order of products', before.products, after.products),
  ];
}

function keepChanges({ keep: before = KEEP }: Settings, { keep: after = KEEP }: Settings): string[] {
  return [
    ...shown('keep: logs', durationText(before.logsMs), durationText(after.logsMs)),
    ...shown('keep: artifacts', `${before.artifacts}`, `${after.artifacts}`),
    ...shown('keep: trees', `${before.trees}`, `${after.trees}`),
  ];
}

function forgeChanges({ forges: before = [] }: Settings, { forges: after = [] }: Settings): string[] {
  return pairs(before, after).flatMap(([name, was, is]) => {
    if (was === undefined) return [`forges: ${name} is new`];
    if (is === undefined) return [`forges: ${name} is no longer there`];
    const { access: had, ...saidBefore } = was;
    const { access: has, ...saidNow } = is;
    const keys = [...changedKeys(saidBefore, saidNow), ...(isSame(had, has) ? [] : ['its login'])];
    return keys.length === 0 ? [] : [`forges: of ${name} ${hasChanged(keys)}`];
  });
}

/** What is said of a field of a product; null: it follows from others. A new field must be given a place here. */
type Say = ((before: ProductSettings, after: ProductSettings) => string[]) | null;

const FIELDS: Record<keyof ProductSettings, Say> = {
  name: null,
  repository: (was, is) => unless(isSame(was.repository, is.repository), 'its address or login has changed'),
  git: (was, is) => opaque('git', was.git, is.git),
  forge: ({ forge: was }, { forge: is }) =>
    shown('forge', was && `${was.name} ${was.project}`, is && `${is.name} ${is.project}`),
  branch: (was, is) => shown('it follows', followedWords(was.branch), followedWords(is.branch)),
  paths: (was, is) => shown('paths', was.paths?.join(', '), is.paths?.join(', ')),
  irreversible: (was, is) => shown('irreversible', was.irreversible?.join(', '), is.irreversible?.join(', ')),
  pollMs: (was, is) => shown('poll', poll(was), poll(is)),
  channel: (was, is) => shown('channel', was.channel, is.channel),
  webhookSecret: (was, is) =>
    unless(was.webhookSecret === is.webhookSecret, 'the secret of its webhook has changed'),
  env: (was, is) => variables('env', was.env, is.env),
  secrets: null,
  build: (was, is) => stepChanges('build', was.build, is.build),
  environments: null,
  records: (was, is) => opaque('records', was.records, is.records),
  commitUrl: (was, is) => shown('links to commits', was.commitUrl, is.commitUrl),
  compareUrl: null,
  pullLinks: null,
  tickets: (was, is) => shown('tickets', was.tickets?.url, is.tickets?.url),
};

/** Each begins with `: ` or, of an environment, with `/name: `, to follow the product's name. */
function productChanges(before: ProductSettings, after: ProductSettings): string[] {
  const rules = ruleChanges(policiesOf(before).map(whoMay), policiesOf(after).map(whoMay));
  return [
    ...Object.values(FIELDS)
      .flatMap((say) => say?.(before, after) ?? [])
      .map((says) => `: ${says}`),
    ...rules.map((change) => `/${ruleChangeWords(change, (ids) => ids.join(', '))}`),
    ...pairs(named(before), named(after)).flatMap(([name, was, is]) =>
      was && is ? environmentChanges(was.environment, is.environment).map((says) => `/${name}: ${says}`) : [],
    ),
    ...orderChange(': the order of environments', named(before), named(after)),
  ];
}

/** What is said of a policy; null: it is said by `ruleChanges`, or follows from others. */
const POLICY: Record<
  keyof EnvironmentPolicy,
  ((was: EnvironmentPolicy, is: EnvironmentPolicy) => string[]) | null
> = {
  product: null,
  name: null,
  mode: null,
  below: null,
  above: null,
  approvals: null,
  acceptFrom: null,
  roles: null,
  soakMs: (was, is) => shown('soak', length(was.soakMs), length(is.soakMs)),
  freeze: (was, is) => unless(isSame(was.freeze, is.freeze), 'freeze has changed'),
  startApproved: (was, is) =>
    shown(
      'deploy starts',
      was.startApproved ? 'when approved' : 'when somebody deploys',
      is.startApproved ? 'when approved' : 'when somebody deploys',
    ),
  retired: null,
  verify: null,
  bake: (was, is) => opaque('the bake of verify', was.bake, is.bake),
  idempotent: (was, is) => shown('idempotent', `${was.idempotent}`, `${is.idempotent}`),
  onFailure: (was, is) => shown('onFailure', was.onFailure, is.onFailure),
  current: null,
  url: (was, is) => shown('url', was.url, is.url),
};

function environmentChanges(before: EnvironmentSettings, after: EnvironmentSettings): string[] {
  return [
    ...Object.values(POLICY).flatMap((say) => say?.(before.policy, after.policy) ?? []),
    ...stepChanges('deploy', before.deploy, after.deploy),
    ...stepChanges('verify', before.verify, after.verify),
    ...unless(
      isSame([before.current, before.policy.current], [after.current, after.policy.current]),
      'current has changed',
    ),
  ];
}

/** A step has its own fields, or those of the system that carries it out. */
function stepChanges(name: string, before: object | null, after: object | null): string[] {
  if (before === null || after === null) return opaque(name, before, after);
  const parts = (step: object) =>
    'remote' in step && typeof step.remote === 'object' ? { ...step, ...step.remote } : step;
  const keys = changedKeys(parts(before), parts(after)).filter((key) => key !== 'remote');
  return keys.length === 0 ? [] : [`${name}: ${hasChanged(keys)}`];
}

function variables(name: string, before: Record<string, string>, after: Record<string, string>): string[] {
  const keys = changedKeys(before, after);
  return keys.length === 0 ? [] : [`${name}: ${hasChanged(keys)}`];
}

const KEY_WORDS: Record<string, string> = { timeoutMs: 'timeout' };

function hasChanged(keys: readonly string[]): string {
  return `${listed(keys.map((key) => KEY_WORDS[key] ?? key))} ${keys.length === 1 ? 'has' : 'have'} changed`;
}

function changedKeys(before: object, after: object): string[] {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => !isSame(was.get(key), is.get(key)));
}

function shown(name: string, before: string | null | undefined, after: string | null | undefined): string[] {
  const words = (value: string | null | undefined) => value ?? 'nothing';
  return unless(words(before) === words(after), `${name}: ${words(after)}, before ${words(before)}`);
}

function opaque(name: string, before: unknown, after: unknown): string[] {
  if (isSame(before ?? null, after ?? null)) return [];
  if (before == null) return [`${name} is new`];
  return [after == null ? `${name} is no longer there` : `${name} has changed`];
}

function unless(same: boolean, says: string): string[] {
  return same ? [] : [says];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

interface Named {
  name: string;
}

/** What has a name before or after: first what is there now, in its order. */
function pairs<T extends Named>(
  before: readonly T[],
  after: readonly T[],
): [string, T | undefined, T | undefined][] {
  const names = new Set([...after, ...before].map(({ name }) => name));
  const of = (all: readonly T[], wanted: string) => all.find(({ name }) => name === wanted);
  return [...names].map((name) => [name, of(before, name), of(after, name)]);
}

/** Of what is there before and after. */
function orderChange(what: string, before: readonly Named[], after: readonly Named[]): string[] {
  const names = (all: readonly Named[], others: readonly Named[]) =>
    all.map(({ name }) => name).filter((name) => others.some((other) => other.name === name));
  return unless(
    isSame(names(before, after), names(after, before)),
    `${what}: ${after.map(({ name }) => name).join(', ')}`,
  );
}

function named({ environments }: ProductSettings): { name: string; environment: EnvironmentSettings }[] {
  return environments.map((environment) => ({ name: environment.policy.name, environment }));
}

function policiesOf({ environments }: ProductSettings): EnvironmentPolicy[] {
  return environments.map(({ policy }) => policy);
}

function poll({ pollMs }: ProductSettings): string {
  return pollMs == null ? 'never' : durationText(pollMs);
}

function length(ms: number): string | null {
  return ms === 0 ? null : durationText(ms);
}

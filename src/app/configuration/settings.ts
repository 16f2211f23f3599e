import { defaultRoles } from '../../domain/approvals/approvals.ts';
import type { ApprovalRule, EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import { REPORT_USES } from '../../domain/documents/values/report.ts';
import { ROLES, type Roles } from '../../domain/people/people.ts';
import { secretsOf } from '../../flow/services/forge-projects.ts';
import type { ForgeAccess, ForgeSettings } from '../../flow/settings/forges.ts';
import type {
  EnvironmentSettings,
  GitSettings,
  ProductSettings,
  Settings,
} from '../../flow/settings/settings.ts';
import { toCurrent } from './current/settings.ts';
import { recordsSecrets, toRecords } from './records/settings.ts';
import type { Written } from './schema.ts';
import { toBake } from './steps/bake.ts';
import { extras, textsOf } from './steps/command.ts';
import { type StepContext, stepSecrets, toStep } from './steps/settings.ts';
import { addressSecrets } from './values/address-secrets.ts';
import { forgeLinks } from './values/forge-links.ts';
import { toWindow } from './values/freeze.ts';
import { findForge } from './values/product-forge.ts';

/** How long commands may take, unless the file says so. */
const DEPLOY_MS = 10 * 60_000;
const VERIFY_MS = 5 * 60_000;

type WrittenProduct = Written['products'][string];
type WrittenForge = Written['forges'][string];
type WrittenEnvironment = WrittenProduct['environments'][number];

/** Converts the checked file into the settings that the flow uses. */
export function toSettings(written: Written, secretFiles: string[]): Settings {
  const forges = Object.entries(written.forges).map(([name, forge]) => toForge(name, forge));
  return {
    isolation: written.isolation,
    containers: written.containers,
    keep: { logsMs: written.keep.logs, artifacts: written.keep.artifacts, trees: written.keep.trees },
    secretFiles,
    ...(forges.length === 0 ? {} : { forges }),
    products: Object.entries(written.products).map(([name, product]) => toProduct(name, product, forges)),
  };
}

function toForge(name: string, forge: WrittenForge): ForgeSettings {
  const { kind, api = null } = forge;
  const report = REPORT_USES.filter((told) => forge.report.includes(told));
  return { name, kind, api, access: toAccess(forge), report };
}

function toAccess({ token, user, app }: WrittenForge): ForgeAccess {
  if (app !== undefined) return { kind: 'app', ...app };
  return token === undefined ? { kind: 'none' } : { kind: 'token', token, user: user ?? null };
}

function toProduct(name: string, product: WrittenProduct, forges: readonly ForgeSettings[]): ProductSettings {
  const kinds = new Map(forges.map((forge) => [forge.name, forge.kind]));
  const found = findForge(product.repository, product.forge, kinds);
  const forge = found.kind === 'found' ? found.forge : undefined;
  const { access, api = null } = forges.find((one) => one.name === forge?.name) ?? {};
  const steps = product.environments.flatMap(({ deploy, verify }) => [deploy, ...(verify ? [verify] : [])]);
  const currents = product.environments.flatMap(({ current }) => (current === undefined ? [] : [current]));
  const values = [
    ...[product, product.build, ...steps, ...currents].flatMap(({ env }) => Object.values(env)),
    ...currents.flatMap(({ http }) => Object.values(http?.headers ?? {})),
  ];
  const webhookSecret = product.webhook?.secret || null;
  const branch = product.tags === undefined ? product.branch : { tags: product.tags };
  const git = product.git === undefined ? undefined : toGit(product.git);
  const reached = { repository: product.repository, ...(git && { access: git.access }) };
  const environments = toEnvironments(name, product.environments, { forges, forge, branch, reached });
  const carriedOut = environments.flatMap(({ deploy, verify }) => [deploy, ...(verify ? [verify] : [])]);
  const secrets = [
    ...values.filter(({ secret }) => secret).map(({ text }) => text),
    ...(webhookSecret === null ? [] : [webhookSecret]),
    ...addressSecrets(product.repository),
    ...[product.git?.token, product.git?.sshKey].filter((secret) => secret !== undefined),
    ...(access === undefined ? [] : secretsOf(access)),
    ...carriedOut.flatMap((step) => stepSecrets(step, forges)),
    ...(product.records === undefined ? [] : recordsSecrets(product.records, forges)),
  ];
  return {
    name,
    repository: product.repository,
    ...(git && { git }),
    ...(forge === undefined ? {} : { forge }),
    ...(product.records === undefined
      ? {}
      : {
          records: toRecords(product.records, {
            repository: product.repository,
            access: git?.access,
            forges,
          }),
        }),
    branch,
    ...(product.paths === undefined ? {} : { paths: product.paths }),
    ...(product.irreversible === undefined ? {} : { irreversible: product.irreversible }),
    pollMs: product.poll,
    channel: product.channel,
    webhookSecret,
    env: textsOf(product.env),
    secrets: [...new Set(secrets)],
    build: {
      run: product.build.run ?? null,
      test: product.build.test ?? null,
      timeoutMs: product.build.timeout,
      ...extras(product.build),
      ...(product.build.checks === undefined
        ? {}
        : { checks: { names: product.build.checks, withinMs: product.build.within } }),
    },
    environments,
    ...forgeLinks(product.repository, forge, api),
    ...(product.links?.tickets === undefined ? {} : { tickets: product.links.tickets }),
  };
}

function toEnvironments(
  product: string,
  all: WrittenEnvironment[],
  context: StepContext,
): ProductSettings['environments'] {
  const [lowest, ...others] = all.map((environment, index) =>
    toEnvironment(product, environment, all[index - 1], all[index + 1], all.flatMap(toRules), context),
  );
  if (lowest === undefined) throw new RangeError('the schema lets no empty list of environments through');
  return [lowest, ...others];
}

function toEnvironment(
  product: string,
  environment: WrittenEnvironment,
  below: WrittenEnvironment | undefined,
  above: WrittenEnvironment | undefined,
  elsewhere: readonly ApprovalRule[],
  context: StepContext,
): EnvironmentSettings {
  const { approvals, deploy, verify, current } = environment;
  const rules = toRules(environment);
  const bake = toBake(verify);
  const policy: EnvironmentPolicy = {
    product,
    name: environment.name,
    mode: environment.mode,
    below: below?.name ?? null,
    above: above === undefined ? null : { name: above.name, mode: above.mode },
    approvals: { rules, self: approvals.self, authors: approvals.authors, validForMs: approvals.validFor },
    acceptFrom: environment.accept?.from ?? null,
    roles: toRoles(environment, rules, elsewhere),
    soakMs: environment.soak ?? 0,
    freeze: environment.freeze.map(toWindow),
    startApproved: deploy.start === 'approved',
    retired: false,
    verify: verify !== undefined,
    ...(bake && { bake }),
    idempotent: deploy.idempotent,
    ...(environment.onFailure === undefined ? {} : { onFailure: environment.onFailure }),
    url: environment.url ?? null,
    ...(current === undefined ? {} : { current: { everyMs: current.every } }),
  };
  return {
    policy,
    deploy: toStep(deploy, context, DEPLOY_MS),
    verify: verify === undefined ? null : toStep(verify, context, VERIFY_MS),
    ...(current === undefined ? {} : { current: toCurrent(current) }),
  };
}

/** A continuous environment takes new commits by itself and needs no approvals. */
function toRules({ mode, approvals }: WrittenEnvironment): ApprovalRule[] {
  if (mode === 'continuous') return [];
  const { required = 1, from, rules = [{ required, from }] } = approvals;
  return rules
    .filter((rule) => rule.required > 0)
    .map((rule) => ({ required: rule.required, from: rule.from ?? null }));
}

function toRoles(
  { roles }: WrittenEnvironment,
  rules: readonly ApprovalRule[],
  elsewhere: readonly ApprovalRule[],
): Roles {
  const named = ROLES.flatMap((role) => (roles?.[role] === undefined ? [] : [[role, roles[role]] as const]));
  return { ...defaultRoles(rules, elsewhere), ...Object.fromEntries(named) };
}

function toGit(git: NonNullable<WrittenProduct['git']>): GitSettings {
  const { user = null, token = null, sshKey = null, knownHosts = null, submodules, lfs } = git;
  return { access: { user, token, sshKey, knownHosts }, submodules, lfs };
}

import { z } from 'zod';
import { REPORT_USES } from '../../domain/documents/values/report.ts';
import { FORGE_KINDS } from '../../flow/settings/forges.ts';
import { KEEP } from '../../flow/settings/settings.ts';
import { ENGINES } from '../../runner/isolation/containers.ts';
import { ISOLATIONS } from '../../runner/isolation/isolation.ts';
import { command, DAY, envSchema, image, SECOND, timeout } from './command-schemas.ts';
import { type CurrentSchema, currentSchema } from './current/schema.ts';
import { checked, described, duration, text } from './field-schemas.ts';
import { recordsSchema } from './records/schema.ts';
import { type StepsSchema, stepsSchema } from './steps/schema.ts';
import { FORGE_NAME, readApi } from './values/forge-values.ts';
import { freezeReasonProblem, readFreezeTime } from './values/freeze.ts';
import { readAppKey, readKnownHosts, readLogin, readSshKey, readToken } from './values/git-values.ts';
import type { Variables } from './values/given.ts';
import { pathProblem, tagsProblem } from './values/glob-values.ts';
import { patternProblem, ticketUrlProblem } from './values/ticket-values.ts';
import { timezoneProblem } from './values/timezone.ts';
import {
  branchProblem,
  channelProblem,
  checkNameProblem,
  environmentNameProblem,
  linkProblem,
  NOTHING_SPARED,
  PERSON_OR_GROUP,
  personProblem,
  readWebhookSecret,
  repositoryProblem,
  type Spared,
} from './values/values.ts';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Limit for all rules together. Nobody reads a longer list. */
export const MOST_APPROVALS = 20;
const MOST_RULES = 10;
/** More is not a number that anybody means. */
const MOST_KEPT = 10_000;
/** They are stored with each head that was left out because of them. */
const MOST_PATHS = 100;

const NAME = '^[a-z0-9][a-z0-9-]{0,38}$';
const people = z.array(checked(personProblem, PERSON_OR_GROUP)).min(1).meta({ uniqueItems: true });

const approvals = described('approvals', {
  required: z.int().min(0).max(MOST_APPROVALS).optional(),
  from: people.optional(),
  rules: z
    .array(
      described('rule', { required: z.int().min(1).max(MOST_APPROVALS).default(1), from: people.optional() }),
    )
    .min(1)
    .max(MOST_RULES)
    .optional(),
  self: z.boolean().default(false),
  authors: z.boolean().default(true),
  validFor: duration(MINUTE, 90 * DAY).prefault('24h'),
});

const freezeTime = text(readFreezeTime, '^(\\S+[ T])?\\d{1,2}:\\d{2}$');
const freeze = described('freeze', {
  from: freezeTime,
  to: freezeTime,
  timezone: checked(timezoneProblem, '^[A-Za-z]'),
  reason: checked(freezeReasonProblem),
});

function forgeSchema(variables: Variables, spared: Spared) {
  return described('forge', {
    kind: z.enum(FORGE_KINDS),
    api: text(readApi).optional(),
    token: text((written) => readToken(written, variables, spared)).optional(),
    user: text((written) => readLogin(written, variables, spared)).optional(),
    app: described('app', {
      id: z.int().min(1),
      key: text((written) => readAppKey(written, variables, spared)),
    }).optional(),
    report: z
      .array(z.enum(REPORT_USES))
      .default([...REPORT_USES])
      .meta({ uniqueItems: true }),
  });
}

function environmentSchema(steps: StepsSchema, current: CurrentSchema) {
  return described('environment', {
    name: checked(environmentNameProblem, NAME),
    mode: z.enum(['continuous', 'approval']),
    url: checked(linkProblem).optional(),
    deploy: steps.deploy,
    verify: steps.verify.optional(),
    current: current.optional(),
    approvals: approvals.prefault({}),
    accept: described('accept', { from: people.optional() }).optional(),
    roles: described('roles', {
      prepare: people.optional(),
      deploy: people.optional(),
      rollback: people.optional(),
      lock: people.optional(),
      override: people.optional(),
      adopt: people.optional(),
    }).optional(),
    onFailure: z.literal('rollback').optional(),
    soak: duration(SECOND, 90 * DAY).optional(),
    freeze: z.array(freeze).default([]),
  });
}

/**
 * The schema of `slipway.yml`, field by field. Checks between fields and of the names in maps are in `rules.ts`: zod
 * reports nothing about the value under an invalid name.
 */
export function configurationSchema(variables: Variables, spared: Spared) {
  const env = envSchema(variables, spared);
  const product = described('product', {
    repository: checked(repositoryProblem),
    forge: z
      .union([z.string(), described('productForge', { name: z.string(), project: z.string() })])
      .optional(),
    branch: checked(branchProblem).prefault('main'),
    tags: checked(tagsProblem).optional(),
    paths: z.array(checked(pathProblem)).min(1).max(MOST_PATHS).optional(),
    irreversible: z.array(checked(pathProblem)).min(1).max(MOST_PATHS).optional(),
    poll: duration(SECOND, DAY, 'never').prefault('5m'),
    channel: checked(channelProblem, '^(#.+|[CG][A-Z0-9]{8,})$'),
    webhook: described('webhook', {
      secret: text((written) => readWebhookSecret(written, variables, spared)),
    }).optional(),
    git: described('git', {
      user: text((written) => readLogin(written, variables, spared)).optional(),
      token: text((written) => readLogin(written, variables, spared)).optional(),
      sshKey: text((written) => readSshKey(written, variables, spared)).optional(),
      knownHosts: text((written) => readKnownHosts(written, variables, spared)).optional(),
      submodules: z.boolean().default(true),
      lfs: z.boolean().default(true),
    }).optional(),
    records: recordsSchema(variables, spared),
    links: described('links', {
      tickets: described('tickets', {
        pattern: checked(patternProblem),
        url: checked(ticketUrlProblem),
      }).optional(),
    }).optional(),
    env,
    build: described('build', {
      run: command.optional(),
      test: command.optional(),
      timeout: timeout.prefault('20m'),
      image,
      env,
      checks: z
        .tuple([checked(checkNameProblem)], checked(checkNameProblem))
        .optional()
        .meta({ uniqueItems: true }),
      within: duration(SECOND, 7 * DAY).prefault('60m'),
    }).prefault({}),
    environments: z
      .array(environmentSchema(stepsSchema(env, variables, spared), currentSchema(env, variables, spared)))
      .min(1),
  });
  return described('file', {
    isolation: z.enum(ISOLATIONS).default('auto'),
    containers: z.enum(ENGINES).default('auto'),
    keep: described('keep', {
      logs: duration(HOUR, 3_650 * DAY).prefault('30d'),
      artifacts: z.int().min(1).max(MOST_KEPT).default(KEEP.artifacts),
      trees: z.int().min(1).max(MOST_KEPT).default(KEEP.trees),
    }).prefault({}),
    forges: z.record(z.string().meta({ pattern: FORGE_NAME }), forgeSchema(variables, spared)).default({}),
    products: z.record(z.string().meta({ pattern: NAME }), product).meta({ minProperties: 1 }),
  });
}

/** The file after the schema checked it, with defaults filled in, values read and durations in milliseconds. */
export type Written = z.output<ReturnType<typeof configurationSchema>>;

/** JSON Schema (draft 2020-12) of the file as people write it, for editors. */
export function jsonSchema(): Record<string, unknown> {
  const schema = configurationSchema({}, NOTHING_SPARED).meta({
    title: 'slipway.yml',
    description: 'Configuration of Slipway: what is released, to where, and who decides.',
  });
  return {
    ...z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }),
    patternProperties: { '^x-': {} },
  };
}

import { z } from 'zod';
import { command, DAY, type EnvSchema, image, SECOND, timeout } from '../command-schemas.ts';
import { checked, described, duration, text } from '../field-schemas.ts';
import { changedFileProblem } from '../values/change-values.ts';
import type { Variables } from '../values/given.ts';
import {
  addressProblem,
  INPUT_NAME,
  jobProblem,
  readSigningSecret,
  readToken,
  readUser,
  runRefProblem,
  wordsProblem,
  workflowProblem,
} from '../values/remote-values.ts';
import { branchProblem, repositoryProblem, type Spared } from '../values/values.ts';

const inputs = z.record(z.string().meta({ pattern: INPUT_NAME }), checked(wordsProblem));
const ref = checked(runRefProblem).optional();
/** The longest bake; what shows later is for people to find. */
const MOST_BAKE_DAYS = 7;
const MOST_FAILURES = 100;
/** Which project of which forge. Left out: the product's (`findRunPlace` in `place.ts`). */
const place = { project: z.string().optional(), forge: z.string().optional() };

const keys = z.array(z.union([z.string(), z.int().min(0)])).min(1);
/** Values by their paths of dots, or pairs of a list of keys and a value. */
const set = z.union([
  z.record(z.string(), checked(wordsProblem)),
  z.array(z.tuple([keys, checked(wordsProblem)])).min(1),
]);

/** The steps of an environment: each is carried out in one way (`stepErrors` in `rules.ts`). */
export function stepsSchema(env: EnvSchema, variables: Variables, spared: Spared) {
  const ways = {
    run: command.optional(),
    github: described('github', {
      workflow: checked(workflowProblem),
      ref,
      inputs: inputs.prefault({}),
      ...place,
    }).optional(),
    gitlab: described('gitlab', {
      ref,
      inputs: inputs.prefault({}),
      variables: inputs.prefault({}),
      ...place,
    }).optional(),
    jenkins: described('jenkins', {
      job: checked(jobProblem),
      user: text((written) => readUser(written, variables, spared)),
      token: text((written) => readToken(written, variables, spared)),
      parameters: inputs.prefault({}),
    }).optional(),
    http: described('http', {
      url: checked(addressProblem),
      secret: text((written) => readSigningSecret(written, variables, spared)),
    }).optional(),
    timeout: timeout.optional(),
    env,
    image,
  };
  return {
    deploy: described('deploy', {
      ...ways,
      git: described('deployGit', {
        repository: checked(repositoryProblem),
        branch: checked(branchProblem).prefault('main'),
        file: checked(changedFileProblem),
        set,
      }).optional(),
      idempotent: z.boolean().default(false),
      start: z.enum(['approved']).optional(),
    }),
    verify: described('verify', {
      ...ways,
      for: duration(SECOND, MOST_BAKE_DAYS * DAY).optional(),
      every: duration(SECOND, DAY).optional(),
      failures: z.int().min(1).max(MOST_FAILURES).optional(),
      newer: z.enum(['wait', 'replace']).optional(),
    }),
  };
}

export type StepsSchema = ReturnType<typeof stepsSchema>;

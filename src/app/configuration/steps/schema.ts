import { z } from 'zod';
import { command, type EnvSchema, image, timeout } from '../command-schemas.ts';
import { checked, described, text } from '../field-schemas.ts';
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
import type { Spared, Variables } from '../values/values.ts';

const inputs = z.record(z.string().meta({ pattern: INPUT_NAME }), checked(wordsProblem));
const ref = checked(runRefProblem).optional();
/** Which project of which forge. Left out: the product's (`findRunPlace` in `place.ts`). */
const place = { project: z.string().optional(), forge: z.string().optional() };

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
      user: text((written) => readUser(written, variables)),
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
      idempotent: z.boolean().default(false),
      start: z.enum(['approved']).optional(),
    }),
    verify: described('verify', ways),
  };
}

export type StepsSchema = ReturnType<typeof stepsSchema>;

import { z } from 'zod';
import { command, DAY, type EnvSchema, image, SECOND } from '../command-schemas.ts';
import { checked, described, duration, text } from '../field-schemas.ts';
import type { Variables } from '../values/given.ts';
import { readVariable, type Spared } from '../values/values.ts';
import { addressProblem, fieldProblem, HEADER_NAME } from './values.ts';

/** More often, a slow environment would be asked all the time. */
const LEAST_MS = 30 * SECOND;
/** A command that takes longer would hold a worker's slot from others. */
const LONGEST_MS = 5 * 60 * SECOND;

/** How an environment is asked which commit really runs there (`currentErrors` in `rules.ts`). */
export function currentSchema(env: EnvSchema, variables: Variables, spared: Spared) {
  return described('current', {
    run: command.optional(),
    http: described('currentHttp', {
      url: checked(addressProblem),
      field: checked(fieldProblem).optional(),
      headers: z
        .record(
          z.string().meta({ pattern: HEADER_NAME }),
          text((written) => readVariable(written, variables, spared)),
        )
        .prefault({}),
    }).optional(),
    every: duration(LEAST_MS, DAY).prefault('5m'),
    timeout: duration(SECOND, LONGEST_MS).prefault('30s'),
    env,
    image,
  });
}

export type CurrentSchema = ReturnType<typeof currentSchema>;

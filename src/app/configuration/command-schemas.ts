import { z } from 'zod';
import { checked, duration, text } from './field-schemas.ts';
import type { Variables } from './values/given.ts';
import { commandProblem, IMAGE, imageProblem, readVariable, type Spared } from './values/values.ts';

export const SECOND = 1_000;
export const DAY = 24 * 60 * 60 * SECOND;

/** A script for `sh -e`. */
export const command = checked(commandProblem);
export const image = checked(imageProblem, IMAGE).optional();
/** The limit of a command, or of what another system carries out. */
export const timeout = duration(SECOND, DAY);

/** Variables of commands, by their names. */
export function envSchema(variables: Variables, spared: Spared) {
  return z
    .record(
      z.string().meta({ pattern: '^(?!SLIPWAY_)[A-Za-z_][A-Za-z0-9_]*$' }),
      text((written) => readVariable(written, variables, spared)),
    )
    .prefault({});
}
export type EnvSchema = ReturnType<typeof envSchema>;

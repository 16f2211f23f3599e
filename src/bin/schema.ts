import { jsonSchema } from '../app/configuration/schema.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Prints the JSON Schema of `slipway.yml`, for editors. */
export function schema(): ExitCode {
  console.log(JSON.stringify(jsonSchema(), null, 2));
  return EXIT.ok;
}

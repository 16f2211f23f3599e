import { loadConfiguration } from '../app/configuration/load.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { summary } from './summary.ts';
import { tellWrong } from './wrong.ts';

/** Checks `slipway.yml` and says what it means. */
export function check(options: { config: string }): ExitCode {
  const loaded = loadConfiguration(options.config, process.env);
  if (loaded.kind === 'wrong') return tellWrong(loaded.errors);
  const count = loaded.settings.products.length;
  console.log(`${options.config} is right: ${count} ${count === 1 ? 'product' : 'products'}.\n`);
  console.log(summary(loaded.settings));
  return EXIT.ok;
}

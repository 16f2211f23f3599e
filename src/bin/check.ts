import { loadConfiguration } from '../app/configuration/load.ts';
import { missingIsolation } from '../flow/isolation-trouble.ts';
import { findIsolation, type Isolation, IsolationUnavailable } from '../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { summary } from './summary.ts';
import { tellNoIsolation, tellWrong } from './wrong.ts';

/** Checks `slipway.yml` and says what it means, on this machine. */
export async function check(options: { config: string }): Promise<ExitCode> {
  const loaded = loadConfiguration(options.config, process.env);
  if (loaded.kind === 'wrong') return tellWrong(loaded.errors);
  const { settings } = loaded;
  let isolation: Isolation;
  try {
    isolation = await findIsolation(settings.isolation ?? 'auto');
  } catch (error) {
    if (error instanceof IsolationUnavailable) return tellNoIsolation(error);
    throw error;
  }
  const count = settings.products.length;
  console.log(`${options.config} is right: ${count} ${count === 1 ? 'product' : 'products'}.\n`);
  console.log(`${isolationText(isolation)}\n`);
  console.log(summary(settings));
  return EXIT.ok;
}

function isolationText(isolation: Isolation): string {
  const missing = missingIsolation(isolation);
  if (missing !== null) return `isolation: none. Warning: ${missing.says}: ${missing.todo}.`;
  return isolation.kind === 'none'
    ? 'isolation: none, as configured: whoever can push can read what Slipway can, and so approve.'
    : 'isolation: bubblewrap. Commands see no process of Slipway, none of its secret files, and below DATA_DIR only their tree and home.';
}

import { loadConfiguration } from '../../app/configuration/load.ts';
import { findMeans, type Means, missingIsolation } from '../../app/means.ts';
import type { Isolation } from '../../runner/isolation/isolation.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { isMissingMeans, tellMissingMeans, tellWrong } from '../wrong.ts';
import { summary } from './summary.ts';

/** Checks `slipway.yml` and explains what it means on this machine. */
export async function check(options: { config: string }): Promise<ExitCode> {
  const loaded = loadConfiguration(options.config, process.env);
  if (loaded.kind === 'wrong') return tellWrong(loaded.errors);
  const { settings } = loaded;
  let means: Means;
  try {
    means = await findMeans(settings);
  } catch (error) {
    if (isMissingMeans(error)) return tellMissingMeans(error);
    throw error;
  }
  const count = settings.products.length;
  console.log(`${options.config} is valid: ${count} ${count === 1 ? 'product' : 'products'}.\n`);
  console.log(`${meansText(means)}\n`);
  console.log(summary(settings));
  return EXIT.ok;
}

function meansText({ isolation, engine }: Means): string {
  return [isolationText(isolation), ...(engine === null ? [] : [`containers: ${engine.kind}`])].join('\n');
}

function isolationText(isolation: Isolation): string {
  const missing = missingIsolation(isolation);
  if (missing !== null) return `isolation: none. Warning: ${missing.says}: ${missing.todo}.`;
  return isolation.kind === 'none'
    ? 'isolation: none, as configured: anyone who can push can read what Slipway can, and so approve.'
    : 'isolation: bubblewrap. Commands see no process of Slipway, none of its secret files, and below DATA_DIR only their tree and home.';
}

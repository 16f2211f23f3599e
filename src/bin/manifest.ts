import { manifest, readPublicUrl } from '../app/manifest.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';

/** Prints the manifest of the Slack app. */
export function printManifest(options: { url?: string }): ExitCode {
  const given = options.url === undefined ? { url: null } : readPublicUrl(options.url);
  if ('what' in given) return printConfigurationErrors([{ path: '--url', ...given }]);
  process.stdout.write(manifest(given.url));
  return EXIT.ok;
}

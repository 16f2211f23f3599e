import { manifest, readPublicUrl } from '../app/manifest.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';

/** Options of `slipway manifest`. Without any, the address is a placeholder. */
export interface ManifestCommand {
  url?: string;
  socket?: true;
}

/** Prints the manifest of the Slack app. */
export async function printManifest({ url, socket }: ManifestCommand): Promise<ExitCode> {
  const given = url === undefined ? { url: null } : readPublicUrl(url);
  if ('what' in given) return printConfigurationErrors([{ path: '--url', ...given }]);
  process.stdout.write(manifest(socket ? { kind: 'socket' } : { kind: 'http', url: given.url }));
  return EXIT.ok;
}

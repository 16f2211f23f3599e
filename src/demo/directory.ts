import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ClaimedDataDirectory, claimDataDirectory } from '../adapters/data-directory.ts';

/** Where the demo keeps all it makes, below the working directory. */
export const DEMO_DIRECTORY = '.slipway-demo';

export interface DemoDirectory {
  /** Absolute. */
  root: string;
  /** Of the bot. */
  data: string;
  /** Where the servers keep their releases. */
  environments: string;
  log: string;
  /** Lets others claim it. */
  release(): void;
}

/** What earlier runs left; nothing else in there is touched. */
const MADE_BY_US = ['bot', 'environments', 'storefront', 'storefront.git', 'slipway.log'];

/** A fresh start: claims the directory and empties it of earlier runs. Throws `DataDirectoryInUse`. */
export function openDemoDirectory(path: string): DemoDirectory {
  const claimed: ClaimedDataDirectory = claimDataDirectory(path);
  const root = claimed.path;
  for (const name of MADE_BY_US) rmSync(join(root, name), { recursive: true, force: true });
  return {
    root,
    data: join(root, 'bot'),
    environments: join(root, 'environments'),
    log: join(root, 'slipway.log'),
    release: claimed.release,
  };
}

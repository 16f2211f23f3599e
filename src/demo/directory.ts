import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ClaimedDataDirectory, claimDataDirectory } from '../adapters/data-directory.ts';

/** Directory for everything the demo creates, below the working directory. */
export const DEMO_DIRECTORY = '.slipway-demo';

export interface DemoDirectory {
  /** Absolute path of the directory. */
  root: string;
  /** The bot's data directory. */
  data: string;
  /** Directory of the servers' releases. */
  environments: string;
  /** Directory of the newsletters that were sent. */
  sent: string;
  log: string;
  /** Releases the claim on the directory. */
  release(): void;
}

/** Files and directories that earlier runs created. Nothing else in the directory is removed. */
const MADE_BY_US = [
  'bot',
  'environments',
  'storefront',
  'storefront.git',
  'newsletter',
  'newsletter.git',
  'sent',
  'slipway.log',
];

/** Claims the directory and removes what earlier runs created. Throws `DataDirectoryInUse`. */
export function openDemoDirectory(path: string): DemoDirectory {
  const claimed: ClaimedDataDirectory = claimDataDirectory(path);
  const root = claimed.path;
  for (const name of MADE_BY_US) rmSync(join(root, name), { recursive: true, force: true });
  return {
    root,
    data: join(root, 'bot'),
    environments: join(root, 'environments'),
    sent: join(root, 'sent'),
    log: join(root, 'slipway.log'),
    release: claimed.release,
  };
}

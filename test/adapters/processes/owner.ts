// Claims the data directory, says so, and stays until it is killed.
import { claimDataDirectory } from '../../../src/adapters/data-directory.ts';

try {
  claimDataDirectory(String(process.argv[2]));
  process.stdout.write('claimed\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`);
}

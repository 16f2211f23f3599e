// Starts the storefront: `node server.js`, with PORT (0: any free port) and ENVIRONMENT.

import { existsSync, readFileSync } from 'node:fs';
import { createApp } from './app.js';

const greeting = readFileSync(new URL('./greeting.txt', import.meta.url), 'utf8').trim();
const versionFile = new URL('./version.json', import.meta.url);
// Written by build.js; missing in a working copy.
const { commit } = existsSync(versionFile)
  ? JSON.parse(readFileSync(versionFile, 'utf8'))
  : { commit: 'not built' };

const server = createApp({ greeting, commit, environment: process.env.ENVIRONMENT ?? 'development' });
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : null;
  process.stdout.write(`storefront ${commit} listens on http://127.0.0.1:${port}\n`);
  // Reports to the parent process, such as a process manager, that the app is ready.
  process.send?.({ ready: true, port });
});

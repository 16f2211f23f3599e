// Verifies a deploy: asks the running app for its commit and its health.

import { setTimeout as wait } from 'node:timers/promises';

const TRIES = 10;
const BETWEEN_MS = 300;

const environment = process.env.SLIPWAY_ENVIRONMENT ?? '';
const commit = process.env.SLIPWAY_COMMIT ?? '';
const base = process.env[`STOREFRONT_${environment.toUpperCase()}_URL`];
if (!base) throw new Error(`no address is known for "${environment}"`);

/** What is wrong with the app. null: nothing. */
async function problem() {
  try {
    const version = await fetch(`${base}/version`, { signal: AbortSignal.timeout(2_000) });
    if (!version.ok) return `GET /version ${version.status} (expected 200)`;
    const { commit: running } = /** @type {{ commit?: unknown }} */ (await version.json());
    if (running !== commit) return `it runs ${running} (expected ${commit})`;
    const health = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(2_000) });
    return health.ok ? null : `GET /healthz ${health.status} (expected 200)`;
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : error}`;
  }
}

for (let attempt = 1; attempt <= TRIES; attempt += 1) {
  const wrong = await problem();
  if (wrong === null) {
    process.stdout.write(`${base} runs ${commit} and is well\n`);
    process.exit(0);
  }
  process.stdout.write(`try ${attempt} of ${TRIES}: ${wrong}\n`);
  if (attempt < TRIES) await wait(BETWEEN_MS);
}
process.exit(1);

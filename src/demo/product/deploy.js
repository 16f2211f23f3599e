// Copies dist/ to the server of an environment and restarts its app. Slipway passes the commit and the environment; the
// servers' addresses come from the product's `env` in Slipway's configuration. Safe to run again.

import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} name */
function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

const environment = need('SLIPWAY_ENVIRONMENT');
const commit = need('SLIPWAY_COMMIT');
const home = join(need('STOREFRONT_SERVERS'), environment);
const release = join(home, 'releases', commit);
const incoming = `${release}.incoming`;

if (!existsSync('dist/version.json')) throw new Error('dist/ is not there: run build.js first');
say(`deploying ${commit} to ${environment}`);

say('1/3 copy dist/ to the server');
mkdirSync(join(home, 'releases'), { recursive: true });
rmSync(incoming, { recursive: true, force: true });
cpSync('dist', incoming, { recursive: true });
rmSync(release, { recursive: true, force: true });
renameSync(incoming, release);

say('2/3 make it the current release');
const link = join(home, 'current.new');
rmSync(link, { force: true });
symlinkSync(join('releases', commit), link);
renameSync(link, join(home, 'current'));

say('3/3 restart the app');
const answer = await fetch(`${need('STOREFRONT_OPERATOR')}/restart/${environment}`, { method: 'POST' });
say(`    ${(await answer.text()).trim()}`);
if (!answer.ok) {
  say(`the server of ${environment} could not start ${commit}`);
  process.exit(1);
}
say(`${environment} runs ${commit}`);

// Builds dist/ with the commit written into it. Built once, deployed to every environment.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const commit = process.env.SLIPWAY_COMMIT ?? 'local';
const FILES = ['app.js', 'server.js', 'greeting.txt', 'package.json'];

process.stdout.write(`building the storefront at ${commit}\n`);
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
for (const file of FILES) {
  cpSync(file, `dist/${file}`);
  process.stdout.write(`  dist/${file} (${readFileSync(file).length} bytes)\n`);
}
writeFileSync('dist/version.json', `${JSON.stringify({ commit })}\n`);
process.stdout.write(`  dist/version.json\nbuilt ${FILES.length + 1} files\n`);

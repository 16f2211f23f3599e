// Bundles the sandbox's page into dist/sandbox/public, after tsc has built the rest.
import { copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

const source = 'src/sandbox/page';
const target = 'dist/sandbox/public';

await mkdir(target, { recursive: true });
await copyFile(`${source}/index.html`, `${target}/index.html`);
await build({
  entryPoints: { page: `${source}/main.tsx` },
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});

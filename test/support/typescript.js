// Lets Node.js and Jest's workers run TypeScript: `node --import <this file> program.ts`
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

/** The module that replaces `@jest/globals` in workers that run tests in plain Node.js. */
const JEST_GLOBALS = new URL('./jest/globals.js', import.meta.url).href;

// The hooks run in a thread that loads this file again.
if (isMainThread) register(import.meta.url);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return { url: JEST_GLOBALS, shortCircuit: true };
  return await nextResolve(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const { pathname } = new URL(url);
  const loader = pathname.endsWith('.tsx') ? 'tsx' : pathname.endsWith('.ts') ? 'ts' : null;
  if (loader === null) return await nextLoad(url, context);
  const { code } = await transform(await readFile(new URL(url), 'utf8'), {
    loader,
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    sourcemap: 'inline',
    sourcesContent: false,
    sourcefile: fileURLToPath(url),
  });
  return { format: 'module', shortCircuit: true, source: code };
}

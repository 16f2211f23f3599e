// The tests of the storefront. An empty greeting makes them fail, for example.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createApp, page } from './app.js';

const greeting = readFileSync('greeting.txt', 'utf8').trim();
const facts = { greeting, commit: '0123456789abcdef', environment: 'test' };

/** @type {Record<string, () => void | Promise<void>>} */
const TESTS = {
  'the greeting is one line of 1 to 80 characters': () => {
    assert.match(greeting, /^.{1,80}$/u, `greeting.txt holds ${JSON.stringify(greeting)}`);
  },
  'the page shows the greeting and the short commit': () => {
    const html = page({ ...facts, greeting: 'Hello' });
    assert.ok(html.includes('<h1>Hello</h1>'));
    assert.ok(html.includes('<code>0123456</code>'));
  },
  'the page takes no markup from the greeting': () => {
    assert.ok(!page({ ...facts, greeting: '<script>' }).includes('<script>'));
  },
  'the app answers over HTTP': async () => {
    const server = createApp(facts).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const base = `http://127.0.0.1:${address.port}`;
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    assert.deepEqual(await (await fetch(`${base}/version`)).json(), { commit: facts.commit });
    assert.equal((await fetch(`${base}/nowhere`)).status, 404);
    server.closeAllConnections();
    server.close();
  },
};

for (const [name, test] of Object.entries(TESTS)) {
  try {
    await test();
    process.stdout.write(`✓ ${name}\n`);
  } catch (error) {
    process.stdout.write(`✕ ${name}\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
process.stdout.write(`${Object.keys(TESTS).length} tests passed\n`);

// The storefront: one page, and two addresses for machines. Plain Node.js without packages.

import { createServer } from 'node:http';

/**
 * @typedef {{ greeting: string, commit: string, environment: string }} Facts
 */

/** @param {string} text */
export function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** @param {Facts} facts */
export function page({ greeting, commit, environment }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Storefront · ${escapeHtml(environment)}</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f6f3ee; color: #22303c;
         font: 18px/1.5 system-ui, sans-serif; }
  main { max-width: 34rem; padding: 3rem 2rem; text-align: center; }
  h1 { margin: 0 0 1rem; font-size: 2.4rem; line-height: 1.15; }
  p { margin: .4rem 0; color: #5c6b78; }
  code { padding: .15em .5em; border-radius: .4em; background: #22303c; color: #fff; }
</style>
</head>
<body>
<main>
  <h1>${escapeHtml(greeting)}</h1>
  <p>Storefront in <strong>${escapeHtml(environment)}</strong></p>
  <p>commit <code>${escapeHtml(commit.slice(0, 7))}</code></p>
</main>
</body>
</html>
`;
}

/** @param {Facts} facts */
export function createApp(facts) {
  return createServer((request, response) => {
    switch (new URL(request.url ?? '/', 'http://storefront').pathname) {
      case '/':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(facts));
        return;
      case '/version':
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ commit: facts.commit }));
        return;
      case '/healthz':
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true }));
        return;
      default:
        response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
    }
  });
}

import { parseConfiguration } from '../../src/app/configuration/load.ts';
import { summary } from '../../src/bin/check/summary.ts';

test.each<[string, string, string]>([
  ['the login of its forge', '', 'with the login of github.com, without submodules'],
  ['its own login', ', token: env:TOKEN', 'with its own login, without submodules'],
])('says that a repository is fetched with %s', (_with, token, said) => {
  const text = `forges: { github.com: { kind: github, token: env:TOKEN } }
products:
  shop:
    repository: https://github.com/acme/shop.git
    git: { submodules: false${token} }
    channel: "#shop"
    environments: [{ name: prod, mode: continuous, deploy: { run: "true" } }]`;
  const loaded = parseConfiguration(text, { TOKEN: 'S3CRET' });
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  const shown = summary(loaded.settings);
  expect(shown).toContain(`  fetched     ${said}\n`);
  expect(shown).not.toContain('S3CRET');
});

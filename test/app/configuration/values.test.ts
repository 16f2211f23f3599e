import { durationText, parseDuration } from '../../../src/app/configuration/values/duration.ts';
import { forgeLinks } from '../../../src/app/configuration/values/forge-links.ts';

test.each<[string, string | null]>([
  ['https://github.com/acme/storefront.git', 'https://github.com/acme/storefront/commit/{sha}'],
  ['https://ci:secret@github.com/acme/storefront', 'https://github.com/acme/storefront/commit/{sha}'],
  ['git@github.com:acme/storefront.git', 'https://github.com/acme/storefront/commit/{sha}'],
  ['ssh://git@gitlab.com/acme/web/shop.git', 'https://gitlab.com/acme/web/shop/-/commit/{sha}'],
  ['ssh://git@gitlab.acme.com:2222/web/shop.git', 'https://gitlab.acme.com/web/shop/-/commit/{sha}'],
  ['https://git.acme.com:8443/web/shop', 'https://git.acme.com:8443/web/shop/commit/{sha}'],
  ['https://bitbucket.org/acme/shop.git', 'https://bitbucket.org/acme/shop/commits/{sha}'],
  ['git@work:acme/shop.git', null],
  ['/srv/git/shop.git', null],
  ['file:///srv/git/shop.git', null],
])('a commit of %s is linked as %s', (repository, url) => {
  expect(forgeLinks(repository).commitUrl).toBe(url);
});

test.each<[string, string | null]>([
  ['https://github.com/acme/storefront.git', 'https://github.com/acme/storefront/compare/{from}...{to}'],
  ['git@gitlab.com:acme/web/shop.git', 'https://gitlab.com/acme/web/shop/-/compare/{from}...{to}'],
  ['https://bitbucket.org/acme/shop.git', 'https://bitbucket.org/acme/shop/branches/compare/{to}..{from}'],
  ['/srv/git/shop.git', null],
])('a range of %s is linked as %s', (repository, url) => {
  expect(forgeLinks(repository).compareUrl).toBe(url);
});

test.each<[string, number | null]>([
  ['90s', 90_000],
  ['20m', 1_200_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['0s', null],
  ['1.5h', null],
  ['20', null],
  ['20 m', null],
  ['-1m', null],
  ['1w', null],
  ['', null],
])('%p is %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [90_000, '90s'],
  [120_000, '2m'],
  [5_400_000, '90m'],
  [86_400_000, '1d'],
])('%d ms is written as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

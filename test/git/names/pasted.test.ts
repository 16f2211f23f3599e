import { readPasted } from '../../../src/git/names/pasted.ts';

const SHA = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';
const GITHUB = { name: 'shop', repository: 'https://github.com/acme/storefront.git' };
const names = (...all: string[]) => ({ names: all, otherwise: null });
const elsewhere = (theirs: string, ours: string) => ({
  names: [],
  otherwise: { kind: 'elsewhere', theirs, ours },
});
const page = { names: [], otherwise: { kind: 'page' } };

const LINKS: [string, object][] = [
  [`/commit/${SHA}`, names(SHA)],
  ['/commit/9f8e7d6', names('9f8e7d6')],
  [`/commit/${SHA}#diff-3f`, names(SHA)],
  [`/commit/${SHA}?w=1&diff=split`, names(SHA)],
  [`/commit/${SHA}.patch`, names(SHA)],
  [`/commit/${SHA}/`, names(SHA)],
  [`/commits/${SHA}`, names(SHA)],
  [`/pull/12/commits/${SHA}`, names(SHA)],
  [`/pull/12/changes/${SHA}`, names(SHA)],
  [`/tree/${SHA}/src`, names(SHA)],
  ['/tree/main', names('main')],
  ['/tree/release%2F1.4', names('release/1.4')],
  ['/blob/release/1.4/a.txt', names('release/1.4/a.txt', 'release/1.4', 'release')],
  ['/releases/tag/v1.2', names('refs/tags/v1.2')],
  ['/compare/hotfix', names('hotfix')],
  ['/compare/v1...v2', { names: [], otherwise: { kind: 'range', from: 'v1', to: 'v2' } }],
  ['/compare/main...lin:main', page],
  ['/pull/12', page],
  ['/issues/12', page],
  ['', page],
];

test.each(LINKS)('a link at GitHub: %s', (path, expected) => {
  expect(readPasted(`https://github.com/acme/storefront${path}`, GITHUB)).toEqual(expected);
});

const FORGES: [string, string, object][] = [
  ['git@github.com:acme/storefront.git', `https://github.com/ACME/Storefront/commit/${SHA}`, names(SHA)],
  ['ssh://git@ssh.github.com:443/acme/shop.git', `https://github.com/acme/shop/commit/${SHA}`, names(SHA)],
  [
    'https://www.acme.dev/a/b',
    `https://acme.dev/a/b/commit/${SHA}`,
    elsewhere('acme.dev/a/b', 'www.acme.dev/a/b'),
  ],
  ['https://gitlab.com/acme/web/shop.git', `https://gitlab.com/acme/web/shop/-/commit/${SHA}`, names(SHA)],
  [
    'https://gitlab.com/acme/web/shop.git',
    `https://gitlab.com/acme/web/shop/-/tags/v1`,
    names('refs/tags/v1'),
  ],
  [
    'https://gitlab.com/acme/web/shop.git',
    `https://gitlab.com/acme/web/shop/-/merge_requests/7/diffs?commit_id=${SHA}`,
    names(SHA),
  ],
  [
    'https://gitlab.com/acme/web/shop.git',
    `https://gitlab.com/acme/web/other/-/commit/${SHA}`,
    elsewhere('gitlab.com/acme/web/other', 'gitlab.com/acme/web/shop'),
  ],
  ['git@bitbucket.org:acme/shop.git', `https://bitbucket.org/acme/shop/commits/${SHA}`, names(SHA)],
  [
    'git@bitbucket.org:acme/shop.git',
    'https://bitbucket.org/acme/shop/branches/compare/new..old',
    { names: [], otherwise: { kind: 'range', from: 'old', to: 'new' } },
  ],
  [
    'https://git.acme.dev/scm/web/shop.git',
    `https://git.acme.dev/projects/WEB/repos/shop/commits/${SHA}`,
    names(SHA),
  ],
  [
    'https://git.acme.dev/git/scm/web/shop.git',
    `https://git.acme.dev/git/projects/WEB/repos/shop/commits/${SHA}`,
    names(SHA),
  ],
  [
    'ssh://git@git.acme.dev:7999/web/shop.git',
    `https://git.acme.dev/git/projects/WEB/repos/shop/commits/${SHA}`,
    names(SHA),
  ],
  [
    'https://codeberg.org/acme/shop.git',
    `https://codeberg.org/acme/shop/src/commit/${SHA}/a.txt`,
    names(SHA),
  ],
  [
    'https://codeberg.org/acme/shop.git',
    'https://codeberg.org/acme/shop/src/branch/main',
    names('refs/heads/main'),
  ],
  ['https://git.acme.dev:8443/shop.git', `https://git.acme.dev:8443/shop/commit/${SHA}`, names(SHA)],
  [
    'https://github.com/acme/storefront.git',
    `https://github.com/acme/billing/commit/${SHA}`,
    elsewhere('github.com/acme/billing', 'github.com/acme/storefront'),
  ],
  [
    'https://github.com/acme/storefront.git',
    `https://github.com/acme/storefront-old/commit/${SHA}`,
    elsewhere('github.com/acme/storefront-old', 'github.com/acme/storefront'),
  ],
  [
    'https://github.com/acme/storefront.git',
    `https://github.com.evil.example/acme/storefront/commit/${SHA}`,
    elsewhere('github.com.evil.example/acme/storefront', 'github.com/acme/storefront'),
  ],
  // Nobody knows where a repository on this machine is shown.
  ['/srv/git/storefront.git', 'https://github.com/acme/storefront/tree/main', names('main')],
  ['/srv/git/origin.git', `https://github.com/acme/storefront/commit/${SHA}`, names(SHA)],
  [
    '/srv/git/origin.git',
    'https://github.com/acme/other/tree/main',
    elsewhere('github.com/acme/other', 'shop'),
  ],
];

test.each(FORGES)('from %s: %s', (repository, link, expected) => {
  expect(readPasted(link, { name: 'shop', repository })).toEqual(expected);
});

const WORDS: [string, object][] = [
  ['main', names('main')],
  ['v1.', names('v1')],
  ['(main),', names('(main),', '(main)', 'main')],
  ['_main_', names('_main_', 'main')],
  ['*main*', names('main')],
  ['origin/main', names('origin/main', 'refs/heads/main')],
  ['remotes/origin/a/b', names('remotes/origin/a/b', 'refs/heads/a/b')],
  ['heads/main', names('heads/main', 'refs/heads/main')],
  ['refs/heads/main', names('refs/heads/main')],
  ['tags/v1', names('tags/v1', 'refs/tags/v1')],
  ['v1.2-14-g9f8e7d6', names('v1.2-14-g9f8e7d6', '9f8e7d6')],
  ['9f8e7d6…', names('9f8e7d6…', '9f8e7d6')],
  ['9f8e7d6...', names('9f8e7d6')],
  ['9f8e7d6..main', { names: [], otherwise: { kind: 'range', from: '9f8e7d6', to: 'main' } }],
  ['sha:9f8e7d6', names('9f8e7d6')],
  ['9f8e7d6:rocket:', names('9f8e7d6')],
  ['\u{1f680}9f8e7d6', names('\u{1f680}9f8e7d6', '9f8e7d6')],
  ['9f8e7d6\u2014', names('9f8e7d6\u2014', '9f8e7d6')],
  ['\u20229f8e7d6', names('\u20229f8e7d6', '9f8e7d6')],
  // To git these are the commit before it.
  ['9f8e7d6~', names()],
  ['9f8e7d6^', names()],
  ['9f8e7d6~1', names()],
  ['main~2', names()],
  ['@', names()],
  ['shop@9f8e7d6', names('shop@9f8e7d6', '9f8e7d6')],
  ['storefront@main', names('storefront@main', 'main')],
  ['acme/storefront@9f8e7d6', names('acme/storefront@9f8e7d6', '9f8e7d6')],
  ['billing@9f8e7d6', { ...elsewhere('billing', 'github.com/acme/storefront'), names: ['billing@9f8e7d6'] }],
  ['--upload-pack=x', names()],
  [`<https://github.com/acme/storefront/commit/${SHA}|9f8e7d6>,`, names(SHA)],
  [`[9f8e7d6](https://github.com/acme/storefront/commit/${SHA})`, names(SHA)],
];

test.each(WORDS)('the word %s is tried unchanged first', (typed, expected) => {
  expect(readPasted(typed, GITHUB)).toEqual(expected);
});

test('a word of thousands of brackets gives only a few names', () => {
  expect(readPasted(`${'('.repeat(100)}main`, GITHUB).names.length).toBeLessThan(10);
  expect(readPasted(`${'('.repeat(100_000)}main`, GITHUB).names).toEqual([]);
});

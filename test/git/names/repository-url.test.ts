import {
  parseRepositoryUrl,
  redactCredentials,
  sameRepository,
} from '../../../src/git/names/repository-url.ts';

const GITHUB = 'https://github.com/acme/storefront.git';

describe('the address of a repository', () => {
  it.each([
    [GITHUB, 'https', 'github.com', null, 'acme/storefront'],
    ['https://GitHub.com:443/acme/storefront/', 'https', 'github.com', null, 'acme/storefront'],
    ['https://bot:pw@git.example.com:8443/a/b/c.git', 'https', 'git.example.com', 8443, 'a/b/c'],
    ['git@github.com:acme/storefront.git', 'ssh', 'github.com', null, 'acme/storefront'],
    ['ssh://git@github.com/acme/storefront', 'ssh', 'github.com', null, 'acme/storefront'],
    ['ssh://git@git.example.com:2222/acme/storefront.git', 'ssh', 'git.example.com', 2222, 'acme/storefront'],
    ['ssh://git@ssh.github.com:443/acme/storefront.git', 'ssh', 'github.com', null, 'acme/storefront'],
    ['git@altssh.bitbucket.org:acme/storefront', 'ssh', 'bitbucket.org', null, 'acme/storefront'],
    ['ssh://git@altssh.gitlab.com:443/a/b/c', 'ssh', 'gitlab.com', null, 'a/b/c'],
    ['/srv/git/storefront.git', 'file', '', null, '/srv/git/storefront'],
    ['file:///srv/git/storefront.git/', 'file', '', null, '/srv/git/storefront'],
  ])('%s', (text, transport, host, port, path) => {
    expect(parseRepositoryUrl(text)).toEqual({ kind: 'ok', url: { transport, host, port, path, text } });
  });

  it.each([
    '',
    '-oProxyCommand=touch',
    '--upload-pack=x',
    'ext::sh -c touch% /tmp/x',
    'ext::sh',
    'http://github.com/acme/storefront',
    'git://github.com/acme/storefront',
    'ssh://-oProxyCommand=x/acme/storefront',
    '-host:acme/storefront',
    'git@-oProxyCommand=x:acme/storefront',
    'git@github.com:-x',
    '-u@github.com:acme/storefront',
    'https://github.com',
    'https://github.com/',
    'https://github.com/a/b?x=1',
    'file://host/srv/git',
    './relative',
    'relative',
    'https://github.com/a b',
    'https://github.com/a\nb',
  ])('refuses %j', (text) => {
    expect(parseRepositoryUrl(text)).toMatchObject({ kind: 'invalid', reason: expect.any(String) });
  });

  it.each([
    [GITHUB, 'https://github.com/acme/storefront', true],
    [GITHUB, 'git@github.com:acme/storefront.git', true],
    [GITHUB, 'ssh://git@github.com:22/acme/storefront.git', true],
    [GITHUB, 'git://github.com/acme/storefront.git', true],
    [GITHUB, 'https://user:token@GITHUB.com/Acme/Storefront.git/', true],
    [GITHUB, 'https://github.com/acme/storefront2', false],
    [GITHUB, 'https://github.com/other/storefront', false],
    [GITHUB, 'https://github.com.evil.example/acme/storefront', false],
    [GITHUB, 'https://evil.example/github.com/acme/storefront', false],
    ['https://git.example.com/acme/storefront', 'http://git.example.com/acme/storefront', true],
    ['https://git.example.com/acme/storefront', 'https://git.example.com/Acme/storefront', false],
    ['https://git.example.com:8443/a/b', 'https://git.example.com:9443/a/b', false],
    ['https://git.example.com:8443/a/b', 'ssh://git@git.example.com:2222/a/b', true],
    ['/srv/git/a.git', 'file:///srv/git/a', true],
    ['/srv/git/a.git', 'https://host/srv/git/a', false],
    ['', '', false],
    ['nonsense', 'nonsense', false],
  ])('whether %s and %s are the same: %s', (a, b, same) => {
    expect(sameRepository(a, b)).toBe(same);
    expect(sameRepository(b, a)).toBe(same);
  });

  it('is shown without its password', () => {
    expect(redactCredentials("fatal: 'https://bot:p@ss@host/x' and ssh://git@host/y")).toBe(
      "fatal: 'https://***@host/x' and ssh://***@host/y",
    );
    expect(redactCredentials('https://host/a@b')).toBe('https://host/a@b');
    // Whatever is before it: the time must not grow with its square.
    const long = 'a'.repeat(2_000_000);
    expect(redactCredentials(`${long}https://bot:p@host/x`)).toBe(`${long}https://***@host/x`);
  });
});

import { classify, isBeforePush } from '../../../src/git/commands/git-error.ts';

/** What git says after every failure of ssh. */
const READ =
  'fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n';

const web = (status: number) =>
  `fatal: unable to access 'https://x/a.git/': The requested URL returned error: ${status}`;

describe('the plain text of a git error', () => {
  it.each([
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'unreachable', 'host not found'],
    [
      'ssh: Could not resolve hostname x: Name or service not known\nfatal: Could not read from remote repository.',
      'unreachable',
      'host not found',
    ],
    [
      "fatal: unable to access 'https://x/': Failed to connect to x port 443: Connection refused",
      'unreachable',
      'connection refused',
    ],
    ['ssh: connect to host x port 22: Connection timed out', 'unreachable', 'the host does not answer'],
    [
      "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
      'auth',
      'the host requires a login',
    ],
    [
      'git@github.com: Permission denied (publickey).',
      'auth',
      'the host refuses our ssh key, or there is none',
    ],
    [
      'WARNING: UNPROTECTED PRIVATE KEY FILE!\nLoad key "/home/slipway/.ssh/id_rsa": bad permissions\ngit@x: Permission denied (publickey).',
      'auth',
      'ssh uses no key file that others can read: let only its owner read it',
    ],
    [
      "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none",
      'untrusted',
      'the certificate of the host is not trusted',
    ],
    [
      'Host key verification failed.',
      'untrusted',
      'the host key is not known: put it into git.knownHosts, when its operator has confirmed it',
    ],
    [
      '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key for git.acme.dev has changed and you have requested strict checking.\nHost key verification failed.',
      'untrusted',
      'the host shows another key than the one that is known: if its operator renewed it, put the new one into git.knownHosts, else somebody may be in between',
    ],
    [
      "fatal: unable to access 'https://x/': The requested URL returned error: 403",
      'auth',
      'the host refuses access',
    ],
    ['ERROR: Repository not found.', 'notFound', 'no such repository'],
    ["fatal: repository 'https://x/' not found", 'notFound', 'no such repository'],
    ['fatal: bad object ffff', 'notFound', 'no such commit'],
    ['fatal: remote error: upload-pack: not our ref ffff', 'notFound', 'no such commit'],
    ['error: Server does not allow request for unadvertised object ffff', 'notFound', 'no such commit'],
    [
      `remote:\nremote: ${'='.repeat(72)}\nremote: ERROR: The project you were looking for could not be found or you don't have permission to view it.\nremote:\n${READ}`,
      'notFound',
      'no such repository',
    ],
    [`Forgejo: Cannot find repository: acme/shop\n${READ}`, 'notFound', 'no such repository'],
    [`Gitea: Unauthorized\n${READ}`, 'auth', 'the host refuses access'],
    [`ssh -oBatchMode=yes: 1: ssh: not found\n${READ}`, 'other', 'ssh is not installed where Slipway runs'],
    [
      `Warning: Permanently added 'x' (ED25519) to the list of known hosts.\nUnable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss\n${READ}`,
      'other',
      'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss',
    ],
    [
      `remote: ERROR: The 'acme' organization has enabled or enforced SAML SSO.\n${READ}`,
      'other',
      "ERROR: The 'acme' organization has enabled or enforced SAML SSO.",
    ],
    [web(500), 'unreachable', 'the host answers with a failure of its own'],
    [web(503), 'unreachable', 'the host answers with a failure of its own'],
    [web(429), 'unreachable', 'the host wants fewer requests'],
    [web(410), 'notFound', 'no such repository'],
    [
      'fatal: https://x/a.git/info/refs not valid: is this a git repository?',
      'other',
      'the host answers with a web page instead of the repository: check the address',
    ],
    [
      'fatal: unable to update url base from redirection:\n  asked for: https://x/a.git/info/refs\n   redirect: https://x/login?next=a',
      'other',
      'the host answers with a web page instead of the repository: check the address',
    ],
    ["fatal: unable to access 'https://x/a.git/': Empty reply from server", 'unreachable', 'connection lost'],
    ['fatal: the remote end hung up unexpectedly', 'unreachable', 'connection lost'],
    [
      'error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\nfatal: the remote end hung up unexpectedly',
      'auth',
      'the host refuses access',
    ],
    [
      'fatal: remote error: upload-pack: not our ref ffff\nfatal: the remote end hung up unexpectedly',
      'notFound',
      'no such commit',
    ],
    [READ, 'other', 'git failed'],
    ['fatal: something new', 'other', 'something new'],
    ['', 'other', 'git failed'],
  ])('%s', (stderr, kind, text) => {
    expect(classify(stderr)).toEqual({ kind, text });
  });
});

describe('a push has certainly changed nothing', () => {
  it.each([
    ['GitHub, over ssh', `ERROR: The key you are authenticating with has been marked as read only.\n${READ}`],
    [
      'GitLab, over ssh',
      `remote: \nremote: ERROR: This deploy key does not have write access to this project.\nremote: \n${READ}`,
    ],
    ['Gitea, over ssh', `Forgejo: Unauthorized\n${READ}`],
    ['a host that is away', `ssh: connect to host x port 22: Connection refused\n${READ}`],
    ['a host that hangs up', 'fatal: the remote end hung up upon initial contact'],
    ['a login that may only read', web(403)],
    ['a host behind a proxy', web(502)],
    [
      'a push that is refused as a whole',
      'error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\nfatal: the remote end hung up unexpectedly',
    ],
  ])('when %s refuses it', (_, stderr) => {
    expect(isBeforePush({ stderr })).toBe(true);
  });

  it.each([
    ['a connection that breaks', 'fatal: the remote end hung up unexpectedly'],
    ['a proxy in between', 'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502'],
    [
      'what hooks say',
      `remote: access denied: forbidden\nremote: ${web(403)}\nfatal: the remote end hung up unexpectedly`,
    ],
    ['a time limit', ''],
  ])('but not by %s', (_, stderr) => {
    expect(isBeforePush({ stderr })).toBe(false);
  });
});

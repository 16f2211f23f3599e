/** What failed, as far as callers need to know. */
export type GitErrorKind =
  /** The repository's host does not answer. */
  | 'unreachable'
  /** The host answers, but refuses access. */
  | 'auth'
  /** The host does not prove that it is the one that is known: its ssh key or its certificate. Nothing was sent to it. */
  | 'untrusted'
  /** The repository or the commit does not exist. */
  | 'notFound'
  | 'timeout'
  | 'other';

/**
 * A failure of git or of the connection to the repository. `message` is written for people. Neither `message` nor
 * `stderr` contains a password.
 */
export class GitError extends Error {
  readonly kind: GitErrorKind;
  /** The output of git, verbatim except that credentials are blanked out. */
  readonly stderr: string;

  constructor(kind: GitErrorKind, message: string, stderr: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GitError';
    this.kind = kind;
    this.stderr = stderr;
  }
}

/** Messages of git (with LC_ALL=C), most specific first: an ssh failure also ends with a general "could not read". */
const SAYINGS: readonly { pattern: RegExp; kind: GitErrorKind; text: string }[] = [
  { pattern: /ssh: (command )?not found/i, kind: 'other', text: 'ssh is not installed where Slipway runs' },
  { pattern: /could not resolve host/i, kind: 'unreachable', text: 'host not found' },
  { pattern: /connection refused/i, kind: 'unreachable', text: 'connection refused' },
  { pattern: /timed out/i, kind: 'unreachable', text: 'the host does not answer' },
  { pattern: /network is unreachable|no route to host/i, kind: 'unreachable', text: 'no route to the host' },
  {
    pattern: /connection (was )?(reset|closed)|unexpected disconnect|early EOF/i,
    kind: 'unreachable',
    text: 'connection lost',
  },
  {
    pattern: /remote host identification has changed|host key for .* has changed/i,
    kind: 'untrusted',
    text: 'the host shows another key than the one that is known: if its operator renewed it, put the new one into git.knownHosts, else somebody may be in between',
  },
  {
    pattern: /revoked host key/i,
    kind: 'untrusted',
    text: 'the host shows a key that was revoked: somebody may be in between',
  },
  {
    pattern: /host key verification failed/i,
    kind: 'untrusted',
    text: 'the host key is not known: put it into git.knownHosts, when its operator has confirmed it',
  },
  {
    pattern: /unprotected private key file/i,
    kind: 'auth',
    text: 'ssh uses no key file that others can read: let only its owner read it',
  },
  {
    pattern: /load key /i,
    kind: 'auth',
    text: 'our ssh key cannot be read: it is damaged, or not a private key',
  },
  { pattern: /permission denied \(/i, kind: 'auth', text: 'the host refuses our ssh key, or there is none' },
  {
    pattern: /could not read (username|password)|authentication failed/i,
    kind: 'auth',
    text: 'the host requires a login',
  },
  {
    pattern: /returned error: 40[13]|access denied|forbidden|: unauthorized$/im,
    kind: 'auth',
    text: 'the host refuses access',
  },
  {
    pattern: /repository .*not found|returned error: 4(04|10)/i,
    kind: 'notFound',
    text: 'no such repository',
  },
  {
    // git, GitLab, Bitbucket and Gitea, Forgejo.
    pattern:
      /does not appear to be a git repository|project you were looking for could not be found|repository does not exist|cannot find repository/i,
    kind: 'notFound',
    text: 'no such repository',
  },
  { pattern: /certificate/i, kind: 'untrusted', text: 'the certificate of the host is not trusted' },
  { pattern: /transport .* not allowed/i, kind: 'other', text: 'this kind of address is not allowed' },
  {
    pattern: /returned error: 5\d\d/i,
    kind: 'unreachable',
    text: 'the host answers with a failure of its own',
  },
  { pattern: /returned error: 429/i, kind: 'unreachable', text: 'the host wants fewer requests' },
  {
    pattern: /not valid: is this a git repository|unable to update url base from redirection/i,
    kind: 'other',
    text: 'the host answers with a web page instead of the repository: check the address',
  },
  { pattern: /empty reply from server/i, kind: 'unreachable', text: 'connection lost' },
  { pattern: /failed to connect|unable to access/i, kind: 'unreachable', text: 'the host cannot be reached' },
  { pattern: /couldn't find remote ref/i, kind: 'notFound', text: 'no such branch or tag' },
  {
    pattern:
      /bad object|not a valid object|not a valid commit|unknown revision|invalid revision|bad revision|nonexistent object|not our ref|unadvertised object/i,
    kind: 'notFound',
    text: 'no such commit',
  },
  { pattern: /no space left/i, kind: 'other', text: 'the disk is full' },
  { pattern: /dubious ownership/i, kind: 'other', text: 'the repository belongs to another user' },
  { pattern: /hung up unexpectedly/i, kind: 'unreachable', text: 'connection lost' },
];

/** Classifies git's error output. Nothing else interprets messages of git. */
export function classify(stderr: string): { kind: GitErrorKind; text: string } {
  for (const { pattern, kind, text } of SAYINGS) {
    if (pattern.test(stderr)) return { kind, text };
  }
  const lines = stderr.split('\n').map((line) => line.replace(/^remote:/, '').trim());
  const said = lines.filter((line) => /\w/.test(line) && !ALWAYS.test(line));
  const line = said.find((one) => one.startsWith('fatal:')) ?? said[0] ?? '';
  return { kind: 'other', text: line.replace(/^fatal: /, '').slice(0, SAID_MAX) || 'git failed' };
}

/**
 * What git says itself when a host did not let it begin a push: before it was told what the branches are on, or as the
 * answer to the one request that pushes. What hooks print begins with `remote:`.
 */
const BEFORE_PUSH = [
  /^fatal: (could not read from remote repository|the remote end hung up upon initial contact)/im,
  /^fatal: (unable to access|authentication failed|could not read (username|password)|repository .*not found)/im,
  /^error: RPC failed; HTTP 40[134]/im,
];

/** Whether a push that failed so has certainly changed nothing. */
export function isBeforePush({ stderr }: Pick<GitError, 'stderr'>): boolean {
  return BEFORE_PUSH.some((pattern) => pattern.test(stderr));
}

/** What git adds whatever ssh or the host said. */
const ALWAYS =
  /^(fatal: )?(could not read from remote repository|please make sure you have the correct|and the repository exists|warning: permanently added)/i;
/** In characters. */
const SAID_MAX = 300;

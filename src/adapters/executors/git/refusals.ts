import type { PushRefusal } from '../../../git/changes/types.ts';
import type { GitErrorKind } from '../../../git/commands/git-error.ts';
import { parseRepositoryUrl } from '../../../git/names/repository-url.ts';

/** A repository as people know it: its host and path, without a login. */
export function nameOf(repository: string): string {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid') return 'the repository';
  const { host, path } = parsed.url;
  return host === '' ? path : `${host}/${path}`;
}

/** What somebody must do so that the repository can be read. A whole sentence. */
export function fetchTodo(kind: GitErrorKind): string {
  switch (kind) {
    case 'auth':
    case 'notFound':
      return 'The login of its forge in `forges`, or the one in its address, must be able to read it and to push to it';
    case 'untrusted':
      return '`git.knownHosts` of the product must have the key of the host, and this machine trust its certificate';
    case 'unreachable':
    case 'timeout':
      return 'Nothing was pushed: try again when it answers';
    case 'other':
      return 'Nothing was pushed: see whether git can fetch it by hand';
    default:
      return kind satisfies never;
  }
}

/** What somebody must do so that a push is taken. A whole sentence. */
export function pushTodo(why: PushRefusal['why']): string {
  switch (why) {
    case 'access':
      return 'The login must have the right to push';
    case 'rule':
      return 'Let the login push there without a pull request, or name another branch';
    default:
      return why satisfies never;
  }
}

import { splitLogin } from '../../../git/names/repository-url.ts';

/** A password or token inside the address, which is masked like any other secret. */
export function addressSecrets(repository: string): string[] {
  const { login } = splitLogin(repository);
  if (login === null) return [];
  const { username, password } = new URL(repository);
  const secret = login.password ?? login.user;
  return [password === '' ? username : password, secret];
}

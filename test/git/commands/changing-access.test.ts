import { tmpdir } from 'node:os';
import { changingAccess, NO_ACCESS, openAccess } from '../../../src/git/commands/access.ts';

const repository = 'https://git.example.com/acme/shop.git';
const withToken = (token: string) =>
  openAccess({ repository, settings: { ...NO_ACCESS, token }, directory: tmpdir() });

test('a login that is rotated is used from then on, for submodules that are open too', async () => {
  let present = withToken('first');
  const access = changingAccess(() => present);
  const submodule = access.to('https://git.example.com/acme/lib.git');
  for (const one of [access, submodule]) expect((await one.reach()).secrets).toContain('first');
  present = withToken('second');
  for (const one of [access, submodule]) {
    const { secrets } = await one.reach();
    expect(secrets).toContain('second');
    expect(secrets).not.toContain('first');
  }
});

test('a login that was refused is known as long as the access is the same', async () => {
  const asked: (string | null)[] = [];
  const settings = NO_ACCESS;
  const open = () =>
    openAccess({
      repository,
      settings,
      directory: tmpdir(),
      async askLogin(refused) {
        asked.push(refused);
        return { user: 'bot', password: `given ${asked.length}` };
      },
    });
  let present = open();
  const submodule = changingAccess(() => present).to('https://git.example.com/acme/lib.git');
  await submodule.reach();
  expect(submodule.refused()).toBe(true);
  await submodule.reach();
  present = open();
  expect(submodule.refused()).toBe(false);
  await submodule.reach();
  expect(asked).toEqual([null, 'given 1', null]);
});

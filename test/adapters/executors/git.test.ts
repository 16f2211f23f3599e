import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGitExecutor } from '../../../src/adapters/executors/git/git.ts';
import type { GitRun } from '../../../src/flow/settings/steps.ts';
import { openChanges } from '../../../src/git/changes/changes.ts';
import type { Executor } from '../../../src/ports/executor.ts';
import { type GitWorld, gitWorld, VALUES } from '../../support/executors/git.ts';
import { attemptOf, COMMIT } from '../../support/executors/world.ts';

describe('a deploy by a push', () => {
  let world: GitWorld;
  let executor: Executor;
  const other = (over: Partial<GitRun>, repository = world.target.repository) =>
    openGitExecutor({
      target: { ...world.target, repository, ...over },
      changes: openChanges({ directory: `${world.repository.directory}-changes`, repository }),
      secrets: [...world.secrets],
    });
  beforeEach(async () => {
    world = await gitWorld();
    executor = other({ set: [{ path: ['image', 'tag'], value: '{commit}' }] });
  });
  afterEach(() => world.close());

  const attempt = attemptOf();
  const show = () => world.there('show', `main:${VALUES}`);
  const errored = (reason: unknown) => ({
    kind: 'ended',
    run: null,
    outcome: { kind: 'errored', ran: false, reason },
  });

  test('is a commit that says what it is, and its page is linked', async () => {
    const seen = await executor.start(attempt);
    const sha = world.there('rev-parse', 'main').trim();
    const run = { id: sha, url: `https://git.acme.dev/acme/config/commit/${sha}` };
    expect(seen).toEqual({ kind: 'ended', run, outcome: { kind: 'succeeded' } });
    expect(show()).toBe(`# The shop.\nimage:\n  tag: ${COMMIT} # by Slipway\n`);
    expect(world.there('log', '-1', '--format=%an: %B', 'main').trim()).toBe(
      `Slipway: Deploy aaaaaaa of storefront in prod

prod#42, by Slipway.

Slipway-Release: prod#42
Slipway-Attempt: ${attempt.key}`,
    );
    expect(await executor.find(attempt)).toEqual(seen);
    expect(await executor.cancel(attempt, run)).toMatchObject({ kind: 'impossible' });
    // What stands there already needs no commit, also for another attempt, and is found without one.
    const again = attemptOf({ key: 'slip-2', kind: 'rollback' });
    expect(await executor.start(again)).toEqual(seen);
    expect(await executor.find(attemptOf({ key: 'slip-3' }))).toEqual(seen);
    expect(world.there('rev-parse', 'main').trim()).toBe(sha);
  });

  test('whose answer was lost is a success, as its commit stands there', async () => {
    world.server.fault = { kind: 'lost', at: /./ };
    expect(await executor.start(attempt)).toMatchObject({ outcome: { kind: 'succeeded' } });
    expect(world.starts(attempt.key)).toBe(1);
  });

  test('that is refused says what the host said, and what to do', async () => {
    const hook = join(world.repository.url, 'hooks', 'pre-receive');
    mkdirSync(join(hook, '..'), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\necho "GH006: Protected branch. ${world.secrets[0]}" >&2\nexit 1\n`);
    chmodSync(hook, 0o755);
    const host = new URL(world.server.origin).hostname;
    expect(await executor.start(attempt)).toEqual(
      errored(
        `${host}/origin refused the push to main: “GH006: Protected branch. ***”. Let the login push there without a pull request, or name another branch`,
      ),
    );
    world.there('config', 'http.receivepack', 'false');
    expect(await executor.start(attempt)).toEqual(
      errored(expect.stringMatching(/the host refuses access.*right to push$/)),
    );
  });

  test.each<[over: Partial<GitRun>, reason: string]>([
    [{ branch: 'none' }, 'there is no branch none: push it first, or correct branch'],
    [
      { file: 'apps/{product}.yaml' },
      'there is no file apps/storefront.yaml on main: put it there once, or correct file',
    ],
    [{ file: '{ref}/x.yaml' }, '"../x.yaml" cannot be the name of a file: correct file'],
    [
      { set: [{ path: ['image'], value: 'x' }] },
      'apps/prod/values.yaml on main of HOST/origin: image is a map: name a value in it',
    ],
  ])('does not run with %j', async (over, reason) => {
    const seen = await other(over).start(attemptOf({ ref: '..' }));
    const host = new URL(world.server.origin).hostname;
    expect(seen).toEqual(errored(expect.stringContaining(reason.replace('HOST', host))));
    expect(await other(over).find(attemptOf({ ref: '..' }))).toEqual({ kind: 'notFound' });
  });

  test('does not run at a host that is away, or without a login', async () => {
    const stranger = world.target.repository.replace(/bot:[^@]*@/, 'bot:wrong-password@');
    expect(await other({}, stranger).start(attempt)).toEqual(
      errored(expect.stringMatching(/requires a login\. The login of its forge/)),
    );
    await world.server.close();
    expect(await executor.start(attempt)).toEqual(
      errored(expect.stringMatching(/try again when it answers$/)),
    );
    expect(await executor.find(attempt)).toMatchObject({ kind: 'unknown', until: null });
  });
});

import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from '../../src/demo/project/git.ts';
import { Pusher } from '../../src/demo/project/push.ts';
import { createRepository, type DemoRepository } from '../../src/demo/project/repository.ts';
import { parseRepositoryUrl } from '../../src/git/names/repository-url.ts';
import { type Heard, listener, run, runNode } from './support.ts';

const SECRET = 'a secret of the demo';

describe('the repository of the demo', () => {
  let root: string;
  let repository: DemoRepository;
  let forge: Awaited<ReturnType<typeof listener>>;

  beforeEach(async () => {
    // People have spaces and quotes in the paths of their projects.
    root = mkdtempSync(join(tmpdir(), "slipway demo's "));
    forge = await listener();
    repository = await createRepository(root);
  });
  afterEach(() => {
    forge.server.close();
    rmSync(root, { recursive: true, force: true });
  });

  const head = () => git(repository.directory, ['rev-parse', 'HEAD']);
  const payload = (heard: Heard | undefined) => JSON.parse(heard?.body ?? '{}');
  const hears = () => repository.notify(`${forge.url}/hooks/github`, SECRET);

  test('can be named in a configuration and fetched', async () => {
    expect(parseRepositoryUrl(repository.url)).toMatchObject({ kind: 'ok', url: { transport: 'file' } });
    const fetched = await git(root, ['ls-remote', repository.url, 'refs/heads/main']);
    expect(fetched).toBe(`${await head()}\trefs/heads/main`);
  });

  test('announces a push as GitHub does: signed, with its own delivery id', async () => {
    const before = await head();
    await hears();
    const change = await new Pusher(repository.directory).pushChange('Mo');
    expect(forge.heard).toHaveLength(1);
    const [heard] = forge.heard;
    expect(heard?.path).toBe('/hooks/github');
    expect(heard?.headers).toMatchObject({
      'x-github-event': 'push',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET)
        .update(heard?.body ?? '')
        .digest('hex')}`,
    });
    expect(payload(heard)).toMatchObject({
      ref: 'refs/heads/main',
      before,
      after: change.sha,
      deleted: false,
      repository: { full_name: 'acme/storefront', clone_url: repository.url },
      pusher: { name: 'Mo' },
      head_commit: { id: change.sha, message: change.subject, author: { name: 'Mo' } },
    });
    expect(change.sha).toBe(await head());
  });

  test('announces a push that a person types, whatever their own git configuration', async () => {
    await hears();
    const config = join(root, 'gitconfig');
    writeFileSync(
      config,
      '[core]\nhooksPath = /nowhere\n[commit]\ngpgSign = true\n[push]\ndefault = nothing\n',
    );
    const typed = 'echo "Hello from me" > greeting.txt && git commit -am "Say hello" && git push';
    const { code, output } = await run('sh', ['-c', typed], {
      cwd: repository.directory,
      env: { GIT_CONFIG_GLOBAL: config, HOME: root },
    });
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('reported the push to refs/heads/main to Slipway');
    expect(payload(forge.heard[0])).toMatchObject({ pusher: { name: 'Ada' }, after: await head() });
  });

  test('announces each ref, and the deletion of a branch', async () => {
    await hears();
    await git(repository.directory, ['push', '--quiet', 'origin', 'HEAD:refs/heads/a', 'HEAD:refs/heads/b']);
    await git(repository.directory, ['push', '--quiet', 'origin', ':refs/heads/a']);
    expect(forge.heard.map((heard) => [payload(heard).ref, payload(heard).deleted])).toEqual([
      ['refs/heads/a', false],
      ['refs/heads/b', false],
      ['refs/heads/a', true],
    ]);
    expect(payload(forge.heard[2])).toMatchObject({ head_commit: null, pusher: { name: 'someone' } });
    expect(new Set(forge.heard.map(({ headers }) => headers['x-github-delivery'])).size).toBe(3);
  });

  test('accepts a push while the bot is down', async () => {
    await repository.notify('http://127.0.0.1:1/hooks/github', SECRET);
    await new Pusher(repository.directory).pushChange();
    expect(await git(root, ['ls-remote', repository.url, 'refs/heads/main'])).toContain(await head());
  });

  test('handles button presses one after the other, each with a visible change', async () => {
    const pusher = new Pusher(repository.directory);
    const changes = await Promise.all([pusher.pushChange(), pusher.pushChange(), pusher.pushChange()]);
    expect(new Set(changes.map(({ subject }) => subject)).size).toBe(3);
    expect(await git(repository.directory, ['rev-list', '--count', 'origin/main'])).toBe('4');
  });

  test('pushes uncommitted edits of a person, and never overwrites them', async () => {
    writeFileSync(join(repository.directory, 'greeting.txt'), 'My own words\n');
    const { subject } = await new Pusher(repository.directory).pushChange('Ada');
    expect(subject).toBe('Change the greeting');
    expect(readFileSync(join(repository.directory, 'greeting.txt'), 'utf8')).toBe('My own words\n');
    expect(await git(repository.directory, ['show', 'origin/main:greeting.txt'])).toBe('My own words');
  });

  test('contains a product that builds and passes its tests, and whose tests can fail', async () => {
    const options = { cwd: repository.directory, env: { SLIPWAY_COMMIT: 'a'.repeat(40) } };
    const built = await runNode(['build.js'], options);
    expect(built).toMatchObject({ code: 0, output: expect.stringContaining('built 5 files') });
    const tested = await runNode(['test.js'], options);
    expect(tested).toMatchObject({ code: 0, output: expect.stringContaining('4 tests passed') });
    writeFileSync(join(repository.directory, 'greeting.txt'), '');
    const broken = await runNode(['test.js'], options);
    expect(broken).toMatchObject({ code: 1, output: expect.stringContaining('✕ the greeting is one line') });
  });

  test('contains the sources as written, without compiler comments', async () => {
    const source = fileURLToPath(new URL('../../src/demo/product/app.js', import.meta.url));
    expect(readFileSync(join(repository.directory, 'app.js'), 'utf8')).toBe(readFileSync(source, 'utf8'));
  });
});

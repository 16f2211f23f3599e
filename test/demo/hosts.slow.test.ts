import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hosts, startHosts } from '../../src/demo/hosts/hosts.ts';
import { git } from '../../src/demo/project/git.ts';
import { Pusher } from '../../src/demo/project/push.ts';
import { createRepository } from '../../src/demo/project/repository.ts';
import { storefrontSettings } from '../../src/demo/project/settings.ts';
import { runs, until } from '../runner/processes.ts';
import { runNode, versionOf } from './support.ts';

describe('the servers of the demo', () => {
  let root: string;
  let directory: string;
  let hosts: Hosts;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'slipway demo '));
    ({ directory } = await createRepository(root));
    hosts = await startHosts(join(root, 'environments'), ['integration', 'prod']);
  });
  afterEach(async () => {
    await hosts.close();
    rmSync(root, { recursive: true, force: true });
  });

  const url = (name: string) => hosts.addresses.find(({ environment }) => environment === name)?.url ?? '';
  const head = () => git(directory, ['rev-parse', 'HEAD']);

  /** Runs a script of the product as the bot would. */
  async function script(name: string, environment: string, commit: string) {
    const given = {
      repository: 'file:///x',
      webhookSecret: 'secret',
      servers: join(root, 'environments'),
      hosts,
    };
    const { env } = storefrontSettings(given);
    return runNode([name], {
      cwd: directory,
      env: { ...env, SLIPWAY_ENVIRONMENT: environment, SLIPWAY_COMMIT: commit },
    });
  }
  async function ship(environment: string): Promise<string> {
    const commit = await head();
    for (const name of ['build.js', 'deploy.js', 'smoke.js']) {
      expect(await script(name, environment, commit)).toMatchObject({ code: 0 });
    }
    return commit;
  }
  const processIn = (output: string) => Number(/process (\d+)/.exec(output)?.[1]);

  test('say that nothing is deployed until something is', async () => {
    const answer = await fetch(url('prod'));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('Nothing is deployed to <strong>prod</strong> yet');
    const commit = await ship('prod');
    expect(await versionOf(url('prod'))).toBe(commit);
    expect(await (await fetch(url('prod'))).text()).toContain('Storefront in <strong>prod</strong>');
    expect((await fetch(url('integration'))).status).toBe(503);
  });

  test('keep their address when another, the same or an older commit is deployed', async () => {
    const first = await ship('integration');
    const { sha } = await new Pusher(directory).pushChange();
    await ship('integration');
    expect(await versionOf(url('integration'))).toBe(sha);
    await ship('integration');
    await git(directory, ['checkout', '--quiet', first]);
    await ship('integration');
    expect(await versionOf(url('integration'))).toBe(first);
  });

  test('a verification fails where another commit runs, and says which', async () => {
    const commit = await ship('prod');
    const verified = await script('smoke.js', 'prod', 'b'.repeat(40));
    expect(verified.code).toBe(1);
    expect(verified.output).toContain(`it runs ${commit} (expected ${'b'.repeat(40)})`);
    expect((await script('smoke.js', 'integration', commit)).output).toContain('GET /version 503');
  });

  test('keep the old app running when the deploy fails because the new one does not start', async () => {
    const commit = await ship('prod');
    writeFileSync(join(directory, 'server.js'), 'throw new Error("no database");\n');
    await git(directory, ['commit', '--quiet', '-am', 'Break it']);
    await script('build.js', 'prod', await head());
    const deployed = await script('deploy.js', 'prod', await head());
    expect(deployed.code).toBe(1);
    expect(deployed.output).toContain('no database');
    expect(await versionOf(url('prod'))).toBe(commit);
  });

  test('leave no app running when they close', async () => {
    const commit = await head();
    await script('build.js', 'prod', commit);
    const pid = processIn((await script('deploy.js', 'prod', commit)).output);
    expect(runs(pid)).toBe(true);
    await hosts.close();
    expect(runs(pid)).toBe(false);
    hosts = await startHosts(join(root, 'environments'), []);
  });

  test('leave no app running when they are killed', async () => {
    const commit = await head();
    await script('build.js', 'prod', commit);
    await script('deploy.js', 'prod', commit);
    const built = new URL('../../dist/demo/hosts/hosts.js', import.meta.url).href;
    const program = `
      const { startHosts } = await import(${JSON.stringify(built)});
      const hosts = await startHosts(${JSON.stringify(join(root, 'environments'))}, ['prod']);
      console.log(await (await fetch(hosts.operator + '/restart/prod', { method: 'POST' })).text());`;
    const killed: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    let output = '';
    killed.stdout?.on('data', (text: Buffer) => {
      output += text;
    });
    try {
      await until('the app runs', () => processIn(output) > 0);
      expect(runs(processIn(output))).toBe(true);
    } finally {
      killed.kill('SIGKILL');
    }
    await until('the app is gone', () => !runs(processIn(output)));
  });
});

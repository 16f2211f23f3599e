import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ConfigurationError } from '../../../src/app/configuration/problems/problem.ts';
import { Reloader } from '../../../src/app/reload/reloader.ts';
import { fileSource } from '../../../src/app/reload/source.ts';
import { Troubles } from '../../../src/flow/services/troubles.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { until } from '../../support/until.ts';

const channel = (name: string, secret = 'file:/SECRET') => `
products:
  shop:
    repository: /srv/shop
    channel: "#${name}"
    webhook: { secret: "${secret}" }
    environments: [{ name: prod, mode: approval, deploy: { run: "true" } }]
`;

describe('a configuration that is read again', () => {
  let top: string;
  let stop: AbortController;
  const at = (...path: string[]) => join(top, ...path);
  const write = (text: string) => writeFileSync(at('slipway.yml'), text.replace('/SECRET', at('secret')));

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'slipway-reload-'));
    stop = new AbortController();
    writeFileSync(at('secret'), 'the-first-secret\n');
    write(channel('one'));
  });
  afterEach(() => {
    stop.abort();
    rmSync(top, { recursive: true, force: true });
  });

  /**
   * A reloader of a process that has read the files as they are. `refuse`: what the process cannot take. `onLook`: called before
   * each look at the files.
   */
  function opened(
    refuse: (settings: Settings) => ConfigurationError[] = () => [],
    file = at('slipway.yml'),
    onLook = () => {},
  ) {
    const variables = {
      SLACK_BOT_TOKEN_FILE: at('token'),
      SLACK_SIGNING_SECRET: 'signing-secret',
      DATA_DIR: top,
      HOOK_FILE: at('hook'),
    };
    writeFileSync(at('token'), 'xoxb-first');
    const source = fileSource(file, variables, 'all');
    const read = source.read();
    if (read.kind === 'wrong') throw new Error(JSON.stringify(read.errors));
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
    const troubles = new Troubles(Date.now, pino({ level: 'silent' }));
    const taken: Settings[] = [];
    const reloader = new Reloader({
      ...read,
      source: {
        ...source,
        files: (...read) => {
          onLook();
          return source.files(...read);
        },
      },
      timing: { lookMs: 20, settleMs: 5 },
      async take(settings) {
        const errors = refuse(settings);
        if (errors.length === 0) taken.push(settings);
        return errors;
      },
      troubles,
      log,
      stopping: stop.signal,
    });
    const channels = () => taken.map(({ products }) => products[0]?.channel);
    const said = (text: string) => lines.filter(({ msg }) => String(msg).includes(text));
    return { reloader, taken, channels, lines, said, troubles };
  }

  test.each<[string, () => void]>([
    ['is written in place', () => write(channel('two'))],
    [
      'is replaced by another file, as editors do',
      () => {
        writeFileSync(at('new'), channel('two').replace('/SECRET', at('secret')));
        renameSync(at('new'), at('slipway.yml'));
      },
    ],
    [
      'is removed, and is there again',
      () => {
        rmSync(at('slipway.yml'));
        write(channel('two'));
      },
    ],
  ])('is taken when the file %s', async (_how, change) => {
    const { reloader, channels, said } = opened();
    reloader.watch();
    change();
    await until('it is taken', () => channels().includes('#two'));
    expect(await until('it is said', () => said('another configuration was taken')[0])).toMatchObject({
      changes: ['shop: channel: #two, before #one'],
    });
    expect(channels()).toEqual(['#two']);
  });

  test('is taken when Kubernetes turns its link to another directory', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(at(`..${name}`));
      writeFileSync(at(`..${name}`, 'slipway.yml'), channel(name).replace('/SECRET', at('secret')));
    }
    symlinkSync('..one', at('..data'));
    symlinkSync('..data/slipway.yml', at('mounted.yml'));
    const { reloader, channels } = opened(undefined, at('mounted.yml'));
    reloader.watch();
    symlinkSync('..two', at('..data_tmp'));
    renameSync(at('..data_tmp'), at('..data'));
    await until('it is taken', () => channels().includes('#two'));
  });

  test('is taken when a secret is rotated in its file, which is said and not shown', async () => {
    const { reloader, taken, lines, said } = opened();
    reloader.watch();
    writeFileSync(at('secret'), 'the-second-one!!\n');
    await until('it is taken', () => taken.length > 0);
    expect(taken[0]?.products[0]?.webhookSecret).toBe('the-second-one!!');
    await until('it is said', () => said('another configuration was taken')[0]);
    expect(JSON.stringify(lines)).toContain('shop: the secret of its webhook has changed');
    expect(JSON.stringify(lines)).not.toMatch(/the-first-secret|the-second-one/);
  });

  test('is left alone while nothing changes but times', async () => {
    const { reloader, taken } = opened();
    await reloader.look();
    execFileSync('touch', [at('slipway.yml'), at('secret')]);
    await reloader.look();
    await reloader.reload();
    expect(taken).toEqual([]);
  });

  test('is read at once when somebody asks, who is told if nothing has changed', async () => {
    const { reloader, channels, said } = opened();
    await reloader.reload();
    expect(said('nothing has changed')).toHaveLength(1);
    write(channel('two'));
    await reloader.reload();
    expect(channels()).toEqual(['#two']);
    expect(said('nothing has changed')).toHaveLength(1);
  });

  test('changes nothing when it is wrong: all errors are said once, and a right one heals', async () => {
    const { reloader, channels, said, troubles } = opened();
    write(channel('two').replace('mode: approval', 'mode: nobody').replace('channel:', 'chanel:'));
    await reloader.look();
    await reloader.look();
    const [wrong, ...others] = said('the configuration is wrong');
    expect(others).toEqual([]);
    expect(JSON.stringify(wrong)).toContain('products.shop.environments[0].mode');
    expect(JSON.stringify(wrong)).toContain('chanel');
    const [trouble] = troubles.list();
    expect(trouble?.says).toContain('cannot be taken, so Slipway goes on with what it had');
    expect(trouble?.says).toContain('products.shop');
    expect(channels()).toEqual([]);
    // Who asks is told again.
    await reloader.reload();
    expect(said('the configuration is wrong')).toHaveLength(2);
    write(channel('three'));
    await reloader.look();
    expect(channels()).toEqual(['#three']);
    expect(troubles.list()).toEqual([]);
  });

  test('changes nothing when it goes back to what it was after an error', async () => {
    const { reloader, channels, troubles } = opened();
    write('products: [');
    await reloader.look();
    expect(troubles.list()).toHaveLength(1);
    write(channel('one'));
    await reloader.look();
    expect(troubles.list()).toEqual([]);
    expect(channels()).toEqual([]);
  });

  test('is taken when the secret that it lacked is there', async () => {
    const { reloader, taken, troubles } = opened();
    write(channel('two', 'env:HOOK'));
    await reloader.look();
    expect(troubles.list()[0]?.says).toContain('products.shop.webhook.secret');
    writeFileSync(at('hook'), 'a-secret-that-came');
    await reloader.look();
    expect(taken[0]?.products[0]?.webhookSecret).toBe('a-secret-that-came');
    expect(troubles.list()).toEqual([]);
    // And is looked at from then on.
    writeFileSync(at('hook'), 'a-secret-that-changed');
    await reloader.look();
    await reloader.look();
    expect(taken.at(-1)?.products[0]?.webhookSecret).toBe('a-secret-that-changed');
  });

  test('is read again when one of its files changes while it is being taken', async () => {
    const { reloader, taken } = opened(() => {
      writeFileSync(at('hook'), 'a-secret-that-changed');
      return [];
    });
    writeFileSync(at('hook'), 'a-secret-that-was-read');
    write(channel('two', 'env:HOOK'));
    await reloader.look();
    await reloader.look();
    expect(taken.map(({ products }) => products[0]?.webhookSecret)).toEqual([
      'a-secret-that-was-read',
      'a-secret-that-changed',
    ]);
  });

  test('is not read while it is being written', async () => {
    const steps = ['products:\n', channel('two').slice(0, 120), channel('two')];
    const { reloader, channels, lines } = opened(undefined, undefined, () => {
      const [step] = steps.splice(0, 1);
      if (step !== undefined) write(step);
    });
    await reloader.look();
    await reloader.look();
    await reloader.look();
    expect(channels()).toEqual(['#two']);
    expect(lines.map(({ msg }) => msg)).toEqual(['another configuration was taken']);
  });

  test('is not taken in part by a process that cannot take all of it', async () => {
    const error = { path: 'products.shop.repository', what: 'it cannot change', todo: 'restart Slipway' };
    const { reloader, channels, said, troubles } = opened(({ products }) =>
      products[0]?.channel === '#two' ? [error] : [],
    );
    write(channel('two'));
    await reloader.look();
    await reloader.look();
    expect(said('the configuration is wrong')).toMatchObject([{ errors: [error] }]);
    expect(troubles.list()[0]?.says).toContain('products.shop.repository');
    write(channel('three'));
    await reloader.look();
    expect(channels()).toEqual(['#three']);
    expect(troubles.list()).toEqual([]);
  });

  test('names the variables that only a restart takes, until they are as before', async () => {
    const { reloader, taken, troubles } = opened();
    writeFileSync(at('token'), 'xoxb-second');
    await reloader.look();
    expect(troubles.list()).toMatchObject([
      { says: 'SLACK_BOT_TOKEN has another value than at the start', todo: 'restart Slipway to use it' },
    ]);
    expect(taken).toEqual([]);
    writeFileSync(at('token'), 'xoxb-first');
    await reloader.look();
    expect(troubles.list()).toEqual([]);
    rmSync(at('token'));
    await reloader.look();
    expect(troubles.list()[0]?.says).toContain('SLACK_BOT_TOKEN_FILE');
  });

  test('takes the last of several that come one after the other, each as a whole', async () => {
    const { reloader, channels } = opened();
    const asked = ['two', 'three', 'four'].map((name) => {
      write(channel(name));
      return reloader.reload();
    });
    await Promise.all(asked);
    expect(channels().at(-1)).toBe('#four');
  });

  test('is not read while the process stops', async () => {
    const { reloader, taken } = opened();
    stop.abort();
    write(channel('two'));
    await reloader.reload();
    await reloader.look();
    expect(taken).toEqual([]);
  });
});

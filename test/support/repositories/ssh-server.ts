import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../services/servers.ts';
import { until } from '../until.ts';

/** An sshd of its own keys and configuration, which lets our user in with the keys that it is given. */
export interface SshServer {
  /** `ssh://USER@127.0.0.1:PORT` */
  origin: string;
  /** Puts a program in front of those that sessions find. */
  install(name: string, script: string): void;
  /** A line of `known_hosts`: the key that the server shows, or another one. */
  known(key?: 'host' | 'renewed'): string;
  /** The text of a private key. `user`: it lets in; `locked` would too, but has a passphrase. */
  key(name: 'user' | 'locked' | 'stranger'): string;
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** null: there is no sshd on this machine, or it does not run here. */
export async function openSshServer(): Promise<SshServer | null> {
  const sshd = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, 'sshd'))
    .find(existsSync);
  if (sshd === undefined) return null;
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sshd-'));
  const at = (name: string) => join(directory, name);
  const make = (name: string, passphrase = '') =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', at(name)]);
  for (const name of ['host', 'renewed', 'user', 'stranger']) make(name);
  make('locked', 'a passphrase');
  mkdirSync(at('bin'));
  const lines = (name: string) => readFileSync(at(`${name}.pub`), 'utf8');
  writeFileSync(at('authorized'), lines('user') + lines('locked'));
  const port = await freePort();
  writeFileSync(
    at('config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${at('host')}
AuthorizedKeysFile ${at('authorized')}
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PidFile none
SetEnv PATH=${at('bin')}:${process.env.PATH}
`,
  );
  const child = await start(sshd, at('config'), port);
  const stop = async () => {
    if (child === null || hasEnded(child)) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const remove = () => rmSync(directory, { recursive: true, force: true });
  if (child === null) {
    remove();
    return null;
  }
  return {
    origin: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    install: (name, script) => writeFileSync(join(at('bin'), name), script, { mode: 0o755 }),
    known: (key = 'host') => `[127.0.0.1]:${port} ${lines(key)}`,
    key: (name) => readFileSync(at(name), 'utf8'),
    stop,
    async close() {
      await stop();
      remove();
    },
  };
}

/** null: it ended instead of listening, as it does for root where its folder in `/run` was never made. */
async function start(sshd: string, config: string, port: number): Promise<ChildProcess | null> {
  const child = spawn(sshd, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  await until('sshd listens, or ends', async () => hasEnded(child) || (await answers(port)));
  return hasEnded(child) ? null : child;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const { waitForLock }: { waitForLock(fd: number): Promise<void> } = createRequire(import.meta.url)(
  'fs-native-extensions',
);

/** How to start one kind of server on this machine. */
export interface Program {
  /** Its name for people: `redis-server`, `mongod`, `SecantusDB 0.7.0b3`. */
  what: string;
  /** Command line that listens on this port of 127.0.0.1 and stores everything in this directory. */
  command(port: number, directory: string): [program: string, ...args: string[]];
  url(port: number): string;
}

/** An installed program, or why there is none. */
export type Sought = { program: Program } | { missing: string };

/** A server for one test, which may kill it and start it again with the same port and data. */
export interface PrivateServer {
  url: string;
  what: string;
  port: number;
  /** Sends the signal and waits for the server to end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the server if it does not run, and waits until it accepts connections. Keeps the data, unless `emptied`. */
  start(how?: { emptied?: boolean }): Promise<void>;
  /** Stops the server and deletes its data. */
  close(): Promise<void>;
}

/** Version of SecantusDB, which speaks MongoDB's wire protocol on the WiredTiger engine. Used in tests only. */
const SECANTUS = '0.7.0b3';

/** Version that mongodb-memory-server downloads, where downloads are possible. */
const MONGOD = '8.0.4';

/** How long a failed download is not repeated. */
const DOWNLOAD_AGAIN_MS = 24 * 3_600_000;

const START_MS = 30_000;

function onPath(name: string): string | null {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, name)).find((file) => existsSync(file)) ?? null;
}

/** Finds a `redis-server` on the PATH. */
export function seekRedis(): Sought {
  const program = onPath('redis-server');
  if (program === null) {
    return { missing: 'no REDIS_URL and no redis-server on the PATH (Debian: apt-get install redis-server)' };
  }
  return {
    program: {
      what: 'redis-server',
      command: (port, directory) => [
        program,
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
        ...['--save', '', '--appendonly', 'yes', '--daemonize', 'no'],
      ],
      url: (port) => `redis://127.0.0.1:${port}`,
    },
  };
}

/** Finds a `mongod` on the PATH, otherwise downloads one, otherwise installs SecantusDB from PyPI. Both are cached. */
export async function seekMongo(): Promise<Sought> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
  await mkdir(cache, { recursive: true });
  const reasons: string[] = [];
  const lock = await open(join(cache, 'lock'), 'a+');
  try {
    await waitForLock(lock.fd);
    const mongod = onPath('mongod') ?? (await downloadedMongod(cache, reasons));
    if (mongod !== null) return { program: mongodProgram(mongod) };
    const secantus = await installedSecantus(cache, reasons);
    if (secantus !== null) return { program: secantusProgram(secantus) };
  } finally {
    await lock.close();
  }
  return { missing: `no MONGODB_URL and no mongod on the PATH; ${reasons.join('; ')}` };
}

function mongodProgram(program: string): Program {
  return {
    what: 'mongod',
    command: (port, directory) => [
      program,
      ...['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', directory],
    ],
    url: (port) => `mongodb://127.0.0.1:${port}`,
  };
}

function secantusProgram(program: string): Program {
  return {
    what: `SecantusDB ${SECANTUS}`,
    command: (port, directory) => [
      program,
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', directory],
      ...['--log-level', 'WARNING'],
    ],
    url: (port) => `mongodb://127.0.0.1:${port}/?directConnection=true`,
  };
}

async function downloadedMongod(cache: string, reasons: string[]): Promise<string | null> {
  const failed = join(cache, 'mongod-download-failed');
  const age = await stat(failed).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (age < DOWNLOAD_AGAIN_MS) {
    reasons.push(`downloading one failed ${Math.round(age / 60_000)} minutes ago`);
    return null;
  }
  try {
    const { MongoBinary } = await import('mongodb-memory-server-core');
    return await MongoBinary.getPath({ version: MONGOD, downloadDir: cache });
  } catch (error) {
    await writeFile(failed, String(error));
    reasons.push('it could not be downloaded');
    return null;
  }
}

async function installedSecantus(cache: string, reasons: string[]): Promise<string | null> {
  const environment = join(cache, `SecantusDB-${SECANTUS}`);
  const program = join(environment, 'bin', 'secantusd-py');
  const finished = join(environment, 'installed');
  if (existsSync(finished)) return program;
  try {
    await run('python3', ['-m', 'venv', '--clear', environment]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `SecantusDB==${SECANTUS}`];
    await run(join(environment, 'bin', 'python3'), pip, { timeout: 5 * 60_000 });
    await writeFile(finished, '');
    return program;
  } catch (error) {
    reasons.push(`SecantusDB could not be installed with pip (${firstLine(error)})`);
    return null;
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}

/** Starts a server on a free port and waits until it accepts connections. */
export async function privateServer(program: Program): Promise<PrivateServer> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-server-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const server: PrivateServer = {
    url: program.url(port),
    what: program.what,
    port,
    async start({ emptied = false } = {}) {
      if (isRunning(child)) return;
      if (emptied) await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      const [command, ...args] = program.command(port, directory);
      const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      let said = '';
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          said = (said + chunk.toString()).slice(-2_000);
        });
      }
      const failure = new Promise<never>((_, reject) => {
        started.once('error', reject);
        started.once('exit', (code) => reject(new Error(`${program.what} ended with ${code}: ${said}`)));
      });
      failure.catch(() => undefined);
      await Promise.race([answering(port, program.what), failure]);
    },
    async stop(signal = 'SIGTERM') {
      if (!child || !isRunning(child)) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    async close() {
      await server.stop('SIGKILL');
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

function isRunning(child: ChildProcess | null): boolean {
  return child !== null && child.exitCode === null && child.signalCode === null;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has a port');
  return address.port;
}

async function answering(port: number, what: string): Promise<void> {
  const end = Date.now() + START_MS;
  while (!(await accepts(port))) {
    if (Date.now() > end) throw new Error(`${what} did not answer within ${START_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('./keeper.js', import.meta.url));

/** Far longer than the small app needs to start. One that takes longer is broken. */
const START_MS = 10_000;
/** Time between SIGTERM and SIGKILL. */
const GRACE_MS = 1_000;
const OUTPUT_CHARACTERS = 2_000;

interface App {
  child: ChildProcess;
  port: number;
}

/** The outcome of a restart, with a sentence for the log. */
export type Restarted = { kind: 'running'; says: string } | { kind: 'failed'; says: string };

/** The server of one environment. It keeps one address and runs the current release behind it as a separate process. */
export class Host {
  readonly #home: string;
  readonly #name: string;
  #app: App | null = null;
  #last: Promise<unknown> = Promise.resolve();
  readonly #children = new Set<ChildProcess>();

  constructor(root: string, name: string) {
    this.#home = join(root, name);
    this.#name = name;
  }

  /** Starts the current release and, when it listens, ends the previous one. Concurrent calls run one after the other. */
  restart(): Promise<Restarted> {
    const restarted = this.#last.then(() => this.#restart());
    this.#last = restarted;
    return restarted;
  }

  /** Forwards the request to the app. Answers 503 when none runs. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const app = this.#app;
    if (!app) {
      response.writeHead(503, { 'content-type': 'text/html; charset=utf-8' }).end(emptyPage(this.#name));
      return;
    }
    const { method, url, headers } = request;
    const passed = ask({ host: '127.0.0.1', port: app.port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end('The app does not answer.\n');
    });
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }

  async stop(): Promise<void> {
    this.#app = null;
    await Promise.all([...this.#children].map(end));
  }

  async #restart(): Promise<Restarted> {
    const entry = join(this.#home, 'current', 'server.js');
    if (!existsSync(entry)) return { kind: 'failed', says: `nothing is deployed to ${this.#name}` };
    const started = await this.#start(entry);
    if (typeof started === 'string') return { kind: 'failed', says: started };
    const before = this.#app;
    this.#app = started;
    if (before) await end(before.child);
    return { kind: 'running', says: `the app of ${this.#name} is process ${started.child.pid}` };
  }

  /** Resolves with the app when it listens, or with the reason why it does not. */
  #start(entry: string): Promise<App | string> {
    const child = spawn(process.execPath, [KEEPER, entry], {
      env: { PATH: process.env.PATH, PORT: '0', ENVIRONMENT: this.#name },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_CHARACTERS);
      });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        resolve(`the app did not listen within ${START_MS / 1000} s`);
      }, START_MS);
      child.on('message', (message) => {
        const port = portOf(message);
        if (port === null) return;
        clearTimeout(timer);
        resolve({ child, port });
      });
      child.on('error', (error) => {
        clearTimeout(timer);
        resolve(`the app could not be started: ${error.message}`);
      });
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        this.#children.delete(child);
        if (this.#app?.child === child) this.#app = null;
        resolve(`the app ended with ${signal ?? code}: ${output.trim()}`);
      });
    });
  }
}

/** The port in the message that `server.js` sends when it listens. null: another message. */
function portOf(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('port' in message)) return null;
  return typeof message.port === 'number' ? message.port : null;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function emptyPage(environment: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${environment}</title>
<body style="margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eceff1; color: #455a64;
  font: 18px/1.5 system-ui, sans-serif">
<p>Nothing is deployed to <strong>${environment}</strong> yet.</p>
</body>
</html>
`;
}

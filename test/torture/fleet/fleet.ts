import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import type { Stage } from '../stage.ts';

const SLIPWAY = fileURLToPath(new URL('../../../dist/bin/slipway.js', import.meta.url));

/** How long a start may take on a machine that does much else. */
const READY_MS = 90_000;

/** A graceful stop waits ten seconds for what runs, and ends what does not end then. */
const STOP_MS = 40_000;

/** How long a supervisor waits before it starts again what ended by itself. */
const AGAIN_MS = 500;

/** One process of the bot, whichever it is at the moment: one that ends is started again at once. */
export class Member {
  readonly name: string;
  readonly role: 'all' | 'bot' | 'worker';
  readonly #stage: Stage;
  #child: ChildProcess | null = null;
  #said = '';
  #starts = 0;
  #ready = false;
  #frozen = false;
  /** We ended it, or mean it to stay down. */
  #expected = false;
  #wanted = false;

  constructor(stage: Stage, name: string, role: 'all' | 'bot' | 'worker') {
    this.#stage = stage;
    this.name = name;
    this.role = role;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** It said that it listens; null: not yet. */
  get url(): string | null {
    return /"url":"([^"]+)"/.exec(this.#said)?.[1] ?? null;
  }

  get ready(): boolean {
    return this.#ready && !this.#frozen;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  start(): void {
    this.#wanted = true;
    this.#expected = false;
    this.#ready = false;
    this.#said = '';
    this.#starts += 1;
    const { config, env, directory, timeline } = this.#stage;
    const args = ['start', '--config', config, ...(this.role === 'all' ? [] : ['--role', this.role])];
    const child = spawn(process.execPath, [SLIPWAY, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const file = createWriteStream(join(directory, `${this.name}-${this.#starts}.log`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.pipe(file, { end: false });
      stream.on('data', (chunk: Buffer) => {
        if (this.url === null) this.#said += chunk.toString();
      });
    }
    timeline.note(`${this.name} starts as ${child.pid}`);
    child.once('exit', (code, signal) => {
      file.end();
      this.#frozen = false;
      this.#ready = false;
      if (!this.#expected) {
        const how = `${this.name} (${child.pid}, start ${this.#starts}) ended by itself with ${code ?? signal}`;
        timeline.find('ended by itself', how, Date.now());
      }
      // One that ends by itself at each start would be started without a pause for ever.
      setTimeout(() => this.#wanted && this.start(), this.#expected ? 0 : AGAIN_MS);
    });
    void this.#watch(child);
  }

  /** `kill -9`, and the supervisor starts it again. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** A graceful stop, after which it is started again; the exit code is to be 0. */
  async restart(): Promise<void> {
    const child = this.#child;
    await this.#end('SIGTERM');
    if (child && child.exitCode !== 0) {
      const how = child.exitCode ?? child.signalCode;
      this.#stage.timeline.find('ended by itself', `${this.name} was asked to stop, and ended with ${how}`);
    }
  }

  /** Stays down afterwards. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#wanted = false;
    await this.#end(signal);
  }

  /** `SIGSTOP`; what is returned lets it go on, if it was not killed meanwhile. */
  freeze(): () => void {
    const child = this.#child;
    this.#frozen = true;
    child?.kill('SIGSTOP');
    return () => {
      if (child !== this.#child) return;
      this.#frozen = false;
      child?.kill('SIGCONT');
    };
  }

  /** Rejects when it is not ready in good time. */
  async untilReady(): Promise<void> {
    await until(`${this.name} is ready`, () => this.ready, READY_MS);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#expected = true;
    const ended = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => {
      this.#stage.timeline.find('ended by itself', `${this.name} did not stop within ${STOP_MS} ms`);
      child.kill('SIGKILL');
    }, STOP_MS);
    await ended;
    clearTimeout(force);
  }

  async #watch(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      if (this.url !== null && !this.#frozen) {
        const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => null,
        );
        if (child === this.#child) this.#ready = answer?.ok ?? false;
      }
      await new Promise((resolve) => setTimeout(resolve, this.#ready ? 1_000 : 100));
    }
  }
}

/** All processes of the bot. */
export class Fleet {
  readonly members: readonly Member[];

  constructor(stage: Stage) {
    this.members = stage.tier.members.map(({ name, role }) => new Member(stage, name, role));
  }

  /** Those that Slack and forges can reach; ready ones where there are any. */
  doors(): Member[] {
    const open = this.members.filter(({ role, url, frozen }) => role !== 'worker' && url !== null && !frozen);
    const ready = open.filter((member) => member.ready);
    return ready.length > 0 ? ready : open;
  }

  async start(): Promise<void> {
    for (const member of this.members) member.start();
    await this.untilReady();
  }

  /** Rejects when none is ready in good time. */
  async untilOneIsReady(): Promise<void> {
    await until('a process of the bot is ready', () => this.members.some(({ ready }) => ready), READY_MS);
  }

  async untilReady(): Promise<void> {
    await Promise.all(this.members.map((member) => member.untilReady()));
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop(signal)));
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Troubles } from '../../flow/services/troubles.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import type { BotEnvironment } from '../configuration/environment.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';
import { changesBetween } from './changes.ts';
import { digestOf } from './digest.ts';
import { changedVariables } from './own-variables.ts';
import type { ConfigurationSource } from './source.ts';

/** Key of the trouble that the file is wrong. */
const WRONG_TROUBLE = 'configuration';
/** Key of the trouble that variables of the process have changed. */
const RESTART_TROUBLE = 'configuration restart';

/** How many places with errors the trouble names. */
const PLACES_NAMED = 3;

/** How often the files are looked at, and for how long they must stay the same before they are read, in milliseconds. */
export interface ReloadTiming {
  lookMs: number;
  settleMs: number;
}

export interface ReloaderOptions {
  source: ConfigurationSource;
  /** As read at the start. */
  settings: Settings;
  environment: BotEnvironment;
  timing: ReloadTiming;
  /** Takes another configuration, or says why this process cannot. Resolves when it is in force. */
  take(settings: Settings): Promise<ConfigurationError[]>;
  troubles: Troubles;
  log: Logger;
  /** Aborted when the process begins to stop. */
  stopping: AbortSignal;
}

/**
 * Reads the configuration again when it is asked to or when one of its files has changed, and takes it as a whole or not at
 * all. One reload runs at a time; who asks meanwhile gets another one.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  /** In force. */
  #settings: Settings;
  /** Content of the files when they were last read; null: they were not since the start. */
  #read: string | null = null;
  /** Their content at the last look. */
  #seen: string | null = null;
  /** What is wrong with the files as they are; empty: nothing. */
  #errors: ConfigurationError[] = [];
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#settings = options.settings;
    options.stopping.addEventListener('abort', () => clearInterval(this.#timer), { once: true });
  }

  /** Begins to look at the files. What has changed in them since the start is taken. */
  watch(): void {
    if (this.#options.stopping.aborted) return;
    this.#timer = setInterval(() => void this.look(), this.#options.timing.lookMs);
    void this.look();
  }

  /** Reads the configuration now. Resolves when that was taken or refused. Never rejects. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload('asked'));
  }

  /**
   * Looks at the files once, and reads them if they have changed and stayed the same for a moment: an editor may write them
   * in several steps. Files that are wrong are read at each look, as what is missing may be another file. Never rejects.
   */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (!(await this.#isDue())) return;
      await this.#inTurn(() => this.#reload('changed'));
    } finally {
      this.#looking = false;
    }
  }

  async #isDue(): Promise<boolean> {
    const { timing, stopping } = this.#options;
    const seen = await this.#digest();
    if (seen === this.#read && this.#errors.length === 0) return false;
    if (seen !== this.#seen) await delay(timing.settleMs, null, { signal: stopping }).catch(() => null);
    this.#seen = await this.#digest();
    return this.#seen === seen && !stopping.aborted;
  }

  #digest(): Promise<string> {
    const { source, environment } = this.#options;
    return digestOf(source.files(this.#settings, environment));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const { source, troubles, log, stopping } = this.#options;
    this.#running = this.#running.then(async () => {
      if (stopping.aborted) return;
      try {
        await work();
      } catch (error) {
        log.error({ err: error }, 'the configuration could not be read again; nothing has changed');
        troubles.set(WRONG_TROUBLE, {
          says: `${source.name} could not be taken, so Slipway goes on with what it had`,
          todo: 'the log says why; a change of the file or SIGHUP has Slipway read it again',
        });
      }
    });
    return this.#running;
  }

  async #reload(why: 'asked' | 'changed'): Promise<void> {
    const { source, log } = this.#options;
    // Before it is read: what changes while it is read is read again.
    this.#read = await this.#digest();
    const read = source.read();
    const wrong = read.kind === 'wrong' ? read.errors : [];
    if (read.kind === 'wrong') return this.#refuse(wrong, why);
    this.#tellOfVariables(read.environment);
    const changes = changesBetween(this.#settings, read.settings);
    if (isSame(this.#settings, read.settings)) {
      this.#accept();
      if (why === 'asked')
        log.info({ file: source.name }, 'the configuration was read again: nothing has changed');
      return;
    }
    const refused = await this.#options.take(read.settings);
    if (refused.length > 0) return this.#refuse(refused, why);
    this.#settings = read.settings;
    this.#accept();
    log.info({ file: source.name, changes }, 'another configuration was taken');
    // Files that only this configuration names were not looked at before: the next look reads all once more.
    this.#read = null;
  }

  #accept(): void {
    this.#errors = [];
    this.#options.troubles.clear(WRONG_TROUBLE);
  }

  /** Said once, unless somebody asked. */
  #refuse(errors: ConfigurationError[], why: 'asked' | 'changed'): void {
    const { source, log, troubles } = this.#options;
    const isKnown = isSame(errors, this.#errors);
    this.#errors = errors;
    if (isKnown && why === 'changed') return;
    log.error({ file: source.name, errors }, 'the configuration is wrong: nothing of it was taken');
    const places = errors.slice(0, PLACES_NAMED).map(({ path }) => path);
    const more = errors.length - places.length;
    troubles.set(WRONG_TROUBLE, {
      says: `${source.name} has changed, but cannot be taken, so Slipway goes on with what it had: ${places.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      todo: "correct it: Slipway's log and slipway check say what is wrong, and Slipway reads it again by itself",
    });
  }

  #tellOfVariables(environment: BotEnvironment): void {
    const changed = changedVariables(this.#options.environment, environment);
    const { troubles } = this.#options;
    if (changed.length === 0) {
      troubles.clear(RESTART_TROUBLE);
      return;
    }
    troubles.set(RESTART_TROUBLE, {
      says: `${changed.join(', ')} ${changed.length === 1 ? 'has' : 'have'} another value than at the start`,
      todo: 'restart Slipway to use it',
    });
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

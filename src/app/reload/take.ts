import { fingerprintOf } from '../../flow/services/configurations.ts';
import type { Services } from '../../flow/services/services.ts';
import { findProduct, type Settings } from '../../flow/settings/settings.ts';
import { rememberSharing } from '../../flow/upkeep/old-mirrors.ts';
import { type CommandRuntime, findCommandRuntime, reportRuntime, sameRuntime } from '../command-runtime.ts';
import type { Role } from '../configuration/environment.ts';
import type { ConfigurationError } from '../configuration/problems/problem.ts';
import type { Configured } from '../process/configured.ts';
import { missingProgram } from '../process/missing-program.ts';
import { Clones } from './clones.ts';

interface Options {
  /** As read at the start. */
  settings: Settings;
  runtime: CommandRuntime;
  role: Role;
  services: Services;
  configured: Configured;
  /** Does what a start with the present configuration would do. Never rejects. */
  goOn(): Promise<void>;
}

/** Has a working process take other configurations. */
export class Taker {
  readonly #options: Options;
  readonly #clones: Clones;
  /** In force, as read. */
  #settings: Settings;
  #runtime: CommandRuntime;

  constructor(options: Options) {
    this.#options = options;
    this.#settings = options.settings;
    this.#runtime = options.runtime;
    this.#clones = new Clones(options.settings);
  }

  /**
   * Takes a configuration as a whole, or not at all: then says what of it needs a restart, or a program that is missing. What
   * runs keeps what it began with, and whatever is decided from then on is decided by this one.
   */
  async take(settings: Settings): Promise<ConfigurationError[]> {
    const runtime = await this.#runtimeFor(settings);
    const errors = [...this.#clones.restartFor(settings), ...('what' in runtime ? [runtime] : [])];
    if ('what' in runtime || errors.length > 0) return errors;
    this.#replace(settings, runtime);
    const { services, goOn } = this.#options;
    await rememberSharing(services);
    await goOn();
    return [];
  }

  async #runtimeFor(settings: Settings): Promise<CommandRuntime | ConfigurationError> {
    if (sameRuntime(this.#settings, settings)) return this.#runtime;
    try {
      return await findCommandRuntime(settings, this.#options.role);
    } catch (error) {
      const missing = missingProgram(error);
      if (missing !== null) return missing;
      throw error;
    }
  }

  /** The one step in which everything is replaced: nothing else of this process runs meanwhile. */
  #replace(settings: Settings, runtime: CommandRuntime): void {
    const { services, configured, role } = this.#options;
    const { configurations, troubles } = services;
    const changed = settings.products.filter((product) => {
      const before = findProduct(this.#settings, product.name);
      return before === undefined || fingerprintOf(before) !== fingerprintOf(product);
    });
    const left = this.#settings.products.filter(({ name }) => findProduct(settings, name) === undefined);
    Object.assign(services, configured.goOnWith(settings, runtime));
    configurations.willRecord(changed.map(({ name }) => name));
    configurations.forget(left.map(({ name }) => name));
    troubles.forget(new Set(left.map(({ name }) => name)));
    if (runtime !== this.#runtime && role !== 'bot') reportRuntime(runtime, services.log, troubles);
    this.#clones.keep(settings);
    this.#settings = settings;
    this.#runtime = runtime;
  }
}

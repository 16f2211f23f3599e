import type { Build } from '../../domain/documents/build.ts';
import type { BuildOutcome, BuildStep } from '../../domain/documents/values/build/run.ts';
import type { Leftovers } from '../../domain/documents/values/release.ts';
import { buildRunId } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Lease } from '../../git/trees/types.ts';
import { StoreError } from '../../ports/store.ts';
import { apply } from '../commands/apply.ts';
import { holdBuild, watchDisk } from '../commands/disk-room.ts';
import { retryUntilStored } from '../commands/retry-until-stored.ts';
import { buildLog, guardLockPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import { mustKnow, type ProductSettings } from '../settings/settings.ts';
import { commandEnd, HeldLease, leftoversOf, type Renewed, shareLog } from './attempt-lease.ts';
import { startCommand } from './run-command.ts';

/** Claims and runs a requested build: a clean tree, the build command, the test command, and then its result is kept. */
export async function build(services: Services, id: string): Promise<void> {
  if (services.stopping.aborted) return;
  if (await watchDisk(services)) return await holdBuild(services, id);
  const leaseUntil = services.clock.leaseNow() + services.timing.leaseMs;
  const { answer, aggregate } = await apply(services, 'builds', id, {
    id: services.newId(),
    actor: ROBOT,
    type: 'beginBuild',
    worker: services.worker,
    leaseUntil,
  });
  if (answer.kind === 'refused' || answer.attempt === undefined) return;
  const settings = mustKnow(services.settings, aggregate.product);
  const attempt = answer.attempt;
  const work = new BuildWork(services, settings, aggregate, attempt, leaseUntil);
  const outcome = await work.run();
  const report = {
    id: services.newId(),
    actor: ROBOT,
    type: 'reportBuild',
    attempt,
    outcome,
    log: work.log,
    ...(work.leftovers === undefined ? {} : { leftovers: work.leftovers }),
  } as const;
  const shared = await shareLog(services, work.log);
  await retryUntilStored(services, () => apply(services, 'builds', id, report));
  const left = shared ? work.unshared : [...work.unshared, work.log];
  for (const log of left) await retryUntilStored(services, () => services.logs.share(log));
}

/** One attempt at a build. */
class BuildWork {
  /** Logs of finished steps that could not be shared yet. */
  readonly unshared: string[] = [];
  readonly #services: Services;
  readonly #settings: ProductSettings;
  readonly #build: Build;
  readonly #attempt: number;
  readonly #leaseUntil: number;
  readonly #lockFile: string;
  #step: BuildStep = 'fetch';
  #lastLine: string | null = null;
  #leftovers: Leftovers | undefined;

  constructor(
    services: Services,
    settings: ProductSettings,
    build: Build,
    attempt: number,
    leaseUntil: number,
  ) {
    this.#services = services;
    this.#settings = settings;
    this.#build = build;
    this.#attempt = attempt;
    this.#leaseUntil = leaseUntil;
    this.#lockFile = guardLockPath(services.dataDirectory, build.id);
  }

  /** Name of the log of the present step. */
  get log(): string {
    return buildLog(this.#build.product, this.#build.sha, this.#attempt, this.#step);
  }

  /** What its commands left running, from the last command that left anything. */
  get leftovers(): Leftovers | undefined {
    return this.#leftovers;
  }

  async run(): Promise<BuildOutcome> {
    const held = new HeldLease(this.#services, this.#leaseUntil, {
      of: 'build',
      renew: (leaseUntil) => this.#renew(leaseUntil),
      log: () => this.log,
      // Any other worker can repeat the build from its beginning.
      endOn: this.#services.stopping,
    });
    let tree: Lease | null = null;
    try {
      const { sha, product } = this.#build;
      await this.#services.mirror(product).pin(sha);
      tree = await this.#services.trees(product).take({ sha, built: null, lockFile: this.#lockFile });
      return await this.#runIn(tree, held);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return { kind: 'errored', reason: error.message };
    } finally {
      await tree?.release();
      await held.end();
    }
  }

  async #runIn(tree: Lease, held: HeldLease): Promise<BuildOutcome> {
    const { build } = this.#settings;
    const steps: { step: BuildStep; command: string | null }[] = [
      { step: 'build', command: build.run },
      { step: 'test', command: build.test },
    ];
    let ran = false;
    for (const { step, command } of steps) {
      if (command === null) continue;
      const before = ran ? this.log : null;
      this.#step = step;
      await held.renew();
      // Only after the renewal, because one call at a time may share a log.
      if (before !== null && !(await shareLog(this.#services, before))) this.unshared.push(before);
      if (ran) await tree.renew();
      ran = true;
      const outcome = await this.#command(command, { tree, held, timeoutMs: build.timeoutMs });
      if (outcome.kind !== 'succeeded') return outcome;
    }
    return this.#keep(tree);
  }

  /** Keeps the result before anybody learns of the success: from then on every deploy, on any machine, relies on it. */
  async #keep(tree: Lease): Promise<BuildOutcome> {
    const { product, sha } = this.#build;
    const run = { product, sha, attempt: this.#attempt };
    try {
      await this.#services.artifacts.save(run, tree.directory);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#services.log.warn({ err: error, product, sha }, 'the artifacts of a build could not be kept');
      return { kind: 'errored', reason: error.message };
    }
    await tree.mark(buildRunId(run));
    return { kind: 'succeeded' };
  }

  async #command(
    command: string,
    { tree, held, timeoutMs }: { tree: Lease; held: HeldLease; timeoutMs: number },
  ): Promise<BuildOutcome> {
    const { build, name } = this.#settings;
    const { sha, pushes } = this.#build;
    const step = this.#step;
    const ended = await held.run((deadline) =>
      startCommand(this.#services, {
        product: this.#settings,
        run: command,
        timeoutMs,
        ...(build.env && { env: build.env }),
        ...(build.image && { image: build.image }),
        tree,
        variables: {
          product: name,
          environment: null,
          commit: sha,
          ref: pushes.at(-1)?.branch ?? null,
          previousCommit: null,
          release: null,
          kind: null,
        },
        log: this.log,
        lockFile: this.#lockFile,
        deadline,
        onLine: (line) => {
          this.#lastLine = line;
        },
      }),
    );
    this.#leftovers = leftoversOf(ended) ?? this.#leftovers;
    switch (ended.kind) {
      case 'exited':
      case 'signalled':
      case 'timedOut': {
        const how = commandEnd(ended);
        return how === null ? { kind: 'succeeded' } : { kind: 'failed', step, command, how };
      }
      case 'didNotRun':
        if (held.over === 'taken') return { kind: 'interrupted' };
        return held.over === 'stopping' ? { kind: 'handedBack' } : { kind: 'errored', reason: ended.reason };
      case 'handedBack':
        return { kind: 'handedBack' };
      case 'cancelled':
      case 'leaseLost':
      case 'guardLost':
        return { kind: 'interrupted' };
      default:
        return ended satisfies never;
    }
  }

  async #renew(leaseUntil: number): Promise<Renewed> {
    const { answer } = await apply(this.#services, 'builds', this.#build.id, {
      id: this.#services.newId(),
      actor: ROBOT,
      type: 'renewBuild',
      attempt: this.#attempt,
      leaseUntil,
      step: this.#step,
      lastLine: this.#lastLine,
    });
    return { kind: answer.kind === 'refused' ? 'taken' : 'yours' };
  }
}

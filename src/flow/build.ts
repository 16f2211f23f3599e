import type { Build, BuildOutcome, BuildStep } from '../domain/build.ts';
import { LEASE_MS } from '../domain/lease.ts';
import { ROBOT } from '../domain/people.ts';
import { GitError } from '../git/git-error.ts';
import { commandEnvironment } from '../runner/environment.ts';
import { runCommand } from '../runner/run.ts';
import { apply } from './apply.ts';
import { insist } from './insist.ts';
import { commandEnd, type Renewed, shareLog, underLease } from './lease.ts';
import { NotConfigured, type Parts } from './parts.ts';
import { buildLog, guardLockPath, treePath } from './paths.ts';
import { findProduct, type ProductSettings } from './settings.ts';

/** Claims and does a build, if it is asked for: its own kept tree, the build command, the test command. */
export async function build(parts: Parts, id: string): Promise<void> {
  if (parts.stopping.aborted) return;
  const leaseUntil = parts.now() + LEASE_MS;
  const { answer, aggregate } = await apply(parts, 'builds', id, {
    id: parts.newId(),
    actor: ROBOT,
    type: 'beginBuild',
    worker: parts.worker,
    leaseUntil,
  });
  if (answer.kind === 'refused' || answer.attempt === undefined) return;
  const settings = findProduct(parts.settings, aggregate.product);
  if (!settings) throw new NotConfigured(aggregate.product);
  const attempt = answer.attempt;
  const work = new BuildWork(parts, settings, aggregate, attempt, leaseUntil);
  const outcome = await work.run();
  const report = {
    id: parts.newId(),
    actor: ROBOT,
    type: 'reportBuild',
    attempt,
    outcome,
    log: work.log,
  } as const;
  const shared = await shareLog(parts, work.log);
  await insist(parts, () => apply(parts, 'builds', id, report));
  if (!shared) await insist(parts, () => parts.logs.share(work.log));
}

/** One attempt at a build. */
class BuildWork {
  /** Name of its log. */
  readonly log: string;
  readonly #parts: Parts;
  readonly #settings: ProductSettings;
  readonly #build: Build;
  readonly #attempt: number;
  readonly #startedAt: number;
  #leaseUntil: number;
  #lastLine: string | null = null;

  constructor(parts: Parts, settings: ProductSettings, build: Build, attempt: number, leaseUntil: number) {
    this.#parts = parts;
    this.#settings = settings;
    this.#build = build;
    this.#attempt = attempt;
    this.#startedAt = parts.now();
    this.#leaseUntil = leaseUntil;
    this.log = buildLog(build.product, build.sha, attempt);
  }

  async run(): Promise<BuildOutcome> {
    const { sha, product } = this.#build;
    const tree = treePath(this.#parts.dataDirectory, product, sha);
    try {
      const mirror = this.#parts.mirror(product);
      await mirror.pin(sha);
      await mirror.checkout(sha, tree);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return { kind: 'errored', reason: error.message };
    }
    const { build } = this.#settings;
    const steps: { step: BuildStep; command: string | null }[] = [
      { step: 'build', command: build.run },
      { step: 'test', command: build.test },
    ];
    for (const { step, command } of steps) {
      if (command === null) continue;
      if ((await this.#renew(step)).kind === 'taken') return { kind: 'interrupted' };
      const outcome = await this.#command(step, command, tree);
      if (outcome.kind !== 'succeeded') return outcome;
    }
    return { kind: 'succeeded' };
  }

  async #command(step: BuildStep, command: string, tree: string): Promise<BuildOutcome> {
    const { env, secrets, name, build } = this.#settings;
    const { sha, pushes } = this.#build;
    const running = runCommand({
      command,
      cwd: tree,
      env: commandEnvironment({
        facts: {
          product: name,
          environment: null,
          commit: sha,
          ref: pushes.at(-1)?.branch ?? null,
          previousCommit: null,
          release: null,
          kind: null,
        },
        productEnv: env,
        bot: this.#parts.bot,
      }),
      logFile: this.#parts.logs.file(this.log),
      secrets,
      timeoutMs: Math.max(1, build.timeoutMs - (this.#parts.now() - this.#startedAt)),
      lockFile: guardLockPath(this.#parts.dataDirectory, this.#build.id),
      deadline: this.#leaseUntil,
      onLine: (line) => {
        this.#lastLine = line;
      },
    });
    const ended = await underLease(this.#parts, running, {
      renew: () => this.#renew(step),
      log: this.log,
      // Any other worker can do it as well, from its beginning.
      endOn: this.#parts.stopping,
    });
    switch (ended.kind) {
      case 'exited':
      case 'signalled':
      case 'timedOut': {
        const how = commandEnd(ended);
        return how === null ? { kind: 'succeeded' } : { kind: 'failed', step, command, how };
      }
      case 'didNotRun':
        return this.#parts.stopping.aborted
          ? { kind: 'handedBack' }
          : { kind: 'errored', reason: ended.reason };
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

  async #renew(step: BuildStep): Promise<Renewed> {
    const leaseUntil = this.#parts.now() + LEASE_MS;
    const { answer } = await apply(this.#parts, 'builds', this.#build.id, {
      id: this.#parts.newId(),
      actor: ROBOT,
      type: 'renewBuild',
      attempt: this.#attempt,
      leaseUntil,
      step,
      lastLine: this.#lastLine,
    });
    if (answer.kind === 'refused') return { kind: 'taken' };
    this.#leaseUntil = leaseUntil;
    return { kind: 'yours' };
  }
}

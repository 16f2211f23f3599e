import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { GitError } from '../commands/git-error.ts';
import { fingerprint, withFreshRepository } from './fingerprint.ts';
import { readSidecar, type Sidecar, sidecarOf, UNKNOWN, writeSidecar } from './sidecar.ts';
import { leastWantedFirst, type Slot } from './slot.ts';
import type { Lease, Pool, PoolOptions, Wanted } from './types.ts';
import { freshRepository, type Place, removeTree, repositoryOf, switchTree } from './worktree.ts';

const TIMEOUT_MS = 10 * 60_000;
const KEPT = 4;

/** Opens a pool. The directory is created and read at the first lease. Throws `TypeError` when it is not absolute. */
export function openPool(options: PoolOptions): Pool {
  if (!isAbsolute(options.directory)) throw new TypeError(`not an absolute path: ${options.directory}`);
  return new WorktreePool(options);
}

class WorktreePool implements Pool {
  readonly #options: Required<PoolOptions>;
  readonly #slots = new Map<number, Slot>();
  #highest = 0;
  #opened: Promise<void> | null = null;
  #removals: Promise<void> = Promise.resolve();

  constructor(options: PoolOptions) {
    this.#options = {
      timeoutMs: TIMEOUT_MS,
      kept: () => KEPT,
      submodules: false,
      lfs: false,
      indexes: '',
      ...options,
    };
  }

  async take(wanted: Wanted): Promise<Lease> {
    try {
      await this.#open();
      await mkdir(this.#options.directory, { recursive: true });
      return await this.#lease(this.#reserve(wanted.built), wanted);
    } catch (error) {
      throw gitErrorOf(error);
    }
  }

  idle(): Promise<void> {
    return this.#removals;
  }

  /** Runs once; repeated after a failure. */
  #open(): Promise<void> {
    this.#opened ??= this.#find().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  /** Registers the worktrees that earlier processes left. */
  async #find(): Promise<void> {
    const { directory } = this.#options;
    await mkdir(directory, { recursive: true });
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isDirectory() || !/^[1-9]\d{0,8}$/.test(entry.name)) continue;
      const number = Number(entry.name);
      const sidecar = await readSidecar(this.#sidecarOf(number));
      const slot = { number, taken: false, made: true, sidecar };
      this.#slots.set(number, slot);
      this.#highest = Math.max(this.#highest, number);
      // A git process that outlived its parent may still be changing the tree.
      if (sidecar.changing) this.#discard(slot);
    }
  }

  /**
   * Prefers the free worktree that contains this build, then the least recently used one without a build, then the
   * least recently used one with another build; otherwise creates one. Worktrees in which an earlier command may
   * still run are left alone.
   */
  #reserve(built: string | null): Slot {
    const free = [...this.#slots.values()]
      .filter((slot) => !slot.taken && this.#nothingRuns(slot))
      .sort(leastWantedFirst);
    const slot = free.find(({ sidecar }) => built !== null && sidecar.holds?.built === built) ?? free[0];
    if (!slot) return this.#newSlot();
    slot.taken = true;
    return slot;
  }

  /** Uses a path that this process never used, so that a git process left over by another one cannot write into it. */
  #newSlot(): Slot {
    this.#highest += 1;
    const slot = { number: this.#highest, taken: true, made: false, sidecar: UNKNOWN };
    this.#slots.set(slot.number, slot);
    return slot;
  }

  async #lease(slot: Slot, { sha, built, lockFile }: Wanted): Promise<Lease> {
    const usedAt = this.#options.now();
    const holds = built !== null && slot.sidecar.holds?.built === built && (await this.#isUnchanged(slot));
    try {
      await this.#options.mirror.ensureCommit(sha);
      const held = holds ? slot.sidecar.holds : null;
      const repository = repositoryOf(this.#placeOf(slot));
      slot.sidecar = { changing: !holds, holds: held, lockFile, usedAt, repository };
      if (holds) await this.#write(slot, slot.sidecar);
    } catch (error) {
      if (slot.made) slot.taken = false;
      else this.#slots.delete(slot.number);
      throw error;
    }
    const given = holds ? slot : await this.#clean(slot, { sha, filled: built === null });
    try {
      const borrows = await this.#renew(given, sha);
      return this.#leased(given, { sha, holds, borrows });
    } catch (error) {
      given.taken = false;
      throw error;
    }
  }

  #leased(slot: Slot, { sha, holds, borrows }: { sha: string; holds: boolean; borrows: string[] }): Lease {
    return {
      directory: this.#pathOf(slot.number),
      holds,
      borrows,
      renew: async () => {
        try {
          await this.#renew(slot, sha);
        } catch (error) {
          throw gitErrorOf(error);
        }
      },
      mark: (built) => this.#mark(slot, built),
      release: () => this.#release(slot),
    };
  }

  async #renew(slot: Slot, sha: string): Promise<string[]> {
    const borrows = await freshRepository(this.#placeOf(slot), sha);
    const { holds } = slot.sidecar;
    if (holds === null) return borrows;
    const print = await withFreshRepository(holds.fingerprint, this.#pathOf(slot.number));
    await this.#write(slot, { ...slot.sidecar, holds: { ...holds, fingerprint: print } });
    return borrows;
  }

  /**
   * Cleans this worktree or, when it cannot be switched, a new one. `filled`: with submodules. A build's tree has its
   * own files for them.
   */
  async #clean(slot: Slot, wanted: { sha: string; filled: boolean }): Promise<Slot> {
    const { onProblem } = this.#options;
    const place = this.#placeOf(slot);
    try {
      // Written before the tree changes, so that it does not count as complete if this process is killed.
      await this.#write(slot, slot.sidecar);
      if (!slot.made) await removeTree(place);
      await switchTree({ ...place, submodules: place.submodules && wanted.filled }, wanted.sha);
      await this.#write(slot, { ...slot.sidecar, changing: false });
      slot.made = true;
      return slot;
    } catch (error) {
      this.#discard(slot);
      if (!slot.made) throw error;
      onProblem(error, place.directory);
    }
    const other = this.#newSlot();
    other.sidecar = { ...slot.sidecar, repository: repositoryOf(this.#placeOf(other)) };
    return this.#clean(other, wanted);
  }

  async #mark(slot: Slot, built: string): Promise<void> {
    const now = await fingerprint(this.#pathOf(slot.number));
    const holds = now === null ? null : { built, fingerprint: now };
    // If the write fails, the next process does not know of the build and makes the tree again.
    await this.#write(slot, { ...slot.sidecar, holds }).catch(() => {});
  }

  async #release(slot: Slot): Promise<void> {
    // What the tree contains is already written. A lost time of last use is not worth a failure.
    await this.#write(slot, { ...slot.sidecar, usedAt: this.#options.now() }).catch(() => {});
    slot.taken = false;
    this.#removeSurplus();
  }

  /**
   * Only while nothing is leased: otherwise a product that builds in bursts would create and remove the same
   * worktrees all day.
   */
  #removeSurplus(): void {
    const all = [...this.#slots.values()];
    if (all.some(({ taken }) => taken)) return;
    const surplus = all.filter((slot) => this.#nothingRuns(slot)).sort(leastWantedFirst);
    for (const slot of surplus.slice(0, Math.max(0, all.length - this.#options.kept()))) this.#discard(slot);
  }

  /** Takes the worktree out of use and removes it in the background. */
  #discard(slot: Slot): void {
    const directory = this.#pathOf(slot.number);
    this.#slots.delete(slot.number);
    this.#removals = this.#removals.then(async () => {
      try {
        await this.#write(slot, { ...slot.sidecar, changing: true, holds: null });
        await removeTree(this.#placeOf(slot));
        await rm(this.#sidecarOf(slot.number), { force: true });
      } catch (error) {
        this.#options.onProblem(error, directory);
      }
    });
  }

  async #isUnchanged(slot: Slot): Promise<boolean> {
    if (!existsSync(repositoryOf(this.#placeOf(slot)).indexFile)) return false;
    const now = await fingerprint(this.#pathOf(slot.number));
    return now !== null && now === slot.sidecar.holds?.fingerprint;
  }

  #nothingRuns({ sidecar }: Slot): boolean {
    return sidecar.lockFile === null || this.#options.guardIsGone(sidecar.lockFile);
  }

  async #write(slot: Slot, sidecar: Sidecar): Promise<void> {
    slot.sidecar = sidecar;
    await writeSidecar(this.#sidecarOf(slot.number), sidecar);
  }

  #placeOf({ number }: Slot): Place {
    const { mirror, indexes, submodules, lfs, timeoutMs } = this.#options;
    return { mirror, indexes, directory: this.#pathOf(number), submodules, lfs, timeoutMs };
  }

  #pathOf(number: number): string {
    return join(this.#options.directory, `${number}`);
  }

  #sidecarOf(number: number): string {
    return sidecarOf(this.#pathOf(number));
  }
}

/** Turns system errors into `GitError`: a full or broken disk blocks the tree as much as a broken repository does. */
function gitErrorOf(error: unknown): unknown {
  if (error instanceof GitError || typeof error !== 'object' || error === null || !('code' in error))
    return error;
  const reason = 'message' in error ? String(error.message) : String(error.code);
  return new GitError('other', `the worktree could not be made ready: ${reason}`, '', { cause: error });
}

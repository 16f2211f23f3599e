import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { GitError } from '../commands/git-error.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { fingerprint, withFreshRepository } from './fingerprint.ts';
import { readSidecar, type Sidecar, sidecarOf, UNKNOWN, writeSidecar } from './sidecar.ts';
import { freshRepository, type Place, removeTree, repositoryOf, switchTree } from './worktree.ts';

export interface PoolOptions {
  /** Absolute; holds nothing but this pool's worktrees, and belongs to this process. */
  directory: string;
  mirror: Mirror;
  /** Whether the commands that were run under this lock are gone for certain. */
  guardIsGone(lockFile: string): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A worktree could not be switched or removed: another is used, and it is tried again at the next start. */
  onProblem(error: unknown, directory: string): void;
  /** For one step of a switch; default ten minutes. */
  timeoutMs?: number;
  /** How many worktrees are kept when nobody has one; default 4. */
  kept?: number;
  /** Whether submodules of a commit are fetched; default false. */
  submodules?: boolean;
  /** Whether files are fetched that a commit keeps in Git LFS; default false: it is given what stands for them. */
  lfs?: boolean;
}

export interface Wanted {
  /** Full SHA. */
  sha: string;
  /** Key of the build run whose tree is wanted; null: a clean tree. */
  built: string | null;
  /** Lock of the guard of all commands that will run in it. */
  lockFile: string;
}

/** A worktree that nobody else has. */
export interface Lease {
  /** Absolute. */
  readonly directory: string;
  /** It is the very tree that `built` left; else it is the commit and nothing more. */
  readonly holds: boolean;
  /** Directories outside of the tree, absolute, that its repository reads from; nobody writes there but us. */
  readonly borrows: readonly string[];
  /**
   * Puts a repository of its own, as of now, in the place of whatever its commands made of the one that it came with. For each further
   * command, and when its files were laid. Throws `GitError`.
   */
  renew(): Promise<void>;
  /** The tree, as it is now, is what this build run left: whoever wants that gets it, for as long as nothing changes. */
  mark(built: string): Promise<void>;
  /** Gives it back. Once; nothing may run in it any more. */
  release(): Promise<void>;
}

/** Worktrees of one product, kept and leased: switching one costs what differs, making one costs all of it. */
export interface Pool {
  /** Makes or switches one where it must, which may take minutes. Throws `GitError`, and leaves nothing leased then. */
  take(wanted: Wanted): Promise<Lease>;
  /** Removals, which go on behind the scenes, have ended. */
  settled(): Promise<void>;
}

interface Slot {
  number: number;
  taken: boolean;
  /** There is something at its path. */
  made: boolean;
  sidecar: Sidecar;
}

const TIMEOUT_MS = 10 * 60_000;
const KEPT = 4;

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
    this.#options = { timeoutMs: TIMEOUT_MS, kept: KEPT, submodules: false, lfs: false, ...options };
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

  settled(): Promise<void> {
    return this.#removals;
  }

  /** Once; again when it failed. */
  #open(): Promise<void> {
    this.#opened ??= this.#find().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  /** What processes before this one left. */
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
      // A git that outlived its process may be at it still.
      if (sidecar.changing) this.#discard(slot);
    }
  }

  /**
   * The free worktree that holds this build; else one that holds none, the least recently used first; else a new
   * one. Those in which something of before may still run are left alone.
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

  /** At a path that this process never used: what a git that outlived another still writes goes to a path that is no more. */
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
      await this.#options.mirror.bring(sha);
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

  /** This worktree or, where it cannot be switched, a new one. `filled`: with submodules; what a build left has its own files for them. */
  async #clean(slot: Slot, wanted: { sha: string; filled: boolean }): Promise<Slot> {
    const { onProblem } = this.#options;
    const place = this.#placeOf(slot);
    try {
      // Before anything is changed in it, so that nobody takes it for whole after this process was killed.
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
    // Not written: the next process will not know, and make the tree again.
    await this.#write(slot, { ...slot.sidecar, holds }).catch(() => {});
  }

  async #release(slot: Slot): Promise<void> {
    // What it holds is written already; when it was last used is not worth a failure.
    await this.#write(slot, { ...slot.sidecar, usedAt: this.#options.now() }).catch(() => {});
    slot.taken = false;
    this.#removeSurplus();
  }

  /** When nobody has one: a product that builds in bursts would make and remove the same worktrees all day. */
  #removeSurplus(): void {
    const all = [...this.#slots.values()];
    if (all.some(({ taken }) => taken)) return;
    const surplus = all.filter((slot) => this.#nothingRuns(slot)).sort(leastWantedFirst);
    for (const slot of surplus.slice(0, Math.max(0, all.length - this.#options.kept))) this.#discard(slot);
  }

  /** Nobody gets it any more. */
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
    const { mirror, submodules, lfs, timeoutMs } = this.#options;
    return { mirror, directory: this.#pathOf(number), submodules, lfs, timeoutMs };
  }

  #pathOf(number: number): string {
    return join(this.#options.directory, `${number}`);
  }

  #sidecarOf(number: number): string {
    return sidecarOf(this.#pathOf(number));
  }
}

function leastWantedFirst(a: Slot, b: Slot): number {
  const holding = Number(a.sidecar.holds !== null) - Number(b.sidecar.holds !== null);
  return holding || a.sidecar.usedAt - b.sidecar.usedAt;
}

/** A full or broken disk keeps us from the tree as much as a broken repository does. */
function gitErrorOf(error: unknown): unknown {
  if (error instanceof GitError || typeof error !== 'object' || error === null || !('code' in error))
    return error;
  const reason = 'message' in error ? String(error.message) : String(error.code);
  return new GitError('other', `the worktree could not be made ready: ${reason}`, '', { cause: error });
}

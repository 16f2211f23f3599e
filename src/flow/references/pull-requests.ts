import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { webPage } from '../../chat/text/references.ts';
import type { PullLine } from '../../chat/view-model.ts';
import { ForgeError, type Forges, type PullRequest } from '../../ports/forge.ts';
import { within } from '../services/within.ts';

/** Commits whose answers are kept. */
const KEPT = 5_000;

/** How long the pull requests of a commit are kept: a title may be edited. */
const FOUND_MS = 3_600_000;

/** How long it is kept that a commit came with none: it may have been pushed just before it was merged. */
const NONE_MS = 120_000;

/** How many pull requests of one commit are kept. */
const OF_ONE = 5;

/** How many commits are asked about for one card or answer; the others are shown as far as they are known. */
const ASKED = 20;

/** How many requests run at once for one project, and how many wait for them; what is more is not asked. */
const AT_ONCE = 3;
const WAITING = 60;

/** How long nothing is asked about a project after its forge did not answer, or refused. */
const PAUSE_MS = 30_000;

/** A longer address is not linked: a card has room for some. */
const URL_MAX = 150;

/** How long nothing is waited for after an answer that came too late for a card. */
const SLOW_MS = 10_000;

type Project = { name: string; project: string };

/** What is going on for one project. */
interface Lane {
  limit: LimitFunction;
  pausedUntil: number;
  slowUntil: number;
}

export interface PullRequestsOptions {
  forge: Forges;
  now: () => number;
  log: Logger;
  /** How long a card or an answer waits for what is not known yet, in milliseconds. */
  waitMs: number;
}

/**
 * Which pull requests commits came with. Forges are asked once for each commit, a few at a time, and what they say is kept. Never
 * rejects, and never takes longer than the wait: what comes later is there the next time, and what was known before is shown until then.
 */
export class PullRequests {
  readonly #options: PullRequestsOptions;
  readonly #kept = new LRUCache<string, { pulls: readonly PullLine[]; until: number }>({ max: KEPT });
  readonly #asking = new Map<string, Promise<void>>();
  readonly #lanes = new Map<string, Lane>();

  constructor(options: PullRequestsOptions) {
    this.#options = options;
  }

  /** By full SHA; a commit of which nothing is known is left out. `waitMs`: less than usual. */
  async of(
    at: Project | undefined,
    shas: readonly string[],
    waitMs = this.#options.waitMs,
  ): Promise<Record<string, readonly PullLine[]>> {
    if (at === undefined) return {};
    const { now } = this.#options;
    const lane = this.#laneOf(at);
    const wanted = [...new Set(shas)];
    const unknown = wanted.filter((sha) => (this.#kept.get(keyOf(at, sha))?.until ?? 0) <= now());
    const asked = unknown.slice(0, ASKED).map((sha) => this.#ask(at, lane, sha));
    if (asked.length > 0 && lane.slowUntil <= now()) {
      const inTime = await within(Math.min(waitMs, this.#options.waitMs), Promise.all(asked));
      if (inTime === null) lane.slowUntil = now() + SLOW_MS;
    }
    const known = wanted.map((sha) => [sha, this.#kept.get(keyOf(at, sha))?.pulls ?? []] as const);
    return Object.fromEntries(known.filter(([, pulls]) => pulls.length > 0));
  }

  #laneOf({ name, project }: Project): Lane {
    const key = `${name}/${project}`;
    const lane = this.#lanes.get(key) ?? { limit: pLimit(AT_ONCE), pausedUntil: 0, slowUntil: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Settles when the commit was asked about, or will not be. */
  #ask(at: Project, lane: Lane, sha: string): Promise<void> {
    const key = keyOf(at, sha);
    const going = this.#asking.get(key);
    if (going !== undefined) return going;
    if (lane.pausedUntil > this.#options.now() || lane.limit.pendingCount >= WAITING)
      return Promise.resolve();
    const asked = lane.limit(() => this.#read(at, lane, sha)).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  async #read(at: Project, lane: Lane, sha: string): Promise<void> {
    const { forge, now, log } = this.#options;
    if (lane.pausedUntil > now()) return;
    try {
      const found = await (await forge(at))?.pullRequests(sha);
      this.#keep(at, sha, found ?? []);
    } catch (error) {
      // It does not know the commit yet, for example.
      if (isAboutCommit(error)) return this.#keep(at, sha, []);
      lane.pausedUntil = pausedUntil(error, now());
      log.info({ err: error, forge: at.name }, 'pull requests are shown without what the forge says');
    }
  }

  #keep(at: Project, sha: string, found: readonly PullRequest[]): void {
    const pulls = found.slice(0, OF_ONE).map((pull) => ({ ...pull, url: webPage(pull.url, URL_MAX) }));
    const lasts = pulls.length > 0 ? FOUND_MS : NONE_MS;
    this.#kept.set(keyOf(at, sha), { pulls, until: this.#options.now() + lasts });
  }
}

const keyOf = ({ name, project }: Project, sha: string) => `${name}/${project}@${sha}`;

function isAboutCommit(error: unknown): boolean {
  if (!(error instanceof ForgeError) || error.fault.kind !== 'refused') return false;
  const { how } = error.fault.why;
  return how === 'missing' || how === 'request';
}

function pausedUntil(error: unknown, now: number): number {
  const limited = error instanceof ForgeError && error.fault.kind === 'limited' ? error.fault.until : now;
  return Math.max(limited, now + PAUSE_MS);
}

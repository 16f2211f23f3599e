import type { DocumentRef } from '../domain/documents/document.ts';
import { productOfDocument } from '../domain/ids.ts';
import { postCard } from '../flow/cards/post-card.ts';
import { retryUntilStored } from '../flow/commands/retry-until-stored.ts';
import { CurrentLooks } from '../flow/current/look.ts';
import { HomeWatch } from '../flow/home/watch.ts';
import { build } from '../flow/pipeline/build.ts';
import { deploy } from '../flow/pipeline/deploy.ts';
import { dispatchEffects } from '../flow/pipeline/dispatch-effects.ts';
import { fetchBranch } from '../flow/pipeline/fetch/fetch-branch.ts';
import { pollBranches } from '../flow/pipeline/fetch/poll-branch.ts';
import { lookAtChecks } from '../flow/pipeline/look-at-checks.ts';
import { writeRecord } from '../flow/records/write-record.ts';
import { Follower } from '../flow/remote/follow.ts';
import { tellForge } from '../flow/reports/tell-forge.ts';
import { ClockWrong } from '../flow/services/clock.ts';
import { NotConfigured, OldConfiguration } from '../flow/services/errors.ts';
import type { ChatServices, Services } from '../flow/services/services.ts';
import { reportsOf, type Settings } from '../flow/settings/settings.ts';
import { untilClockIsRight } from '../flow/upkeep/clock-watch.ts';
import { joinMirrors } from '../flow/upkeep/old-mirrors.ts';
import { keepOldTrees } from '../flow/upkeep/old-trees.ts';
import { clean, cleanProduct } from '../flow/upkeep/retention/clean.ts';
import { SlackWatch } from '../flow/upkeep/slack-watch.ts';
import { forget, goOn, start, sweep, takeOver } from '../flow/upkeep/sweep.ts';
import type { Lane } from '../ports/queue.ts';
import type { AtATime, Role } from './configuration/environment.ts';

const HOUR_MS = 3_600_000;

/** The services of a process and its role. */
export type Working =
  | { role: 'worker'; services: Services }
  | { role: Exclude<Role, 'worker'>; services: ChatServices };

interface Stage {
  concurrency: number;
  handler: (place: DocumentRef) => Promise<void>;
  /**
   * Whether this process handles the wake-ups it sends, without passing them through the backend. True for quick
   * work; long work goes to any free worker.
   */
  isAtHand?: boolean;
}

/** The lane `fetch` asks repositories for branches, and forges for checks. */
async function askForge(services: Services, { kind, id }: DocumentRef): Promise<void> {
  if (kind === 'builds') await lookAtChecks(services, id);
  else await fetchBranch(services, id);
}

/** What a build made takes the place of what an older one did. */
async function buildAndClean(services: Services, id: string): Promise<void> {
  await build(services, id);
  await cleanProduct(services, productOfDocument(id));
}

/** Rollbacks are rare but must start at once. More than this at a time means a disaster of another kind. */
const ROLLBACKS = 4;

/**
 * Two for one large repository, whose reminder may take a second slot while it is copied, one for the others, and three for
 * forges that are asked for checks and do not answer.
 */
const FETCHES = 6;

/** Attempts that other systems are asked about at the same time, and how many of them one server may hold up. */
const FOLLOWS = { inAll: 8, perServer: 4 };

/** Environments that tell a forge at the same time: a slow one leaves a slot to the others. */
const REPORTS = 3;

/** Environments whose files in repositories of records are written at the same time. */
const RECORDS = 2;

/** Environments that are asked at the same time which commit runs there. */
const CURRENTS = 4;

/** The handlers of the lanes that this role serves. */
function stagesOf(working: Working, { builds, deploys }: AtATime): Partial<Record<Lane, Stage>> {
  const { services } = working;
  const tell: Stage = {
    concurrency: 4,
    handler: (place) => dispatchEffects(services, place),
    isAtHand: true,
  };
  const follower = new Follower(services, FOLLOWS.perServer);
  const looks = new CurrentLooks(services);
  const work: Partial<Record<Lane, Stage>> = {
    fetch: { concurrency: FETCHES, handler: (place) => askForge(services, place), isAtHand: true },
    build: { concurrency: builds, handler: ({ id }) => buildAndClean(services, id) },
    deploy: { concurrency: deploys, handler: ({ id }) => deploy(services, id) },
    rollback: { concurrency: ROLLBACKS, handler: ({ id }) => deploy(services, id) },
    follow: { concurrency: FOLLOWS.inAll, handler: ({ id }) => follower.follow(id), isAtHand: true },
    record: { concurrency: RECORDS, handler: ({ id }) => writeRecord(services, id), isAtHand: true },
    current: { concurrency: CURRENTS, handler: ({ id }) => looks.look(id), isAtHand: true },
  };
  if (working.role === 'worker') return { tell, ...work };
  const chat: Stage = { concurrency: 4, handler: ({ id }) => postCard(working.services, id), isAtHand: true };
  const report: Stage = {
    concurrency: REPORTS,
    handler: ({ id }) => tellForge(working.services, id),
    isAtHand: true,
  };
  const talk = { tell, chat, report };
  return working.role === 'bot' ? talk : { ...talk, ...work };
}

/** Nothing is waited for where no forge is told anything, or nothing is recorded. */
function isNeeded(lane: Lane, settings: Settings): boolean {
  const { products } = settings;
  if (lane === 'report') return products.some((product) => reportsOf(settings, product).length > 0);
  return lane !== 'record' || products.some(({ records }) => records !== undefined);
}

/** What a process does until it is stopped. */
export interface Work {
  begin(): Promise<void>;
  /** Another configuration was taken: does what a start with it would do, now or with the next sweep. Never rejects. */
  goOn(): Promise<void>;
  stop(): void;
}

/** Errors that are already reported elsewhere. The sweep wakes the work again when they are over. */
function isStanding(error: unknown): error is Error {
  return error instanceof NotConfigured || error instanceof OldConfiguration || error instanceof ClockWrong;
}

/**
 * The work of a process: handling wake-ups, the sweep and polling. `alone`: no other process works on the same
 * documents, so work begun by earlier processes is over.
 */
export function work(working: Working, options: { alone: boolean; atATime: AtATime }): Work {
  const { services } = working;
  const stages = Object.entries(stagesOf(working, options.atATime)) as [Lane, Stage][];
  const answered = new Set<Lane>();
  /** How often the configuration was replaced, and how often what follows from that was done. */
  const replaced = { times: 0, followed: 0 };
  let timer: NodeJS.Timeout | undefined;
  let slackTimer: NodeJS.Timeout | undefined;
  let homeTimer: NodeJS.Timeout | undefined;
  let pollTimer: NodeJS.Timeout | undefined;
  let cleanTimer: NodeJS.Timeout | undefined;
  let sweeping = false;
  let polling = false;
  let cleaning = false;
  let cleanedAt = Number.NEGATIVE_INFINITY;
  let forgotAt = Number.NEGATIVE_INFINITY;
  const sweepOnce = async () => {
    if (sweeping) return;
    sweeping = true;
    try {
      const { times, followed } = replaced;
      if (times === followed) await sweep(services);
      else await goOn(services);
      replaced.followed = times;
      if (services.now() - forgotAt > HOUR_MS) {
        await forget(services);
        forgotAt = services.now();
      }
    } catch (error) {
      services.log.warn({ err: error }, 'the sweep failed; the next one tries again');
    } finally {
      sweeping = false;
    }
  };
  // Separate from the sweep, so that a slow forge does not delay anything else.
  const pollOnce = async () => {
    if (polling) return;
    polling = true;
    try {
      await pollBranches(services);
    } catch (error) {
      services.log.warn({ err: error }, 'could not poll; the next poll tries again');
    } finally {
      polling = false;
    }
  };
  const answerNeeded = () => {
    for (const [lane, { concurrency, handler, isAtHand }] of stages) {
      if (answered.has(lane) || !isNeeded(lane, services.settings)) continue;
      answered.add(lane);
      const onError = (error: unknown, place: DocumentRef | null) => {
        if (isStanding(error)) services.log.debug({ place }, error.message);
        else services.log.error({ err: error, lane, place }, 'a stage failed; the sweep enqueues it again');
      };
      services.queue.answer(lane, concurrency, handler, onError, isAtHand);
    }
  };
  // Separate from both: the first one may take minutes, and nothing waits for it.
  const cleanOnce = async () => {
    if (cleaning || services.now() - cleanedAt < HOUR_MS) return;
    cleaning = true;
    await clean(services);
    cleanedAt = services.now();
    cleaning = false;
  };
  return {
    async begin() {
      await untilClockIsRight(services);
      if (services.stopping.aborted) return;
      await joinMirrors(services);
      if (options.alone) await keepOldTrees(services);
      // Before any handler starts: it would otherwise work on claims and attempts that are over.
      if (options.alone) await retryUntilStored(services, () => takeOver(services));
      await retryUntilStored(services, () => start(services));
      if (services.stopping.aborted) return;
      answerNeeded();
      timer = setInterval(sweepOnce, services.timing.sweepMs);
      if (working.role !== 'bot') {
        pollTimer = setInterval(pollOnce, services.timing.sweepMs);
        cleanTimer = setInterval(cleanOnce, services.timing.sweepMs);
        void cleanOnce();
      }
      if (working.role === 'worker') return;
      const watch = new SlackWatch(working.services);
      void watch.check();
      slackTimer = setInterval(() => void watch.check(), services.timing.slackCheckMs);
      const homes = new HomeWatch(working.services);
      homeTimer = setInterval(() => void homes.look(), services.timing.homeLookMs);
    },
    async goOn() {
      if (services.stopping.aborted) return;
      replaced.times += 1;
      answerNeeded();
      // One that runs meanwhile goes by what it began with, so the next one does it.
      await sweepOnce();
    },
    stop() {
      clearInterval(timer);
      clearInterval(pollTimer);
      clearInterval(cleanTimer);
      clearInterval(slackTimer);
      clearInterval(homeTimer);
    },
  };
}

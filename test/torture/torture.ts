import { ambush } from './acts/ambush.ts';
import { chaos } from './acts/chaos.ts';
import { Choices } from './acts/choices.ts';
import { Forge, pushing } from './acts/forge.ts';
import { garbage } from './acts/garbage.ts';
import { pause } from './acts/pause.ts';
import { people } from './acts/people.ts';
import { remoteFaults } from './acts/remote-faults.ts';
import { slackFaults } from './acts/slack-faults.ts';
import { checkCards } from './checks/cards.ts';
import { checkDeploys } from './checks/deploys.ts';
import { countsOf, keepFacts, nextTryOfACard, readFacts } from './checks/facts.ts';
import { checkOrder } from './checks/order.ts';
import { checkReferences } from './checks/references.ts';
import { checkRemote } from './checks/remote.ts';
import { checkSettled } from './checks/settled.ts';
import { Balancer } from './fleet/balancer.ts';
import { Fleet } from './fleet/fleet.ts';
import { Orphans } from './fleet/orphans.ts';
import { kill, marked } from './fleet/processes.ts';
import { serverTrouble } from './fleet/servers.ts';
import type { Books, Tier } from './fleet/tiers.ts';
import { PRODUCTS } from './products.ts';
import { readLedger } from './report/ledger.ts';
import { type Report, reportOf } from './report/report.ts';
import { statusOf } from './report/status.ts';
import { lastStory, quiet } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

export interface TortureOptions {
  tier: Tier['name'];
  /** How many times `kill -9` of a process of the bot. */
  kills: number;
  /** The same seed makes the same choices; what they meet depends on the machine. */
  seed: number;
  /** The killing stops after so long, however often it was. */
  minutes: number;
  /** Keeps outputs and ledgers also when nothing was found. */
  keep?: boolean;
  /** Gives up, after it has ended all that it started. */
  signal?: AbortSignal;
}

/** A lease, its margin, and a sweep, and some: whatever waits for time to pass has moved by then. */
const QUIET_MS = { embedded: 7_000, services: 18_000 } as const;

/**
 * Runs the real bot against the sandbox, has people and a forge use it, kills, freezes and cuts off what there is; then
 * lets all come to rest, and checks every promise of DESIGN §4. It ends by itself, and ends all that it started.
 */
export async function torture(options: TortureOptions): Promise<Report> {
  const beganAt = Date.now();
  const stage = await openStage(options.tier, options.seed);
  const fleet = new Fleet(stage);
  const orphans = new Orphans(stage.timeline);
  const choices = (name: string) => Choices.named(options.seed, name);
  const balancer = new Balancer(fleet, stage.timeline, choices('balancer'));
  const forge = new Forge(stage, balancer);
  const stop = new AbortController();
  options.signal?.addEventListener('abort', () => stop.abort());
  const loops: Promise<void>[] = [];
  let report: Report | null = null;
  try {
    stage.sandbox.setRequestUrl(await balancer.listen());
    await fleet.start();
    loops.push(
      people(stage, choices('people 1'), stop.signal),
      people(stage, choices('people 2'), stop.signal),
      pushing(forge, choices('pushes'), stop.signal),
      garbage(stage, balancer, choices('garbage'), stop.signal),
      slackFaults(stage, choices('slack'), stop.signal),
      remoteFaults(stage, choices('elsewhere'), stop.signal),
      serverTrouble(stage, choices('servers'), stop.signal),
    );
    const until = beganAt + options.minutes * 60_000;
    const bounds = { kills: options.kills, until, stop: stop.signal };
    loops.push(ambush(stage, fleet, orphans, choices('ambush'), bounds));
    await Promise.race([chaos(stage, fleet, orphans, choices('kills'), bounds), Promise.all(loops)]);
    stop.abort();
    await Promise.all(loops);
    if (options.signal?.aborted) throw new Error('told to stop');
    stage.timeline.note('the trouble is over');
    await settle(stage, fleet, forge, orphans);
    report = reportOf(stage, options, Date.now() - beganAt);
    return report;
  } catch (error) {
    throw new Error(`The torture itself failed; what there is lies in ${stage.directory}`, { cause: error });
  } finally {
    stop.abort();
    forge.close();
    await Promise.allSettled(loops);
    await fleet.stop('SIGKILL');
    await balancer.close();
    for (const command of marked(stage.mark)) kill(command, 'SIGKILL');
    await stage.close(options.keep === true || report === null || report.findings.length > 0);
  }
}

/** Times that all is stopped and looked at, as long as a card has to wait for its next try. */
const ROUNDS = 4;

async function settle(stage: Stage, fleet: Fleet, forge: Forge, orphans: Orphans): Promise<void> {
  const { tier } = stage;
  await fleet.untilReady();
  await lastStory(stage, forge);
  await forge.delivered();
  for (let round = 1; round <= ROUNDS; round += 1) {
    await quiet(stage, QUIET_MS[tier.name]);
    const statuses = await Promise.all(PRODUCTS.map(({ name }) => statusOf(stage, name)));
    const stoppedAt = Date.now();
    await Promise.all(fleet.members.map((member) => member.stop('SIGTERM')));
    await orphans.done();
    const books = await tier.openBooks();
    let nextTry: number | null;
    try {
      nextTry = await nextTryOfACard(books, stoppedAt);
      if (nextTry === null || round === ROUNDS) {
        return await check(stage, forge, books, { stoppedAt, toldUndeliverable: statuses.join('\n') });
      }
    } finally {
      await books.close();
    }
    stage.timeline.note(`a card waits until ${new Date(nextTry).toISOString()}`);
    await fleet.start();
    await pause(nextTry - Date.now());
  }
}

async function check(
  stage: Stage,
  { deliveries }: Forge,
  books: Books,
  when: { stoppedAt: number; toldUndeliverable: string },
): Promise<void> {
  const { timeline } = stage;
  for (const { pid, what } of marked(stage.mark))
    timeline.find('orphans', `${what} (${pid}) runs at the end`);
  const ledger = await readLedger(stage.ledger, timeline);
  const facts = await readFacts(books, { stage, ledger, deliveries, ...when });
  Object.assign(stage.came, countsOf(facts));
  await keepFacts(facts);
  for (const look of [checkDeploys, checkRemote, checkOrder, checkReferences, checkSettled, checkCards])
    look(facts);
}

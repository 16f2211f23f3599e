import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { GUARD_NEEDS_MS } from '../../../src/runner/run.ts';
import type { Fleet, Member } from '../fleet/fleet.ts';
import type { Orphans } from '../fleet/orphans.ts';
import { commandLine, descendants, kill, marked } from '../fleet/processes.ts';
import type { Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

/** How long a kill that is aimed waits for its moment. */
const AIM_MS = 6_000;

/** What runs of a product, by the step that its command line names. */
const STEPS = { deploy: /command\.sh\0deploy/, verify: /command\.sh\0verify/, build: /command\.sh\0build/ };

const WEIGHTS = { kill: 80, guard: 9, freeze: 6, freezePastLease: 3, restart: 2 };

export interface Chaos {
  /** How many times `kill -9` of a process of the bot. */
  kills: number;
  /** When to stop at the latest. */
  until: number;
  stop: AbortSignal;
}

/** Kills and freezes processes of the bot at random moments. */
export async function chaos(
  stage: Stage,
  fleet: Fleet,
  orphans: Orphans,
  choices: Choices,
  bounds: Chaos,
): Promise<void> {
  const { timeline } = stage;
  const frozen = new Set<Promise<void>>();
  while (!isOver(stage, bounds)) {
    const act = choices.act();
    const kind = act.weighted(WEIGHTS);
    const turn = act.between(0, fleet.members.length - 1);
    // Some die while they start; most of the others somewhere in the middle of what they do.
    const early = act.chance(0.15);
    const aimed = !early && (act.chance(0.7) || kind === 'guard');
    const step = STEPS[act.weighted({ deploy: 75, verify: 20, build: 5 })];
    const delay = Math.floor(act.next() * act.next() * (aimed ? 1_000 : 4_000));
    if (early) await pause(act.between(0, 1_500));
    const ready = early ? fleet.members : await readyMembers(stage, fleet);
    const inTurn = [...ready.slice(turn), ...ready.slice(0, turn)];
    const member = (aimed ? await busyMember(stage, inTurn, step, bounds.until) : undefined) ?? inTurn[0];
    await pause(delay);
    if (!member) continue;
    switch (kind) {
      case 'kill':
        await killMember(stage, orphans, member);
        break;
      case 'restart':
        timeline.did('graceful stops', member.name);
        await member.restart();
        break;
      case 'guard':
        killGuard(stage, orphans, member, act);
        break;
      case 'freeze':
      case 'freezePastLease': {
        if (member.frozen) break;
        const past = kind === 'freezePastLease';
        const thawed = freeze(stage, member, past, act).finally(() => frozen.delete(thawed));
        frozen.add(thawed);
        break;
      }
      default:
        kind satisfies never;
    }
  }
  await Promise.all(frozen);
}

/** Whether there is to be no more killing. */
export function isOver({ timeline }: Stage, { kills, until, stop }: Chaos): boolean {
  return timeline.count(KILLS) >= kills || Date.now() > until || stop.aborted;
}

/** Those that are ready, as soon as one is. None in good time is a finding, and nobody. */
async function readyMembers(stage: Stage, fleet: Fleet): Promise<readonly Member[]> {
  try {
    await fleet.untilOneIsReady();
  } catch (error) {
    stage.timeline.find('unsettled', String(error), Date.now());
  }
  return fleet.members.filter((member) => member.ready);
}

/** The first of them that does this step, as soon as there is one, for a while. */
async function busyMember(
  stage: Stage,
  members: readonly Member[],
  step: RegExp,
  until: number,
): Promise<Member | undefined> {
  const end = Math.min(until, Date.now() + AIM_MS);
  do {
    const commands = new Set(marked(stage.mark, step).map(({ pid }) => pid));
    const busy = members.find(({ pid }) => descendants(pid).some((known) => commands.has(known.pid)));
    if (busy) return busy;
    await pause(50);
  } while (Date.now() < end);
  return undefined;
}

/** Name of the count. */
export const KILLS = 'kill -9 of a process';

/** `call`: what it has just asked another system for. */
export async function killMember(
  stage: Stage,
  orphans: Orphans,
  member: Member,
  call?: string,
): Promise<void> {
  const left = descendants(member.pid);
  const own = new Set(left.map(({ pid }) => pid));
  const does = (step: RegExp) => marked(stage.mark, step).some(({ pid }) => own.has(pid));
  const doing = (Object.keys(STEPS) as (keyof typeof STEPS)[]).find((step) => does(STEPS[step]));
  const busy = call !== undefined ? ` at an ${call}` : doing === undefined ? '' : ` during a ${doing}`;
  const what = `${member.name} (${member.pid})${member.ready ? '' : ' while it starts'}${busy}`;
  stage.timeline.did(KILLS, what);
  if (!member.ready) stage.timeline.did('of these while it starts');
  if (busy !== '') stage.timeline.did(`of these${busy}`);
  await member.kill();
  orphans.watch(left, `kill -9 of ${what}`);
}

/** Kills the guard of a running command: its watcher has to end the command. */
function killGuard(stage: Stage, orphans: Orphans, member: Member, choices: Choices): void {
  const guard = choices.pick(
    descendants(member.pid).filter(({ pid }) => commandLine(pid).includes('guard.js')),
  );
  if (!guard) return;
  const left = descendants(guard.pid);
  if (!kill(guard, 'SIGKILL')) return;
  stage.timeline.did('kill -9 of a guard', `${guard.pid} of ${member.name}`);
  orphans.watch(left, `kill -9 of the guard ${guard.pid}`);
}

/** Stops a process for a while; past its lease, its commands must have been ended by their guards before it goes on. */
async function freeze(stage: Stage, member: Member, pastLease: boolean, choices: Choices): Promise<void> {
  const { timeline } = stage;
  const pid = member.pid;
  const thaw = member.freeze();
  timeline.did(pastLease ? 'frozen past the lease' : 'frozen for a while', `${member.name} (${pid})`);
  if (pastLease) {
    await pause(LEASE_MS + GUARD_NEEDS_MS + 1_000);
    const own = new Set(descendants(pid).map((known) => known.pid));
    for (const known of marked(stage.mark).filter((command) => own.has(command.pid))) {
      const found = `${known.what} (${known.pid}) still runs after the lease of ${member.name} (${pid}), which is frozen`;
      timeline.find('orphans', found, Date.now());
    }
    // Some of them past the claim on a card too, which is twenty seconds.
    await pause(MARGIN_MS + choices.between(0, 8_000));
  } else await pause(choices.between(300, 8_000));
  timeline.note(`${member.name} (${pid}) goes on`);
  thaw();
}

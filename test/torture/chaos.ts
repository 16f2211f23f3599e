import { readFileSync } from 'node:fs';
import { LEASE_MS, MARGIN_MS } from '../../src/domain/lease.ts';
import { GUARD_NEEDS_MS } from '../../src/runner/run.ts';
import type { Choices } from './choices.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Orphans } from './orphans.ts';
import { pause } from './pause.ts';
import { descendants, kill, marked } from './processes.ts';
import type { Stage } from './stage.ts';

const AIM_MS = 3_000;

const WEIGHTS = { kill: 80, guard: 9, freeze: 6, freezePastLease: 3, restart: 2 };

export interface Chaos {
  /** How many times `kill -9` of a process of the bot. */
  kills: number;
  /** When to stop at the latest. */
  until: number;
}

/** Kills and freezes processes of the bot at random moments. */
export async function chaos(
  stage: Stage,
  fleet: Fleet,
  orphans: Orphans,
  choices: Choices,
  { kills, until }: Chaos,
): Promise<void> {
  const { timeline } = stage;
  const frozen = new Set<Promise<void>>();
  const isOver = () => timeline.count(KILLS) >= kills || Date.now() > until;
  while (!isOver()) {
    const act = choices.act();
    const kind = act.weighted(WEIGHTS);
    const member = act.pick(fleet.members);
    // Some die while they start.
    const early = act.chance(0.15);
    // Half of the others die while some command runs.
    const aimed = act.chance(0.5);
    const delay = early ? act.between(0, 1_500) : Math.floor(act.next() * act.next() * 4_000);
    if (!member) return;
    if (!early) {
      await member
        .untilReady()
        .catch((error: unknown) => timeline.find('unsettled', String(error), Date.now()));
    }
    await pause(delay);
    if (aimed && !early) await untilBusy(stage, until);
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

/** Waits for a command of a product, for a while. */
async function untilBusy(stage: Stage, until: number): Promise<void> {
  const end = Math.min(until, Date.now() + AIM_MS);
  while (marked(stage.mark).length === 0 && Date.now() < end) await pause(50);
}

/** Name of the count. */
export const KILLS = 'kill -9 of a process';

async function killMember(stage: Stage, orphans: Orphans, member: Member): Promise<void> {
  const left = descendants(member.pid);
  const busy = left.filter(({ what }) => what === 'sh' || what === 'sleep').length > 0;
  const what = `${member.name} (${member.pid})${member.ready ? '' : ' while it starts'}${busy ? ' while a command runs' : ''}`;
  stage.timeline.did(KILLS, what);
  if (!member.ready) stage.timeline.did('of these while it started');
  if (busy) stage.timeline.did('of these while a command ran');
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

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
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
    await pause(MARGIN_MS + choices.between(0, 3_000));
  } else await pause(choices.between(300, 8_000));
  timeline.note(`${member.name} (${pid}) goes on`);
  thaw();
}

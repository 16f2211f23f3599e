import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** The environment variable that marks a call of git. Whatever git starts inherits it: ssh, helpers, maintenance. */
export const MARK = 'SLIPWAY_GIT_RUN';

/** Whether this system lists processes with their environments, so that `killMarked` finds any. */
export const CAN_KILL = process.platform === 'linux';

/** More rounds than this find only processes that no signal ends. */
const ROUNDS = 5;

export function newMark(): string {
  return randomUUID();
}

/** Kills the processes of the call that has this mark. Never rejects. */
export async function killMarked(mark: string): Promise<void> {
  if (!CAN_KILL) return;
  // Again after each round: a process that was just being started is listed only then.
  for (let round = 0; round < ROUNDS; round++) {
    const found = await marked(mark);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

async function marked(mark: string): Promise<number[]> {
  const entry = Buffer.from(`${MARK}=${mark}\0`);
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    // Those of other users cannot be read, and a zombie has none.
    const environment = await readFile(`/proc/${name}/environ`).catch(() => null);
    if (environment?.includes(entry)) found.push(Number(name));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

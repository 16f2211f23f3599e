import type { Command } from './commands.ts';
import type { EnvironmentCommand, HumanCommand } from './environment.ts';
import type { LockCommand } from './lock.ts';

/** Complete by its type: a missing command does not compile. */
const LOCK_COMMANDS = {
  lock: true,
  unlock: true,
  takeOver: true,
  extendLock: true,
  editLock: true,
  askToUnlock: true,
  handOver: true,
  keepLock: true,
} as const satisfies Record<LockCommand['type'], true>;

const HUMAN_COMMANDS = {
  prepare: true,
  approve: true,
  reject: true,
  deploy: true,
  accept: true,
  fail: true,
  cancel: true,
  retry: true,
  rollback: true,
  redeploy: true,
  hotfix: true,
  adopt: true,
  override: true,
  pause: true,
  resume: true,
} as const satisfies Record<HumanCommand['type'], true>;

/** True: the command is about a lock, of an environment or of a product. */
export function isLockCommand(command: Command): command is LockCommand {
  return Object.hasOwn(LOCK_COMMANDS, command.type);
}

/** True: the command is a person's request, which only a full member may make. */
export function isAskedByPeople(command: EnvironmentCommand): command is HumanCommand | LockCommand {
  return Object.hasOwn(HUMAN_COMMANDS, command.type) || isLockCommand(command);
}

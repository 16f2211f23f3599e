import { SANDBOX_FAULTS, type SandboxFault } from './protocol.ts';
import { EVERY, type Faults } from './workspace/faults.ts';
import type { Workspace } from './workspace/workspace.ts';

/** How late a slow Slack answers, in milliseconds. */
const SLOW_MS = 2_000;
const RETRY_AFTER_SECONDS = 5;

/** The types of block that an older Slack refuses. */
const NEW_BLOCKS = ['plan', 'task_card'];

/** The faults that a page switches on and off. */
export class FaultSwitches {
  readonly #workspace: Workspace;
  readonly #faults: Faults;
  readonly #on = new Set<SandboxFault>();

  constructor(workspace: Workspace, faults: Faults) {
    this.#workspace = workspace;
    this.#faults = faults;
  }

  on(): SandboxFault[] {
    return SANDBOX_FAULTS.filter((fault) => this.#on.has(fault));
  }

  /** Switches everything off, and removes the planned faults. */
  clear(): void {
    this.#on.clear();
    this.#faults.clear();
    this.#workspace.refuseBlocks([]);
    this.#workspace.touch();
  }

  /** Replaces the planned faults for every method and request by those that are switched on. */
  set(fault: SandboxFault, on: boolean): void {
    if (on) this.#on.add(fault);
    else this.#on.delete(fault);
    this.#faults.clear(EVERY);
    this.#workspace.refuseBlocks(this.#on.has('plain_blocks') ? NEW_BLOCKS : []);
    for (const each of this.on()) this.#plan(each);
    this.#workspace.touch();
  }

  #plan(fault: SandboxFault): void {
    const faults = this.#faults;
    switch (fault) {
      case 'down':
        faults.plan(EVERY, { kind: 'server_error', status: 503 });
        return;
      case 'slow':
        faults.plan(EVERY, { kind: 'hang', ms: SLOW_MS });
        return;
      case 'rate_limited':
        faults.plan(EVERY, { kind: 'rate_limited', retryAfterSeconds: RETRY_AFTER_SECONDS });
        return;
      case 'answer_lost':
        faults.plan(EVERY, { kind: 'unanswered' });
        return;
      case 'twice':
        faults.planDelivery(EVERY, { kind: 'twice' });
        return;
      case 'plain_blocks':
        return;
      default:
        fault satisfies never;
    }
  }
}

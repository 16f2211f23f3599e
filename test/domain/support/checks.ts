import type { Check, CheckState } from '../../../src/domain/checks/checks.ts';
import { seenChecks } from '../../../src/domain/checks/seen.ts';
import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import type { BuildContext, ChecksContext } from '../../../src/domain/decide/build/draft.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { BuildCommand } from '../../../src/domain/documents/commands/build.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { BuildStatus } from '../../../src/domain/documents/values/build/run.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { A, frozen, START } from './support.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export const CHECKS: ChecksContext = {
  names: ['test', 'build'],
  withinMs: 60 * MINUTE,
  asked: true,
  pollMs: 45 * SECOND,
  followMs: 24 * 60 * MINUTE,
  followPollMs: 5 * MINUTE,
  spacingMs: SECOND,
  backoffMs: [5 * SECOND, MINUTE],
};

let attempts = 0;
/** One attempt, later than those made before it. */
export function check(name: string, state: CheckState, group = 'suite 1'): Check {
  attempts += 1;
  return {
    name,
    state,
    url: `https://ci.example.com/${attempts}`,
    description: null,
    group,
    attempt: attempts,
  };
}

/** A commit that is built elsewhere, and what its document sends. */
export class Walk {
  build: Build = newBuild('shop', A);
  now = START;
  context: ChecksContext | undefined = CHECKS;
  sent: string[] = [];
  told: string[] = [];
  #commands = 0;

  do(ask: Unsent<BuildCommand>, actor: BuildCommand['actor'] = ROBOT) {
    this.#commands += 1;
    const command = { ...ask, id: `c${this.#commands}`, actor } as BuildCommand;
    const context: BuildContext = {
      now: this.now,
      lowest: { id: environmentId('shop', 'integration'), mode: 'continuous' },
      guardGone: true,
      ...(this.context ? { checks: this.context } : {}),
    };
    const decision = decideBuild(frozen(this.build), frozen(command), frozen(context));
    this.build = decision.aggregate;
    this.sent = decision.effects.map(({ to, command: { type } }) => `${type} ${to.id}`);
    for (const { command: sent } of decision.effects) {
      if (sent.type === 'makeRelease') this.told.push('released');
      if (sent.type === 'reply') this.told.push(sent.reply.event.kind);
    }
    return decision;
  }

  request(head = 1) {
    const push = { head, branch: 'main', pushedBy: 'lin', at: this.now, card: `shop@head-${head}` };
    return this.do({ type: 'requestBuild', push, watcher: null });
  }

  begin(): number {
    const answer = this.do({ type: 'lookAtChecks' });
    if (answer.kind !== 'accepted' || answer.attempt === undefined) throw new Error('no look is due');
    return answer.attempt;
  }

  saw(look: number, checks: readonly Check[]) {
    return this.do({ type: 'sawChecks', look, ...seenChecks(CHECKS.names, checks) });
  }

  /** The forge is asked at once, and reports these. */
  look(...checks: Check[]): BuildStatus {
    if (this.#isLater()) this.do({ type: 'ringChecks' });
    this.now = Math.max(this.now, this.build.checks?.lookAt ?? 0);
    this.saw(this.begin(), checks);
    return this.build.status;
  }

  #isLater(): boolean {
    return (this.build.checks?.lookAt ?? 0) > this.now;
  }

  hears(name: string, state: CheckState) {
    return this.do({ type: 'reportCheck', check: { name, state, url: null, description: null } });
  }
}

export function requested(context: Partial<ChecksContext> = {}): Walk {
  const walk = new Walk();
  walk.context = { ...CHECKS, ...context };
  walk.request();
  return walk;
}

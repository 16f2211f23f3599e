import type { SlackApp } from '../../adapters/slack/app.ts';
import { OldConfiguration } from '../../flow/services/errors.ts';
import type { Services } from '../../flow/services/services.ts';
import type { Troubles } from '../../flow/services/troubles.ts';
import { TOKEN_TROUBLE } from '../../flow/upkeep/slack-watch.ts';
import type { Role } from '../configuration/environment.ts';
import type { Readiness } from '../http.ts';

/** What the readiness of a process depends on. */
interface Asked {
  /** How far its start or its stop is by now. */
  state: () => Readiness;
  /** Null: the store is not open yet. */
  services: Services | null;
  /** Null: Slack does not reach this process. */
  slack: SlackApp | null;
  role: Role | undefined;
  troubles: Troubles;
}

/** Whether a process is ready, and what troubles it has. Asks the store and the queue. */
export async function readinessOf(asked: Asked): Promise<Readiness> {
  const state = await askReadiness(asked);
  const troubles = asked.troubles.list().map(({ where, says, todo }) => ({ where, says, todo }));
  return troubles.length === 0 ? state : { ...state, troubles };
}

async function askReadiness({ state, services, slack, role, troubles }: Asked): Promise<Readiness> {
  const wrong = services?.clock.wrong ?? null;
  if (wrong !== null)
    return { ready: false, why: `${wrong}: this process decides nothing until it is right` };
  if (!state().ready || services === null) return state();
  const { store, queue, configurations } = services;
  const [old] = configurations.old;
  if (old !== undefined) {
    return { ready: false, why: new OldConfiguration(old).message };
  }
  const [stored, queued] = await Promise.allSettled([store.ping(), queue.ping()]);
  if (stored.status === 'rejected') return { ready: false, why: 'the store does not answer' };
  const refused = troubles.get(TOKEN_TROUBLE);
  if (refused) return { ready: false, why: `${refused.says}: ${refused.todo}` };
  const unreachable = slack?.unreachable() ?? null;
  if (unreachable !== null) return { ready: false, why: unreachable };
  if (queued.status === 'fulfilled') return state();
  const why = 'the queue does not answer: nothing is lost, and work continues when it does';
  // People can still decide without the queue; a worker has nothing to do.
  return role === 'worker' ? { ready: false, why } : { ready: true, degraded: why };
}

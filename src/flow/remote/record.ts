import { systemName } from '../../chat/text/elsewhere.ts';
import type { AttemptOutcome } from '../../domain/documents/values/release.ts';
import type { CancelAnswer, RemoteRun, RemoteSystem, Sight } from '../../domain/documents/values/remote.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { Executor, RemoteOutcome, Seen } from '../../ports/executor.ts';
import { type Applied, apply } from '../commands/apply.ts';
import { retryUntilStored } from '../commands/retry-until-stored.ts';
import { attemptLog } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import { keepLog } from './log.ts';
import { said } from './said.ts';
import type { RemoteWork } from './target.ts';

/** The client of a system; null: it cannot be opened, and nothing was sent. The log says why. */
export async function opened(
  services: Pick<Services, 'executor' | 'log'>,
  { environment, target }: RemoteWork,
): Promise<Executor | null> {
  try {
    return target === null ? null : await services.executor(target);
  } catch (error) {
    services.log.error(
      { err: error, environment: environment.id },
      'the client of a system could not be opened',
    );
    return null;
  }
}

/** Asks a system. What it or the network does is part of its answer; whatever it throws is our mistake, and says nothing about the attempt. */
export async function asked<T>(
  services: Pick<Services, 'log'>,
  { environment, followed }: RemoteWork,
  ask: () => Promise<T>,
): Promise<T | Extract<Seen, { kind: 'unknown' }>> {
  try {
    return await ask();
  } catch (error) {
    const { system } = followed.remote;
    services.log.error({ err: error, environment: environment.id, system }, 'a system could not be asked');
    return notAsked(system);
  }
}

/** What is known after a mistake of ours. */
export function notAsked(system: RemoteSystem): Extract<Seen, { kind: 'unknown' }> {
  return {
    kind: 'unknown',
    reason: `Slipway could not ask ${systemName(system)}; its log says why`,
    until: null,
  };
}

/** Records what is known of an attempt after a call. `executor` tells the log of a run that has ended. */
export async function record(
  services: Services,
  work: RemoteWork,
  seen: Seen,
  executor: Executor | null,
): Promise<Applied<'environments'>> {
  const { environment, followed, product } = work;
  const { number } = followed.attempt;
  const { rungAt } = followed.remote;
  const asRead = rungAt === undefined ? {} : { rungAt };
  if (seen.kind !== 'ended') {
    const command = { type: 'sawRemote', attempt: number, seen: kept(seen, product.secrets) } as const;
    const saw = { id: services.newId(), actor: ROBOT, ...command, ...asRead };
    return retryUntilStored(services, () => apply(services, 'environments', environment.id, saw));
  }
  const run = seen.run ?? followed.remote.run;
  const outcome = outcomeOf(seen.outcome, product.secrets);
  if (executor !== null && run !== null && isNews(followed.attempt.outcome, outcome)) {
    const text = await asked(services, work, () => executor.log(work.about, run));
    if (typeof text === 'string' && text !== '') await keepLog(services, work, text);
  }
  const report = {
    id: services.newId(),
    actor: ROBOT,
    type: 'report',
    attempt: number,
    outcome,
    log: attemptLog(environment.id, number),
    ...(run && { run: plainRun(run) }),
    ...asRead,
  } as const;
  return retryUntilStored(services, () => apply(services, 'environments', environment.id, report));
}

/** Records what the system said to the wish to end the attempt. */
export async function recordAnswer(
  services: Services,
  work: RemoteWork,
  answer: CancelAnswer,
): Promise<void> {
  const { environment, followed, product } = work;
  const told = answer.kind === 'asked' ? answer : { ...answer, reason: said(answer.reason, product.secrets) };
  const command = { type: 'askedToEnd', attempt: followed.attempt.number, answer: told } as const;
  const asked = { id: services.newId(), actor: ROBOT, ...command };
  await retryUntilStored(services, () => apply(services, 'environments', environment.id, asked));
}

function isNews(known: AttemptOutcome | null, outcome: AttemptOutcome): boolean {
  return known === null || known.kind === 'interrupted' || outcome.kind === 'succeeded';
}

function kept(seen: Sight, secrets: readonly string[]): Sight {
  switch (seen.kind) {
    case 'running': {
      const { run, waits, lastLine } = seen;
      const words = (text: string | null) => (text === null ? null : said(text, secrets));
      return { kind: 'running', run: plainRun(run), waits: words(waits), lastLine: words(lastLine) };
    }
    case 'notFound':
      return { kind: 'notFound' };
    case 'unknown':
      return { kind: 'unknown', reason: said(seen.reason, secrets), until: seen.until };
    default:
      return seen satisfies never;
  }
}

/** Only what documents keep of a run. */
export function plainRun({ id, url }: RemoteRun): RemoteRun {
  return { id, url };
}

function outcomeOf(outcome: RemoteOutcome, secrets: readonly string[]): AttemptOutcome {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'succeeded' };
    case 'failed':
      return { kind: 'failed', how: { kind: 'outside', says: said(outcome.says, secrets) } };
    case 'cancelled':
      return outcome.says === null
        ? { kind: 'cancelled' }
        : { kind: 'cancelled', says: said(outcome.says, secrets) };
    case 'errored':
      return { kind: 'errored', reason: said(outcome.reason, secrets), ran: outcome.ran };
    default:
      return outcome satisfies never;
  }
}

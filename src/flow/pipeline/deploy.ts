import type { Environment } from '../../domain/documents/environment.ts';
import {
  type AttemptOutcome,
  type Leftovers,
  type Release,
  runningAttempt,
  type Step,
} from '../../domain/documents/values/release.ts';
import { nextWork } from '../../domain/gates/gates.ts';
import { releaseId } from '../../domain/ids.ts';
import { ROBOT } from '../../domain/people/people.ts';
import type { SlipwayVariables } from '../../runner/environment.ts';
import { apply } from '../commands/apply.ts';
import { retryUntilStored } from '../commands/retry-until-stored.ts';
import { askBeforeDeploy } from '../current/wait.ts';
import { startRemote } from '../remote/start.ts';
import { placeOf } from '../remote/target.ts';
import { NotConfigured } from '../services/errors.ts';
import { attemptLog, guardLockPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import { findEnvironment, needsTree, type ProductSettings, stepOf } from '../settings/settings.ts';
import { type CommandSettings, isRemote } from '../settings/steps.ts';
import { attemptOutcome, HeldLease, leftoversOf, type Renewed, shareLog } from './attempt-lease.ts';
import { noteIfGone, takeBuiltTree } from './built-tree.ts';
import { startCommand } from './run-command.ts';

/**
 * Does what an environment has to do, one step after the other: the deploy of the first in its queue, then its verification.
 * Each step is claimed in one write, run under its lease, and reported with its real outcome. What another system carries
 * out is only started here.
 */
export async function deploy(services: Services, id: string): Promise<void> {
  while (!services.stopping.aborted) {
    const environment = await services.store.load('environments', id);
    const work = environment ? nextWork(environment) : null;
    if (!work) return;
    if (environment && work.step === 'deploy') {
      await askBeforeDeploy(services, environment);
      const known = findEnvironment(services.settings, id);
      if (known && needsTree(known.environment))
        await noteIfGone(services, environment.product, work.release.sha);
    }
    const configured = findEnvironment(services.settings, id);
    if (!configured) throw new NotConfigured(id);
    const command = stepOf(configured.environment, work.step);
    const remote = command !== null && isRemote(command) ? command : null;
    const { leaseMs, remoteStartMs } = services.timing;
    const leaseUntil = services.clock.leaseNow() + (remote ? remoteStartMs : leaseMs);
    const begun = await apply(services, 'environments', id, {
      id: services.newId(),
      actor: ROBOT,
      type: 'begin',
      release: work.release.number,
      step: work.step,
      worker: services.worker,
      leaseUntil,
      ...(remote && {
        remote: {
          system: remote.remote.system,
          key: services.newId(),
          place: placeOf(remote.remote, services.settings),
          timeoutMs: remote.timeoutMs,
        },
      }),
    });
    if (begun.answer.kind === 'refused') {
      const { rule } = begun.answer.refusal;
      // Sent back: the next in the queue may go. Any other refusal: another worker is doing it, or it is too early.
      if (rule === 'sentBack' || rule === 'notFirst') continue;
      return;
    }
    const { attempt: number } = begun.answer;
    if (number === undefined) throw new TypeError('a begin names its attempt');
    const { aggregate } = begun;
    if (command !== null && isRemote(command)) {
      await startRemote(services, aggregate, leaseUntil);
    } else {
      const { step, release } = work;
      const local = { environment: aggregate, release: release.number, number, step, command, leaseUntil };
      await attempt(services, configured.product, local);
    }
  }
}

/** An attempt that this worker has begun, and the command that it runs; null: it was removed from the configuration. */
interface Local {
  environment: Environment;
  /** Number of its release, and its own. */
  release: number;
  number: number;
  step: Step;
  command: CommandSettings | null;
  leaseUntil: number;
}

async function attempt(services: Services, product: ProductSettings, local: Local): Promise<void> {
  const { environment } = local;
  const log = attemptLog(environment.id, local.number);
  const ended = await run(services, product, local, log);
  const report = {
    id: services.newId(),
    actor: ROBOT,
    type: 'report',
    attempt: local.number,
    log,
    ...ended,
  } as const;
  const shared = await shareLog(services, log);
  await retryUntilStored(services, () => apply(services, 'environments', environment.id, report));
  if (!shared) await retryUntilStored(services, () => services.logs.share(log));
}

async function run(
  services: Services,
  product: ProductSettings,
  { environment, release: number, number: attemptNumber, step, command, leaseUntil }: Local,
  log: string,
): Promise<{ outcome: AttemptOutcome; leftovers?: Leftovers }> {
  const release = environment.open.find((candidate) => candidate.number === number);
  if (!release) throw new TypeError('a begin leaves its release open');
  if (!command) {
    // The verify command was removed from the configuration after the deploy: nothing can fail.
    return { outcome: { kind: 'succeeded' } };
  }
  let lastLine: string | null = null;
  const renew = async (until: number): Promise<Renewed> => {
    const { answer, aggregate } = await apply(services, 'environments', environment.id, {
      id: services.newId(),
      actor: ROBOT,
      type: 'renew',
      attempt: attemptNumber,
      leaseUntil: until,
      lastLine,
    });
    if (answer.kind === 'refused') return { kind: 'taken' };
    const now = aggregate.open.find((candidate) => candidate.number === number);
    return now && runningAttempt(now)?.cancelWished ? { kind: 'cancelWished' } : { kind: 'yours' };
  };
  // A verification changes nothing and can be repeated elsewhere; a deploy may use the remaining time.
  const endOn = step === 'verify' ? services.stopping : services.ending;
  const held = new HeldLease(services, leaseUntil, { of: step, renew, log: () => log, endOn });
  try {
    const lockFile = guardLockPath(services.dataDirectory, environment.id);
    const wanted = { product: environment.product, sha: release.sha, lockFile };
    const built = await takeBuiltTree(
      services,
      wanted,
      () => held.over === null && !services.stopping.aborted,
    );
    if (built.kind === 'errored') return { outcome: { kind: 'errored', reason: built.reason, ran: false } };
    try {
      // A deploy that began now would be ended half way.
      if (step === 'deploy' && services.stopping.aborted)
        return { outcome: { kind: 'errored', reason: 'Slipway was asked to stop', ran: false } };
      const outcome = await held.run((deadline) =>
        startCommand(services, {
          product,
          ...command,
          tree: built.tree,
          variables: variablesOf(environment, release),
          log,
          lockFile,
          deadline,
          onLine: (line) => {
            lastLine = line;
          },
        }),
      );
      // Another worker begins the verification instead.
      if (outcome.kind === 'didNotRun' && held.over === 'stopping' && step === 'verify')
        return { outcome: { kind: 'interrupted' } };
      const leftovers = leftoversOf(outcome);
      return { outcome: attemptOutcome(outcome), ...(leftovers === undefined ? {} : { leftovers }) };
    } finally {
      await built.tree.release();
    }
  } finally {
    await held.end();
  }
}

function variablesOf(environment: Environment, release: Release): SlipwayVariables {
  return {
    product: environment.product,
    environment: environment.name,
    commit: release.sha,
    ref: release.ref,
    previousCommit: release.replaces,
    release: releaseId(environment.id, release.number),
    kind: release.kind,
  };
}

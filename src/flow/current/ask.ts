import { rm } from 'node:fs/promises';
import { type Environment, findRelease } from '../../domain/documents/environment.ts';
import type { CurrentAnswer } from '../../domain/documents/values/current.ts';
import { releaseId } from '../../domain/ids.ts';
import { duration } from '../../domain/time/duration.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Lease } from '../../git/trees/types.ts';
import type { Told } from '../../ports/current.ts';
import type { SlipwayVariables } from '../../runner/environment.ts';
import type { RunOutcome } from '../../runner/outcome.ts';
import { startCommand } from '../pipeline/run-command.ts';
import { said } from '../remote/said.ts';
import { currentLockPath, currentLog } from '../services/paths.ts';
import type { Services } from '../services/services.ts';
import type { CurrentSettings } from '../settings/current.ts';
import type { ProductSettings } from '../settings/settings.ts';
import type { CommandSettings } from '../settings/steps.ts';
import { resolveSaid } from './resolve.ts';

/** How much longer than its command a guard may live: it is never renewed, and ends with the process at the latest then. */
const BEYOND_MS = 10_000;

/** What is asked, of what, and how. */
export interface CurrentAsked {
  environment: Environment;
  product: ProductSettings;
  settings: CurrentSettings;
  /** Full SHA of the commit in whose tree a command runs. */
  sha: string;
}

/** Asks an environment which commit really runs there. Throws for nothing that it, git or the network do. */
export async function askCurrent(services: Services, asked: CurrentAsked): Promise<CurrentAnswer> {
  const { environment, product, settings } = asked;
  const { ask } = settings;
  const about = { product: product.name, environment: environment.name };
  const told =
    'address' in ask
      ? await services.askAddress(ask.address, about)
      : await runCommand(services, asked, ask.command);
  const { secrets } = product;
  if (told.kind === 'silent') return { kind: 'silent', reason: said(told.reason, secrets) };
  const { text } = told;
  const { deployed, open } = environment;
  const expected = [...(deployed ? [deployed.sha] : []), ...open.map((release) => release.sha)];
  return resolveSaid(services, { product: product.name, text, secrets, expected });
}

/** Runs the command in a clean tree of the commit, under a guard and a lock of its own. */
async function runCommand(services: Services, asked: CurrentAsked, command: CommandSettings): Promise<Told> {
  const { environment, product, sha } = asked;
  const lockFile = currentLockPath(services.dataDirectory, environment.id);
  let tree: Lease;
  try {
    tree = await services.trees(product.name).take({ sha, built: null, lockFile });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { kind: 'silent', reason: error.message };
  }
  try {
    return await runIn(services, asked, { ...command, tree, lockFile });
  } finally {
    await tree.release();
  }
}

async function runIn(
  services: Services,
  { environment, product, sha }: CurrentAsked,
  command: CommandSettings & { tree: Lease; lockFile: string },
): Promise<Told> {
  const { stopping } = services;
  if (stopping.aborted) return { kind: 'silent', reason: STOPS };
  const log = currentLog(environment.id);
  // Only the last look is kept.
  await rm(services.logs.file(log), { force: true });
  let last = '';
  const running = await startCommand(services, {
    product,
    ...command,
    variables: variablesOf(environment, sha),
    log,
    deadline: services.now() + command.timeoutMs + BEYOND_MS,
    onLine: (line) => {
      if (line.trim() !== '') last = line.trim();
    },
  }).catch(messageOf);
  if (typeof running === 'string')
    return { kind: 'silent', reason: `its command could not start: ${running}` };
  const stop = () => running.cancel(STOPS);
  stopping.addEventListener('abort', stop);
  const outcome = await running.done.finally(() => stopping.removeEventListener('abort', stop));
  const failed = whyNot(outcome, last);
  if (failed !== null) return { kind: 'silent', reason: failed };
  return last === ''
    ? { kind: 'silent', reason: 'its command printed nothing' }
    : { kind: 'told', text: last };
}

const STOPS = 'Slipway was asked to stop';

/** null: the command has said what runs. */
function whyNot(outcome: RunOutcome, last: string): string | null {
  const words = last === '' ? '' : `: ${last}`;
  switch (outcome.kind) {
    case 'exited':
      return outcome.exitCode === 0 ? null : `its command ended with exit code ${outcome.exitCode}${words}`;
    case 'signalled':
      return `its command was ended by ${outcome.signal}`;
    case 'timedOut':
      return `its command ran past ${duration(outcome.afterMs)}`;
    case 'cancelled':
      return STOPS;
    case 'didNotRun':
      return `its command did not run: ${outcome.reason}`;
    case 'leaseLost':
    case 'guardLost':
      return 'its command was interrupted';
    default:
      return outcome satisfies never;
  }
}

function variablesOf(environment: Environment, sha: string): SlipwayVariables {
  const { deployed, id } = environment;
  const release = deployed ? findRelease(environment, deployed.release) : undefined;
  return {
    product: environment.product,
    environment: environment.name,
    commit: sha,
    ref: deployed?.ref ?? null,
    previousCommit: release?.replaces ?? null,
    release: deployed ? releaseId(id, deployed.release) : null,
    kind: release?.kind ?? null,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

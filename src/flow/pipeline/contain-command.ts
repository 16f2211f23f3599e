import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSelfSufficient } from '../../git/commands/self-sufficient.ts';
import type { Container } from '../../runner/guard/types.ts';
import { containerOf, EngineUnavailable, isOfEngine } from '../../runner/isolation/containers.ts';
import { environmentsPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';

const REPACK_MS = 10 * 60_000;

/** A container for one command, ready to run. */
export interface Ready {
  container: Container;
  /** Deletes the files that were written for it. */
  end(): Promise<void>;
}

/**
 * Prepares a container for one command. `attempt`: the name of the log of its attempt, which is its label. `env`: the
 * variables of the command. They are passed in a file that only our user can read, because process lists show arguments;
 * values with several lines cannot be in that file and are passed in the engine's environment. Throws whatever keeps the
 * container from being prepared.
 */
export async function readyContainer(
  services: Pick<Services, 'dataDirectory' | 'engine' | 'newId' | 'settings'>,
  command: { image: string; tree: string; attempt: string; env: Readonly<Record<string, string>> },
): Promise<Ready> {
  const { image, tree, attempt, env } = command;
  if (services.engine === null) throw new EngineUnavailable(services.settings.containers ?? 'auto');
  await makeSelfSufficient(tree, REPACK_MS);
  const name = `slipway-${services.newId()}`;
  const folder = environmentsPath(services.dataDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const envFile = join(folder, name);
  const inFile = Object.entries(env).filter(([, value]) => !/[\r\n]/.test(value));
  const beside = Object.entries(env).filter(([, value]) => /[\r\n]/.test(value));
  const taken = beside.find(([variable]) => isOfEngine(variable));
  if (taken)
    throw new Error(
      `the variable ${taken[0]} has several lines, and the container engine would read it as its own setting: give it another name, or one line`,
    );
  await writeFile(envFile, inFile.map(([variable, value]) => `${variable}=${value}\n`).join(''), {
    mode: 0o600,
  });
  const end = () => rm(envFile, { force: true });
  try {
    const place = services.dataDirectory;
    const own = { image, tree, name, place, attempt, envFile, env: Object.fromEntries(beside) };
    return { container: await containerOf(services.engine, own), end };
  } catch (error) {
    await end();
    throw error;
  }
}

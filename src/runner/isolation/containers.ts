import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Container } from '../guard/types.ts';
import { inPath } from './in-path.ts';

export const ENGINES = ['auto', 'podman', 'docker'] as const;
/** As configured. */
export type EngineSetting = (typeof ENGINES)[number];

export interface Engine {
  kind: 'podman' | 'docker';
  /** Absolute. */
  program: string;
}

/** A command names an image, and there is nothing to run it. */
export class EngineUnavailable extends Error {
  constructor(setting: EngineSetting) {
    const wanted = setting === 'auto' ? 'podman or docker, and neither is' : `${setting}, which is not`;
    super(`image needs ${wanted} in PATH`);
    this.name = 'EngineUnavailable';
  }
}

/** Throws `EngineUnavailable`. */
export function findEngine(setting: EngineSetting): Engine {
  for (const kind of setting === 'auto' ? (['podman', 'docker'] as const) : [setting]) {
    const program = inPath(kind);
    if (program !== null) return { kind, program };
  }
  throw new EngineUnavailable(setting);
}

/** Where a tree is in its container. */
const WORKSPACE = '/workspace';
/** Says whose containers they are. */
const LABEL = 'slipway.place';
const ENGINE_MS = 60_000;

export interface Contained {
  image: string;
  /** Absolute. */
  tree: string;
  /** Unique for all time. */
  name: string;
  /** Directory of the process that runs it. */
  place: string;
  /** Holds the variables. */
  envFile: string;
  /** Variables that no file of that kind can hold. */
  env: Readonly<Record<string, string>>;
}

/**
 * The tree and nothing else of this machine, as the tree's owner. The image's own entry point is not used: a command is a script for its
 * `/bin/sh`.
 */
export async function containerOf(engine: Engine, contained: Contained): Promise<Container> {
  const { image, tree, name, place, envFile, env } = contained;
  return {
    kind: 'container',
    program: engine.program,
    name,
    run: [
      ...['run', '--name', name, '--label', `${LABEL}=${place}`],
      ...['--volume', `${tree}:${WORKSPACE}`, '--workdir', WORKSPACE, '--security-opt', 'label=disable'],
      ...(await userOf(engine, tree)),
      ...['--env-file', envFile, ...Object.keys(env).flatMap((variable) => ['--env', variable])],
      ...['--entrypoint', '/bin/sh', image],
    ],
    remove: removal(engine),
    env: { ...env, ...engineEnvironment() },
  };
}

/** Removes what a process that is gone left running: the caller has its place now. Throws what the engine says. */
export async function removeLeftContainers(engine: Engine, place: string): Promise<number> {
  const ask = async (...args: string[]) => {
    const options = { env: engineEnvironment(), timeout: ENGINE_MS };
    return (await promisify(execFile)(engine.program, args, options)).stdout.trim();
  };
  const left = (await ask('ps', '--all', '--quiet', '--filter', `label=${LABEL}=${place}`))
    .split('\n')
    .filter(Boolean);
  if (left.length > 0) await ask(...removal(engine), ...left);
  return left.length;
}

/** Podman would first ask it to end, and wait. */
function removal({ kind }: Engine): string[] {
  return kind === 'podman' ? ['rm', '--force', '--time', '0'] : ['rm', '--force'];
}

/** An engine that runs as a plain user maps users: what is made must be our user's outside. */
async function userOf(engine: Engine, tree: string): Promise<string[]> {
  const { uid, gid } = statSync(tree);
  if (engine.kind === 'podman') {
    const mapped = process.getuid?.() === 0 ? [] : ['--userns', 'keep-id'];
    return [...mapped, '--user', `${uid}:${gid}`];
  }
  return ['--user', (await isRootlessDocker(engine)) ? '0:0' : `${uid}:${gid}`];
}

async function isRootlessDocker({ program }: Engine): Promise<boolean> {
  const args = ['info', '--format', '{{.SecurityOptions}}'];
  const { stdout } = await promisify(execFile)(program, args, {
    env: engineEnvironment(),
    timeout: ENGINE_MS,
  });
  return stdout.includes('rootless');
}

const OF_ENGINE =
  /^(PATH|HOME|USER|TMPDIR|XDG_\w+|DOCKER_\w+|CONTAINERS?_\w+|REGISTRY_AUTH_FILE|DBUS_SESSION_BUS_ADDRESS|(https?|no)_proxy)$/i;

/** What the engine needs to find itself, and nothing else of the bot's. */
function engineEnvironment(): Record<string, string> {
  const known = Object.entries(process.env).filter(([name]) => OF_ENGINE.test(name));
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? '']));
}

/** Whether a variable means something to the engine itself, or to how it is loaded. */
export function isOfEngine(name: string): boolean {
  return OF_ENGINE.test(name) || name.startsWith('LD_') || name.startsWith('GODEBUG');
}

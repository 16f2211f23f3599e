import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Container } from '../guard/types.ts';
import { inPath } from './in-path.ts';

export const ENGINES = ['auto', 'podman', 'docker'] as const;
/** The `containers` setting as configured. */
export type EngineSetting = (typeof ENGINES)[number];

/** The container engine of this machine. */
export interface Engine {
  kind: 'podman' | 'docker';
  /** Absolute path. */
  program: string;
}

/** A command names an image, but no container engine is installed. */
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

/** Path of the tree inside its container. */
const WORKSPACE = '/workspace';
/** Label of a container: the directory of the process that runs it. */
export const PLACE = 'slipway.place';
/** Label of a container: the attempt whose command it is. */
const ATTEMPT = 'slipway.attempt';
const ENGINE_MS = 60_000;

/** A command's container, before the engine is known. */
export interface Contained {
  image: string;
  /** Absolute path. */
  tree: string;
  /** Never used for another container. */
  name: string;
  /** Data directory of the process that runs the container. */
  place: string;
  /** The attempt whose command it is, as its log is named: `storefront/prod/17`. */
  attempt: string;
  /** A file with the environment variables. */
  envFile: string;
  /** Variables that such a file cannot contain. */
  env: Readonly<Record<string, string>>;
}

/**
 * A container that sees only the tree and runs as the tree's owner. The image's entry point is not used: a command is
 * a script for the image's `/bin/sh`.
 */
export async function containerOf(engine: Engine, contained: Contained): Promise<Container> {
  const { image, tree, name, place, attempt, envFile, env } = contained;
  return {
    kind: 'container',
    program: engine.program,
    name,
    run: [
      ...['run', '--name', name, '--label', `${PLACE}=${place}`, '--label', `${ATTEMPT}=${attempt}`],
      ...['--volume', `${tree}:${WORKSPACE}`, '--workdir', WORKSPACE, '--security-opt', 'label=disable'],
      ...(await userOf(engine, tree)),
      ...['--env-file', envFile, ...Object.keys(env).flatMap((variable) => ['--env', variable])],
      ...['--entrypoint', '/bin/sh', image],
    ],
    remove: removal(engine),
    env: { ...env, ...engineEnvironment() },
  };
}

/**
 * Removes containers that an earlier process with the same `place` left running, and returns how many. Throws errors
 * of the engine.
 */
export async function removeLeftContainers(engine: Engine, place: string): Promise<number> {
  const ask = async (...args: string[]) => {
    const options = { env: engineEnvironment(), timeout: ENGINE_MS };
    return (await promisify(execFile)(engine.program, args, options)).stdout.trim();
  };
  const left = (await ask('ps', '--all', '--quiet', '--filter', `label=${PLACE}=${place}`))
    .split('\n')
    .filter(Boolean);
  if (left.length > 0) await ask(...removal(engine), ...left);
  return left.length;
}

/** `--time 0`: otherwise podman first sends SIGTERM and waits. */
function removal({ kind }: Engine): string[] {
  return kind === 'podman' ? ['rm', '--force', '--time', '0'] : ['rm', '--force'];
}

/** The user inside the container whose files belong to our user outside. Rootless engines map user ids. */
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

/** The variables that the engine needs to find its configuration, and no others of the bot. */
function engineEnvironment(): Record<string, string> {
  const known = Object.entries(process.env).filter(([name]) => OF_ENGINE.test(name));
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? '']));
}

/** Whether a variable affects the engine itself or how it is loaded. */
export function isOfEngine(name: string): boolean {
  return OF_ENGINE.test(name) || name.startsWith('LD_') || name.startsWith('GODEBUG');
}

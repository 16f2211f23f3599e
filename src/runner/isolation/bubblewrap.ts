import { statSync } from 'node:fs';
import type { Sandbox } from '../guard/types.ts';
import { keptCapabilities } from './capabilities.ts';
import { isWithin, leadingTo, pathsOfSameFile, readMounts } from './mounts.ts';

/** The parts of Slipway's own directory that one command sees. */
export interface Shown {
  /** Writable: the command's tree and home directory. */
  own: readonly string[];
  /** Read-only: the directories that its repository borrows objects from. */
  borrowed: readonly string[];
}

/** What is hidden from all commands, except for what `Shown` lists. */
export interface Hidden {
  /** Slipway's own directory. */
  directory: string;
  /** The files that `file:` values name. */
  files: readonly string[];
}

/** How bubblewrap is called on this machine. */
export interface Bubblewrap {
  /** Absolute path. */
  program: string;
  /** Commands run as root. With all capabilities of root they could undo the isolation. */
  asRoot: boolean;
}

/** Root could read disks through device files, so it sees only devices that hold no data, and these. */
const DEVICES = ['/dev/fuse', '/dev/kvm', '/dev/net/tun'];

/**
 * Isolates a command: it sees the machine and its network like our user, except for what is hidden, in a pid
 * namespace of its own. Reads the machine's current state each time, because mounts and secret files come and go.
 */
export function enclosure({ program, asRoot }: Bubblewrap, hidden: Hidden, shown: Shown): Sandbox {
  const mounts = readMounts();
  const [directory, ...elsewhere] = pathsOfSameFile(hidden.directory, mounts);
  if (directory === undefined) throw new Error(`${hidden.directory} is not there`);
  const isCovered = (path: string) => [directory, ...elsewhere].some((place) => isWithin(path, place));
  const files = hidden.files
    .flatMap((file) => pathsOfSameFile(file, mounts))
    .filter((file) => !isCovered(file) && isFile(file));
  // A command could rename the directories that lead to these paths and put others in their place for us. It cannot
  // rename a mount.
  const pinned = leadingTo([hidden.directory, ...hidden.files, ...elsewhere, ...files], mounts);
  const bind = asRoot ? '--bind' : '--dev-bind';
  return {
    kind: 'bubblewrap',
    program,
    args: [
      '--die-with-parent',
      '--unshare-pid',
      ...(asRoot ? machineOfRoot() : ['--dev-bind', '/', '/', '--proc', '/proc']),
      ...pinned.filter((path) => !isCovered(path)).flatMap((path) => [bind, path, path]),
      ...elsewhere.flatMap((place) => ['--tmpfs', place, '--remount-ro', place]),
      ...['--tmpfs', directory],
      ...shown.own.flatMap((path) => ['--bind', path, path]),
      ...shown.borrowed.flatMap((path) => ['--ro-bind', path, path]),
      ...['--remount-ro', directory],
      ...files.flatMap((file) => ['--ro-bind', '/dev/null', file]),
    ],
  };
}

/** Settings here affect the whole machine, so root sees them read-only. */
const KERNEL = ['/sys', '/proc/sys', '/proc/sysrq-trigger'];

function machineOfRoot(): string[] {
  return [
    ...['--bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--bind-try', '/dev/shm', '/dev/shm'],
    ...DEVICES.flatMap((device) => ['--dev-bind-try', device, device]),
    ...KERNEL.flatMap((path) => ['--ro-bind-try', path, path]),
    ...keptCapabilities(),
  ];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

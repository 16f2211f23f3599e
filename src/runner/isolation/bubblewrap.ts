import { statSync } from 'node:fs';
import type { Sandbox } from '../guard/types.ts';
import { keptCapabilities } from './capabilities.ts';
import { isWithin, leadingTo, placesOf, readMounts } from './places.ts';

/** What a command has of what is ours. */
export interface Shown {
  /** Written to: its tree and its home. */
  own: readonly string[];
  /** Only read: what its repository borrows. */
  borrowed: readonly string[];
}

/** What commands have nothing of, but for what is shown to each. */
export interface Hidden {
  /** Our own directory. */
  directory: string;
  /** What `file:` values name. */
  files: readonly string[];
}

/** How bubblewrap is called here. */
export interface Bubblewrap {
  /** Absolute. */
  program: string;
  /** Commands run as root, and could undo what they see if they kept all that root may. */
  asRoot: boolean;
}

/** Root could read disks: it gets devices that hold nothing, and these. */
const DEVICES = ['/dev/fuse', '/dev/kvm', '/dev/net/tun'];

/**
 * The rest of the machine and its network as our user has them, in a pid namespace of its own. Looks at the machine as it is now: mounts
 * and secret files come and go.
 */
export function enclosure({ program, asRoot }: Bubblewrap, hidden: Hidden, shown: Shown): Sandbox {
  const mounts = readMounts();
  const [directory, ...elsewhere] = placesOf(hidden.directory, mounts);
  if (directory === undefined) throw new Error(`${hidden.directory} is not there`);
  const isCovered = (path: string) => [directory, ...elsewhere].some((place) => isWithin(path, place));
  const files = hidden.files
    .flatMap((file) => placesOf(file, mounts))
    .filter((file) => !isCovered(file) && isFile(file));
  // A directory in which they are could be moved away, and another be put in its place for us; a mount cannot.
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

/** What root could set there holds for the whole machine. */
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

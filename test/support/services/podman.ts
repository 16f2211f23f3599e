import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const BUSYBOX = '/usr/bin/busybox';
const TOOLS = ['sh', 'ls', 'cat', 'sleep', 'id', 'touch', 'env', 'kill', 'stat', 'printf'];

/** A podman with its own images and containers, and one image that contains little more than a shell. */
export interface Podman {
  /** Directory to put first in `PATH`. */
  bin: string;
  image: string;
  /** Names of all containers of this podman; `label`: only of those that bear it. */
  containers(label?: string): string[];
  remove(): void;
}

/** null: podman is not installed or does not work, or there is no busybox to make an image of. */
export function openPodman(): Podman | null {
  const podman = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'podman'))
    .find(existsSync);
  if (podman === undefined || !existsSync(BUSYBOX)) return null;
  // Podman refuses a directory of more than 50 characters.
  const directory = mkdtempSync(join(tmpdir(), 'podman-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    // Options that podman may need to work on this machine, and that separate it from other images.
    const own = `--storage-driver vfs --root ${join(directory, 'storage')} --runroot ${join(directory, 'run')}`;
    const runtime = existsSync('/usr/sbin/runc') || existsSync('/usr/bin/runc') ? '--runtime runc' : '';
    writeFileSync(
      join(bin, 'podman'),
      `#!/bin/sh
if [ "$1" = run ]; then shift; set -- run --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "$@"; fi
exec ${podman} ${runtime} ${own} "$@"
`,
    );
    chmodSync(join(bin, 'podman'), 0o755);
    const root = join(directory, 'root');
    for (const name of ['bin', 'etc', 'tmp']) mkdirSync(join(root, name), { recursive: true });
    chmodSync(join(root, 'tmp'), 0o1777);
    copyFileSync(BUSYBOX, join(root, 'bin', 'busybox'));
    for (const tool of TOOLS) symlinkSync('busybox', join(root, 'bin', tool));
    const archive = join(directory, 'root.tar');
    execFileSync('tar', ['-C', root, '-cf', archive, '.']);
    const ask = (...args: string[]) =>
      execFileSync(join(bin, 'podman'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const image = 'localhost/slipway-test:1';
    ask('import', archive, image);
    // Checks that containers can run on this machine.
    if (ask('run', '--rm', image, '/bin/sh', '-c', 'echo runs').trim() !== 'runs')
      throw new Error('it does not run');
    return {
      bin,
      image,
      containers(label) {
        const only = label === undefined ? [] : ['--filter', `label=${label}`];
        return ask('ps', '--all', ...only, '--format', '{{.Names}}')
          .split('\n')
          .filter(Boolean);
      },
      remove,
    };
  } catch {
    remove();
    return null;
  }
}

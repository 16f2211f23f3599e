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

/** A podman with images and containers of its own, and one image: a shell, and little else. */
export interface Podman {
  /** Goes before all in `PATH`. */
  bin: string;
  image: string;
  /** Names of all its containers. */
  containers(): string[];
  remove(): void;
}

/** null: here is no podman, or nothing to make an image of (a busybox that needs no libraries). */
export function openPodman(): Podman | null {
  const podman = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'podman'))
    .find(existsSync);
  if (podman === undefined || !existsSync(BUSYBOX)) return null;
  const directory = mkdtempSync(join(tmpdir(), 'slipway-podman-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    // What this machine's podman may need to work at all, and what keeps it from all other images.
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
    // Whether containers can run here.
    if (ask('run', '--rm', image, '/bin/sh', '-c', 'echo runs').trim() !== 'runs')
      throw new Error('it does not run');
    return {
      bin,
      image,
      containers: () => ask('ps', '--all', '--format', '{{.Names}}').split('\n').filter(Boolean),
      remove,
    };
  } catch {
    remove();
    return null;
  }
}

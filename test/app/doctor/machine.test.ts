import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineQuestions } from '../../../src/app/doctor/machine.ts';
import { answersTo } from '../../../src/app/online/question.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { settingsOf, toldOf } from './support.ts';

const { PATH } = process.env;
/** The only directory in PATH. */
let programs: string;
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'slipway-programs-'));
  process.env.PATH = programs;
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(programs, { recursive: true, force: true });
});

function install(name: string, script: string): void {
  const program = join(programs, name);
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
}

const settings = settingsOf('https://example.com/acme/shop.git');
const examine = (over: Partial<Settings> = {}) =>
  answersTo(machineQuestions({ ...settings, ...over }, 'all'), { eachMs: 15_000, stopMs: 15_000 });

test('what is missing, and what to do about it', async () => {
  const findings = await examine({ isolation: 'bubblewrap' });
  expect(toldOf(findings, 'Node.js')).toEqual([expect.stringMatching(/^ok: /)]);
  expect(toldOf(findings, 'git')).toEqual([
    'wrong: is not in PATH, or does not work. To do: install it: Slipway fetches repositories with it',
  ]);
  expect(toldOf(findings, 'git-lfs')).toEqual([
    'warn: is not in PATH: a commit with files in Git LFS is not built. To do: install it, or write git: { lfs: false } where files may stay pointers, if any repository uses Git LFS',
  ]);
  expect(toldOf(findings, 'isolation')).toEqual([
    "wrong: bubblewrap does not work here: bwrap is not in PATH (the package is called bubblewrap). To do: install bubblewrap and let Slipway's user create namespaces, or write isolation: auto to run without it, with a warning",
  ]);
  expect(findings).toHaveLength(4);
});

test('what is there, and too old', async () => {
  install('git', 'echo git version 2.31.1');
  install('git-lfs', 'echo git-lfs/3.3.0');
  install('bwrap', 'echo bwrap: no namespaces >&2; exit 1');
  const findings = await examine({ isolation: 'auto' });
  expect(toldOf(findings, 'git')).toEqual(['wrong: 2.31.1 is too old. To do: install 2.32 or later']);
  expect(toldOf(findings, 'git-lfs')).toEqual(['ok: is there: git-lfs/3.3.0']);
  expect(toldOf(findings, 'isolation')).toEqual([
    'warn: commands are not isolated: anyone who can push can read what Slipway can, and so approve. To do: make bubblewrap work here (bwrap: no namespaces), or write isolation: none to accept that',
  ]);
});

test('a container engine, if a command needs one', async () => {
  const products = structuredClone(settings.products);
  products[0]!.build.image = 'node:20';
  const told = async () => toldOf(await examine({ products }), 'containers');
  expect(await told()).toEqual([
    'wrong: image needs podman or docker, and neither is in PATH. To do: install it, or remove image from the commands, which then run on the machine',
  ]);
  install('podman', 'exit 1');
  expect(await told()).toEqual([
    "wrong: podman is in PATH, and does not answer. To do: run podman info as Slipway's user, and mend what it says",
  ]);
  install('podman', 'echo "$1"');
  expect(await told()).toEqual(['ok: podman answers']);
});

test('Git LFS is not asked for where no product wants it', async () => {
  const products = settings.products.map((product) => ({
    ...product,
    git: {
      access: { user: null, token: null, sshKey: null, knownHosts: null },
      submodules: true,
      lfs: false,
    },
  }));
  expect(toldOf(await examine({ products }), 'git-lfs')).toEqual([]);
});

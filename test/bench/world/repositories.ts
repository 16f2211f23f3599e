import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { generator } from './load.ts';

const run = promisify(execFile);

/** A bare repository that products follow. */
export interface Repository {
  /** Path, as the configuration names it. */
  url: string;
  /** One more commit on `main`; its SHA. */
  push(): Promise<string>;
}

const WHO = 'Bench <bench@example.com>';
/** 2026-01-05 08:00 UTC */
const BEGIN_SECONDS = 1_767_600_000;
const FILES = 20;

/** A small repository: twenty files, one commit. */
export async function smallRepository(url: string): Promise<Repository> {
  await initialize(url);
  let commits = 0;
  const repository: Repository = {
    url,
    async push() {
      commits += 1;
      const files = commits === 1 ? Array.from({ length: FILES }, (_, index) => `file-${index}.txt`) : [];
      const changes = [...files, 'app.txt'].map((name) => inline(name, `${name} ${commits}\n`));
      const stream = `${commit(commits, commits > 1)}${changes.join('')}`;
      await fastImport(url, [stream]);
      return head(url);
    },
  };
  await repository.push();
  return repository;
}

/** Of a large repository: which files each commit touches is chosen by a seed, so that it is always the same one. */
export interface LargeOptions {
  commits: number;
  files: number;
}

/** A repository of many commits and files, in one pack as a forge keeps it. */
export async function largeRepository(url: string, { commits, files }: LargeOptions): Promise<void> {
  await initialize(url);
  const random = generator(1);
  function* history(): Generator<string> {
    for (let number = 1; number <= commits; number += 1) {
      const touched =
        number === 1
          ? Array.from({ length: files }, (_, index) => index)
          : Array.from({ length: 3 }, () => Math.floor(random() * files));
      yield commit(number, false);
      for (const file of new Set(touched)) yield inline(pathOf(file), text(file, number));
    }
  }
  await fastImport(url, history());
  await run('git', ['-C', url, 'repack', '-adq']);
}

/** About two kilobytes, most of which a commit leaves as it was. */
function text(file: number, version: number): string {
  const lines = Array.from({ length: 40 }, (_, line) => `line ${line} of file ${file}: nothing to see here`);
  lines[version % lines.length] = `changed by commit ${version}`;
  return `${lines.join('\n')}\n`;
}

function pathOf(file: number): string {
  return `src/part-${file % 50}/group-${file % 7}/file-${file}.txt`;
}

async function initialize(url: string): Promise<void> {
  await mkdir(dirname(url), { recursive: true });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', url]);
}

/** `goesOn`: after what the branch has already. Within one stream git knows by itself. */
function commit(number: number, goesOn: boolean): string {
  const message = `Commit ${number}`;
  const when = `${WHO} ${BEGIN_SECONDS + number * 60} +0000`;
  const from = goesOn ? 'from refs/heads/main^0\n' : '';
  return `commit refs/heads/main\nauthor ${when}\ncommitter ${when}\ndata ${message.length}\n${message}\n${from}`;
}

function inline(path: string, content: string): string {
  return `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
}

async function fastImport(url: string, stream: Iterable<string>): Promise<void> {
  const child = spawn('git', ['-C', url, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  await pipeline(Readable.from(stream), child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

export async function head(url: string): Promise<string> {
  return (await run('git', ['-C', url, 'rev-parse', 'refs/heads/main'])).stdout.trim();
}

/** Some commits of `main`, spread over the newest `among`, newest first. */
export async function someCommits(url: string, count: number, among: number): Promise<string[]> {
  const { stdout } = await run('git', ['-C', url, 'rev-list', `--max-count=${among}`, 'refs/heads/main']);
  const all = stdout.trim().split('\n');
  const step = Math.max(1, Math.floor(all.length / count));
  return Array.from({ length: count }, (_, index) => all[(index * step) % all.length] ?? '');
}

export function repositoryPath(directory: string, name: string): string {
  return join(directory, 'repositories', `${name}.git`);
}

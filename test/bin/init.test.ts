import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryRepository, temporaryRepository } from '../support/repositories/git.ts';

const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));

let repository: TemporaryRepository;
let directory: string;
beforeEach(async () => {
  repository = temporaryRepository();
  directory = await mkdtemp(join(tmpdir(), 'slipway-init-'));
});
afterEach(async () => {
  repository.cleanup();
  await rm(directory, { recursive: true });
});

/** Answers with these lines, in the directory. */
async function init(
  lines: string[],
  ...args: string[]
): Promise<{ code: number; said: string; complained: string }> {
  const child = spawn(process.execPath, [SLIPWAY, 'init', ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory },
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const texts = [child.stdout, child.stderr].map(async (stream) =>
    (await stream.setEncoding('utf8').toArray()).join(''),
  );
  const [code] = await once(child, 'close');
  const [said = '', complained = ''] = await Promise.all(texts);
  return { code, said, complained };
}

const written = (name = 'slipway.yml') => readFile(join(directory, name), 'utf8').catch(() => null);

test('empty answers take what the repository says', async () => {
  const scripts = JSON.stringify({ scripts: { build: 'tsc', test: 'jest' } });
  repository.commit({ 'package.json': scripts, 'package-lock.json': '{}', 'deploy.sh': '' }, 'first');
  repository.push();
  const { code, said } = await init([repository.url, '', '', '', '']);
  expect([code, said]).toEqual([
    0,
    expect.stringContaining('branch main, built by `npm ci && npm run build`, tested by `npm test`'),
  ]);
  const text = await written();
  for (const line of [
    'branch: main',
    'run: npm ci && npm run build',
    'test: npm test',
    'deploy: { run: ./deploy.sh }',
    'name: prod',
  ])
    expect(text).toContain(line);
});

test('the address of the clone is offered, and a login in it is neither printed nor written', async () => {
  spawnSync('git', ['init', '-q', directory]);
  spawnSync('git', [
    '-C',
    directory,
    'remote',
    'add',
    'origin',
    'https://ada:secret@127.0.0.1:1/acme/shop.git',
  ]);
  const { code, said, complained } = await init(['', '', '', 'make', '']);
  expect(code).toBe(0);
  expect(said).toContain('[https://127.0.0.1:1/acme/shop.git]');
  expect([said, complained, await written()].join()).not.toContain('secret@');
});

test('a wrong answer is asked for again, and the rest is not lost', async () => {
  repository.commit({ a: '' }, 'first');
  repository.push();
  const { code, said } = await init([
    'nonsense',
    repository.url,
    'Not A Channel',
    'shop',
    'dev',
    '',
    'make',
    './go',
  ]);
  expect(code).toBe(0);
  expect(said.match(/Not accepted/g)).toHaveLength(3);
  expect(await written()).toMatch(
    /channel: "#shop"[\s\S]*run: make[\s\S]*name: dev[\s\S]*deploy: \{ run: \.\/go \}/,
  );
});

test.each([
  ['is not there', '/nowhere/shop.git'],
  ['is refused by its host', 'https://127.0.0.1:1/acme/shop.git'],
])('a repository that %s is said, and written all the same', async (_what, address) => {
  const { code, said } = await init([address, '', '', 'make', '']);
  expect([code, said]).toEqual([0, expect.stringContaining('It could not be read from here')]);
  expect(await written()).toContain(address);
});

test('nothing is asked where the file is, and it is not changed', async () => {
  await writeFile(join(directory, 'slipway.yml'), 'mine');
  const { code, complained } = await init(['x']);
  expect([code, complained]).toEqual([2, expect.stringContaining('slipway.yml')]);
  expect(await written()).toBe('mine');
  const other = await init(['/nowhere/shop.git', '', '', 'make', ''], '--config', 'other.yml');
  expect([other.code, other.said]).toEqual([0, expect.stringContaining('slipway check --config other.yml')]);
});

test.each([[0], [1], [4]])('nothing is written if the answers end after %i', async (count) => {
  const { code, said } = await init(['/nowhere/shop.git', '', '', 'make', ''].slice(0, count));
  expect([code, said]).toEqual([1, expect.stringContaining('nothing was written')]);
  expect(await written()).toBeNull();
});

test('a place that cannot be written to is said with what to do', async () => {
  const { code, complained } = await init(
    ['/nowhere/shop.git', '', '', 'make', ''],
    '--config',
    'no/such/slipway.yml',
  );
  expect([code, complained]).toEqual([2, expect.stringMatching(/no\/such\/slipway\.yml[\s\S]*--config/)]);
});

import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { address, git } from './git.ts';
import { ADA } from './people.ts';

export const PRODUCT = 'storefront';
export const BRANCH = 'main';

const SOURCES = fileURLToPath(new URL('../product/', import.meta.url));
const POST_RECEIVE = fileURLToPath(new URL('./post-receive.js', import.meta.url));

/** A product of the demo, as its repository begins. */
export interface DemoProduct {
  name: string;
  /** Files besides the sources, by name. */
  texts: Readonly<Record<string, string>>;
  /** The file that people change. */
  greets: string;
  /** Whether the app's sources are part of it. */
  sources: boolean;
}

const TEXTS: DemoProduct['texts'] = {
  'greeting.txt': 'Welcome to the storefront\n',
  'package.json': `${JSON.stringify({ name: PRODUCT, private: true, type: 'module' }, null, 2)}\n`,
  '.gitignore': 'dist/\n',
  'README.md': `# Storefront

A tiny shop window. Change \`greeting.txt\`, commit and push: Slipway takes it from there.

- \`node server.js\` starts it, \`node test.js\` tests it, \`node build.js\` makes \`dist/\`
- \`deploy.js\` and \`smoke.js\` are what Slipway runs for each environment
`,
};

export const STOREFRONT: DemoProduct = {
  name: PRODUCT,
  texts: TEXTS,
  greets: 'greeting.txt',
  sources: true,
};

export interface DemoRepository {
  /** Address for the configuration, also used in webhooks. */
  url: string;
  /** Working copy of `main`, where people edit and push. */
  directory: string;
  /** From now on, each push calls this webhook address, signed with the secret, like GitHub. */
  notify(url: string, secret: string): Promise<void>;
}

/** Creates the product below `root`: a bare repository as on a forge, and a working copy whose first commit is pushed. */
export async function createRepository(root: string, product = STOREFRONT): Promise<DemoRepository> {
  const { name } = product;
  const bare = join(root, `${name}.git`);
  const directory = join(root, name);
  await mkdir(directory, { recursive: true });
  await makeForge(bare);
  await writeProduct(directory, product);
  await git(directory, ['init', '--quiet', `--initial-branch=${BRANCH}`]);
  await configure(directory, {
    'user.name': ADA.name,
    'user.email': address(ADA.name),
    // Overrides a person's own configuration, so that commits and pushes work the same everywhere.
    'core.hooksPath': join(directory, '.git', 'hooks'),
    'core.autocrlf': 'false',
    'commit.gpgSign': 'false',
    'push.default': 'simple',
    'push.gpgSign': 'false',
  });
  await git(directory, ['remote', 'add', 'origin', bare]);
  await git(directory, ['add', '--all']);
  await git(directory, ['commit', '--quiet', '--message', `Open the ${name}`]);
  await git(directory, ['push', '--quiet', '--set-upstream', 'origin', BRANCH]);
  const url = pathToFileURL(bare).href;
  return { url, directory, notify: (hook, secret) => writeWebhook(bare, { name, url }, hook, secret) };
}

async function makeForge(bare: string): Promise<void> {
  await mkdir(bare, { recursive: true });
  await git(bare, ['init', '--quiet', '--bare', `--initial-branch=${BRANCH}`]);
  const hook = join(bare, 'hooks', 'post-receive');
  const command = [process.execPath, POST_RECEIVE, join(bare, 'webhook.json')].map(shellWord).join(' ');
  await mkdir(join(bare, 'hooks'), { recursive: true });
  await writeFile(hook, `#!/bin/sh\nexec ${command}\n`);
  await chmod(hook, 0o755);
  await configure(bare, { 'core.hooksPath': join(bare, 'hooks') });
}

async function writeProduct(directory: string, { texts, sources }: DemoProduct): Promise<void> {
  for (const name of sources ? await readdir(SOURCES) : []) {
    if (name.endsWith('.js')) await writeFile(join(directory, name), await readSource(name));
  }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(directory, name), text);
}

/** Removes the compiler's source map comment, which is not part of the product. */
async function readSource(name: string): Promise<string> {
  const text = await readFile(join(SOURCES, name), 'utf8');
  return `${text.replace(/^\/\/# sourceMappingURL=.*$/m, '').trimEnd()}\n`;
}

async function configure(directory: string, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, value] of Object.entries(values)) await git(directory, ['config', '--local', key, value]);
}

async function writeWebhook(
  bare: string,
  { name, url: repository }: { name: string; url: string },
  url: string,
  secret: string,
): Promise<void> {
  const webhook = {
    url,
    secret,
    repository: {
      name,
      full_name: `acme/${name}`,
      clone_url: repository,
      ssh_url: repository,
      html_url: repository,
      default_branch: BRANCH,
    },
  };
  await writeFile(join(bare, 'webhook.json'), JSON.stringify(webhook, null, 2), { mode: 0o600 });
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

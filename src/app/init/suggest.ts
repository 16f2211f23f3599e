import * as z from 'zod';

/** What a repository holds, as far as it says how its commits are built, tested and deployed. */
export interface Contents {
  /** Paths of files, of those in `TELLING`. */
  files: readonly string[];
  /** Texts of the files in `READ` that are there. */
  texts: Readonly<Record<string, string>>;
}

/** Commands for a repository; null: it does not say. */
export interface Commands {
  build: string | null;
  test: string | null;
  deploy: string | null;
}

const DEPLOYS = ['deploy.sh', 'bin/deploy', 'script/deploy', 'scripts/deploy', 'scripts/deploy.sh'];

/** Files whose text is needed. */
export const READ = ['package.json', 'Makefile'] as const;

/** Installs exactly what the lock file names. The first that is there counts. */
const LOCKS: readonly [file: string, install: string, run: string][] = [
  ['package-lock.json', 'npm ci', 'npm'],
  ['npm-shrinkwrap.json', 'npm ci', 'npm'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile', 'pnpm'],
  ['yarn.lock', 'yarn install --immutable', 'yarn'],
];

/** Build tools by the file that each needs, with its usual commands. The first that is there counts. */
const TOOLS: readonly [file: string, build: string, test: string][] = [
  ['go.mod', 'go build ./...', 'go test ./...'],
  ['Cargo.toml', 'cargo build --release --locked', 'cargo test --locked'],
  ['mvnw', './mvnw -B package -DskipTests', './mvnw -B test'],
  ['pom.xml', 'mvn -B package -DskipTests', 'mvn -B test'],
  ['gradlew', './gradlew assemble', './gradlew test'],
];

/** Every path that tells something. */
export const TELLING: readonly string[] = [
  ...new Set([...READ, ...DEPLOYS, ...LOCKS.map(([file]) => file), ...TOOLS.map(([file]) => file)]),
];

/** The commands that a repository suggests by what it holds. */
export function suggestCommands({ files, texts }: Contents): Commands {
  const targets = targetsOf(texts.Makefile ?? '');
  const script = DEPLOYS.find((file) => files.includes(file));
  const deploy = script ? `./${script}` : targets.has('deploy') ? 'make deploy' : null;
  const scripts = scriptsOf(texts['package.json'] ?? null);
  if (scripts !== null) return { ...nodeCommands(files, scripts), deploy };
  const tool = TOOLS.find(([file]) => files.includes(file));
  if (tool) return { build: tool[1], test: tool[2], deploy };
  if (!files.includes('Makefile')) return { build: null, test: null, deploy };
  return { build: 'make', test: targets.has('test') ? 'make test' : null, deploy };
}

function nodeCommands(
  files: readonly string[],
  scripts: ReadonlyMap<string, string>,
): Omit<Commands, 'deploy'> {
  const [, install, run] = LOCKS.find(([file]) => files.includes(file)) ?? ['', 'npm install', 'npm'];
  // What `npm init` writes is no test.
  const isTested = scripts.has('test') && !/no test specified/.test(scripts.get('test') ?? '');
  return {
    build: scripts.has('build') ? `${install} && ${run} run build` : install,
    test: isTested ? `${run} test` : null,
  };
}

const packageJson = z.object({ scripts: z.record(z.string(), z.string()).catch({}) });

/** The scripts of a package.json; null: it is none. */
function scriptsOf(text: string | null): ReadonlyMap<string, string> | null {
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const read = packageJson.safeParse(parsed);
  return read.success ? new Map(Object.entries(read.data.scripts)) : null;
}

function targetsOf(makefile: string): ReadonlySet<string> {
  return new Set([...makefile.matchAll(/^([\w.-]+)\s*:(?!=)/gm)].map(([, name = '']) => name));
}

import { suggestCommands, TELLING } from '../../../src/app/init/suggest.ts';

const node = (scripts: Record<string, string>) => ({
  'package.json': JSON.stringify({ name: 'x', scripts }),
});

test.each<
  [
    string,
    string[],
    Record<string, string>,
    [build: string | null, test: string | null, deploy: string | null],
  ]
>([
  ['nothing', [], {}, [null, null, null]],
  [
    'npm',
    ['package.json', 'package-lock.json'],
    node({ build: 'tsc', test: 'jest' }),
    ['npm ci && npm run build', 'npm test', null],
  ],
  [
    'npm without a lock',
    ['package.json'],
    node({ build: 'tsc' }),
    ['npm install && npm run build', null, null],
  ],
  [
    'pnpm',
    ['package.json', 'pnpm-lock.yaml'],
    node({ test: 'vitest' }),
    ['pnpm install --frozen-lockfile', 'pnpm test', null],
  ],
  [
    'yarn',
    ['package.json', 'yarn.lock'],
    node({ build: 'x' }),
    ['yarn install --immutable && yarn run build', null, null],
  ],
  [
    'the test that npm init writes',
    ['package.json'],
    node({ test: 'echo "Error: no test specified" && exit 1' }),
    ['npm install', null, null],
  ],
  ['a package.json without scripts', ['package.json'], { 'package.json': '{}' }, ['npm install', null, null]],
  [
    'a package.json that is none',
    ['package.json', 'go.mod'],
    { 'package.json': '{' },
    ['go build ./...', 'go test ./...', null],
  ],
  ['a package.json that is null', ['package.json'], { 'package.json': 'null' }, [null, null, null]],
  [
    'scripts that are none',
    ['package.json'],
    { 'package.json': '{"scripts":null}' },
    ['npm install', null, null],
  ],
  ['Rust', ['Cargo.toml'], {}, ['cargo build --release --locked', 'cargo test --locked', null]],
  [
    'Maven with its wrapper',
    ['pom.xml', 'mvnw'],
    {},
    ['./mvnw -B package -DskipTests', './mvnw -B test', null],
  ],
  ['Gradle', ['gradlew'], {}, ['./gradlew assemble', './gradlew test', null]],
  [
    'make',
    ['Makefile'],
    { Makefile: 'all:\n\ttrue\ntest: all\n\ttrue\ndeploy:\n\ttrue\n' },
    ['make', 'make test', 'make deploy'],
  ],
  [
    'make that sets a variable',
    ['Makefile'],
    { Makefile: 'test := x\nall:\n\ttrue\n' },
    ['make', null, null],
  ],
  [
    'a script that deploys',
    ['go.mod', 'scripts/deploy.sh'],
    {},
    ['go build ./...', 'go test ./...', './scripts/deploy.sh'],
  ],
  [
    'a script beside a target',
    ['Makefile', 'deploy.sh'],
    { Makefile: 'deploy:\n' },
    ['make', null, './deploy.sh'],
  ],
])('%s', (_what, files, texts, [build, tested, deploy]) => {
  expect(files.filter((file) => !TELLING.includes(file))).toEqual([]);
  expect(suggestCommands({ files, texts })).toEqual({ build, test: tested, deploy });
});

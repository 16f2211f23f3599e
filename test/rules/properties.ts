import { readdirSync, readFileSync } from 'node:fs';
import { markdownTable } from './markdown.ts';

const TEST = new URL('../', import.meta.url);

/** fast-check's own number of runs. */
const RUNS = 100;

interface Property {
  file: string;
  name: string;
  cases: number;
}

/** Every property that the tests state, read from their source. */
function properties(): Property[] {
  return readdirSync(TEST, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => !file.startsWith('rules/'))
    .sort()
    .flatMap((file) => inFile(file, readFileSync(new URL(file, TEST), 'utf8')));
}

function inFile(file: string, source: string): Property[] {
  return source
    .split('fc.assert(')
    .slice(1)
    .map((part, at, parts) => {
      const before = source
        .split('fc.assert(')
        .slice(0, at + 1)
        .join('');
      const name = [...before.matchAll(/\b(?:it|test)\(\s*(['"`])(.+?)\1,/gs)].at(-1)?.[2] ?? '';
      const runs = /numRuns: (?:runs\()?(\w+)/.exec(part.slice(0, parts.length > 1 ? 3_000 : undefined))?.[1];
      return { file, name, cases: runs === undefined ? RUNS : numberOf(runs, source) };
    });
}

function numberOf(written: string, source: string): number {
  const constant = new RegExp(
    `const ${written} = (?:Number\\(process\\.env\\.\\w+ \\?\\? )?(?:runs\\()?([\\d_]+)`,
  ).exec(source);
  return Number((constant?.[1] ?? written).replaceAll('_', ''));
}

export function propertiesTable(): string {
  const all = properties();
  return markdownTable([
    ['property', 'in', 'cases'],
    ...all.map(({ file, name, cases }) => [name, `\`test/${file}\``, String(cases)]),
  ]);
}

/** What the watcher of the random world looks for at every decision. */
export function promises(): string {
  const source = readFileSync(new URL('domain/support/watch.ts', TEST), 'utf8');
  const said = [...source.matchAll(/\bmust\([^;]*?'([^']*)'(?:,[^;']*)?,?\s*\);/gs)].map(
    ([, promise]) => promise ?? '',
  );
  return [...new Set(said)].map((promise) => `- ${promise}`).join('\n');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages, ROOT, readPage, withoutFences } from './markdown.ts';

const CODE = /`([^`\n]+)`/g;
const PATH = /^(?:src|test|docs|scripts|examples)\/[\w./-]+$/;

/** A path as a page writes it; `…` and `<forge>` stand for any name. */
function isPath(code: string): boolean {
  return PATH.test(code.replace(/:\d+$/, '')) && !code.includes('…');
}

/** Paths below the root that a page names in code. */
function pathsIn(text: string): string[] {
  return [...withoutFences(text).matchAll(CODE)].map(([, code = '']) => code).filter(isPath);
}

/** Every file of the code, from the root. */
const FILES = ['src', 'test', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
);

/** The files that a page means: by path from the root, or by the end of it (`flow/work.ts`, `work.ts`). */
function filesOf(path: string): string[] {
  return FILES.filter((file) => file === path || file.endsWith(`/${path}`));
}

/** "`name` in `path`", and "`path` (`name`, `name`)": what the page says is in a file. */
function namesIn(text: string): { name: string; path: string }[] {
  const prose = withoutFences(text);
  const before = [...prose.matchAll(/`([\w.]+)` in `([^`\n]+)`/g)].map(([, name = '', path = '']) => ({
    name,
    path,
  }));
  const after = [...prose.matchAll(/`([^`\n]+)`(?:, `([^`\n]+)`)? \(((?:`[\w.]+`(?:, )?)+)\)/g)].flatMap(
    ([, path = '', other, names = '']) =>
      // Two files share one list of names.
      other === undefined ? [...names.matchAll(CODE)].map(([, name = '']) => ({ name, path })) : [],
  );
  return [...before, ...after].filter(({ path }) => /^[\w./-]+\.[jt]sx?$/.test(path));
}

function problemsOf(text: string): string[] {
  const missing = pathsIn(text).filter((path) => !existsSync(join(ROOT, path)));
  const unnamed = namesIn(text).filter(({ name, path }) => {
    const codes = filesOf(path).map((file) => readFileSync(join(ROOT, file), 'utf8'));
    return !codes.some((code) => name.split('.').every((part) => new RegExp(`\\b${part}\\b`).test(code)));
  });
  return [
    ...missing.map((path) => `there is no ${path}`),
    ...unnamed.map(({ name, path }) => `there is no ${name} in ${path}`),
  ];
}

/** What is on record stays as it was written. */
const PAGES = pages().filter((page) => page !== 'CHANGELOG.md');

describe('paths of the code that pages name', () => {
  test('are found, and names in them', () => {
    expect(PAGES.flatMap((page) => pathsIn(readPage(page))).length).toBeGreaterThan(100);
    expect(PAGES.flatMap((page) => namesIn(readPage(page))).length).toBeGreaterThan(30);
  });

  test.each(PAGES)('%s', (page) => {
    expect(problemsOf(readPage(page))).toEqual([]);
  });

  test.each([
    ['`src/nowhere.ts`', ['there is no src/nowhere.ts']],
    ['`src/adapters/webhooks/<forge>.ts` and `src/domain/eligibility/…`', []],
    ['`pages` in `test/docs/markdown.ts`', []],
    ['`say` in `test/docs/markdown.ts`', ['there is no say in test/docs/markdown.ts']],
    ['`pages` in `markdown.ts`', []],
    ['`answer` in `github.ts`', ['there is no answer in github.ts']],
    ['`test/docs/markdown.ts` (`pages`, `say`)', ['there is no say in test/docs/markdown.ts']],
  ])('in %s', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchors, pages, ROOT, readPage, withoutFences } from './markdown.ts';

/** Targets of links and images, also of those in tags; addresses of other hosts are left out. */
function targetsOf(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  const written = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(
    ([, target = '']) => target,
  );
  const tags = [...prose.matchAll(/\b(?:href|src)="([^"]+)"/g)].map(([, target = '']) => target);
  const defined = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)].map(([, target = '']) => target);
  return [...written, ...tags, ...defined].filter((target) => !/^[a-z]+:/i.test(target));
}

/** What is wrong with a link of a page; null: it leads somewhere. */
function problemOf(page: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
  if (to.startsWith('..')) return `${target} leaves the repository`;
  if (!existsSync(join(ROOT, to))) return `${target}: there is no ${to}`;
  if (anchor === undefined) return null;
  const isPage = statSync(join(ROOT, to)).isFile() && to.endsWith('.md');
  return isPage && anchors(readPage(to)).has(decodeURI(anchor)) ? null : `${target}: ${to} has no #${anchor}`;
}

const PAGES = pages();

describe('links of pages', () => {
  test('pages are found, and links in them', () => {
    expect(PAGES).toEqual(
      expect.arrayContaining(['README.md', 'docs/README.md', '.github/pull_request_template.md']),
    );
    expect(PAGES.flatMap((page) => targetsOf(readPage(page))).length).toBeGreaterThan(100);
  });

  test.each(PAGES)('%s', (page) => {
    expect(targetsOf(readPage(page)).flatMap((target) => problemOf(page, target) ?? [])).toEqual([]);
  });

  test.each([
    ['docs/README.md', '../README.md', null],
    ['docs/README.md', 'glossary.md#glossary', null],
    ['README.md', 'docs/nowhere.md', 'there is no docs/nowhere.md'],
    ['README.md', '#nowhere', 'README.md has no #nowhere'],
    ['README.md', '../outside.md', 'leaves the repository'],
  ])('in %s, %s', (page, target, problem) => {
    expect(problemOf(page, target)).toEqual(problem === null ? null : expect.stringContaining(problem));
  });

  test('anchors are those of GitHub', () => {
    const text =
      '# A `b` & c\n## What, then?\n```\n# none\n```\n## What, then?\n### [See](x.md) `environments[].deploy`\n';
    expect([...anchors(text)]).toEqual(['a-b--c', 'what-then', 'what-then-1', 'see-environmentsdeploy']);
  });
});

describe('the guide for who runs Slipway', () => {
  test.each(['install', 'configure', 'commands', 'operate', 'security', 'troubleshooting'])(
    'docs/%s.md is reached from both indexes',
    (name) => {
      expect(targetsOf(readPage('README.md')).map((target) => target.split('#')[0])).toContain(
        `docs/${name}.md`,
      );
      expect(targetsOf(readPage('docs/README.md')).map((target) => target.split('#')[0])).toContain(
        `${name}.md`,
      );
    },
  );
});

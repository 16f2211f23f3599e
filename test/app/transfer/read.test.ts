import { DOCUMENTS_VERSION } from '../../../src/adapters/store/documents/version.ts';
import { verify } from '../../../src/app/transfer/import.ts';
import { WrongFile } from '../../../src/app/transfer/refused.ts';
import { everything } from '../../contract/everything.ts';
import { exported, rewritten, spooled, storeOf } from './files.ts';

let right: string;
beforeAll(async () => {
  right = (await exported(storeOf(everything()))).text;
});

/** What is wrong with the file, a line each. */
async function faultsOf(text: string | Buffer): Promise<string[]> {
  const file = await spooled(text);
  try {
    await verify(file);
    return [];
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error;
    expect(error.problems.total).toBeGreaterThanOrEqual(error.problems.first.length);
    return error.problems.first.map(({ line, says }) => (line === null ? says : `${line}: ${says}`));
  } finally {
    await file.close();
  }
}

/** The line of the first build. */
const BUILD = 2;

/** The same bytes but for the first of these words, of which no letter is UTF-8. */
function inLatin1(text: string, word: string): Buffer {
  const bytes = Buffer.from(text);
  return bytes.fill(0xe9, bytes.indexOf(word), bytes.indexOf(word) + word.length);
}

const replace = (line: number, from: string | RegExp, to: string) => (lines: string[]) =>
  lines.map((each, at) => (at === line - 1 ? each.replace(from, to) : each));

describe('a file to import', () => {
  test('is right as it was exported, however it is cut into pieces', async () => {
    expect(await faultsOf(right)).toEqual([]);
    expect(await faultsOf(right.trimEnd())).toEqual([]);
    expect(await faultsOf(rewritten(right, (lines) => lines))).toEqual([]);
  });

  test('of an older version of the documents is right', async () => {
    const older = rewritten(right, replace(1, `"documents":${DOCUMENTS_VERSION}`, '"documents":1'));
    expect(older).toContain('"documents":1,');
    expect(await faultsOf(older)).toEqual([]);
  });

  test('of an older version may not name a collection that there was not yet', async () => {
    const { text } = await exported(storeOf({ ...everything(), records: [] }));
    expect(text).toContain('"records":0,');
    expect(await faultsOf(text.replace('"records":0,', ''))).toEqual([]);
    expect(await faultsOf(text.replace('"records":0,', '"secrets":0,'))).not.toEqual([]);
  });

  test.each<[string, (lines: string[]) => string[], (string | RegExp)[]]>([
    [
      'a field that nobody knows',
      replace(BUILD, '"attempts":', '"artefacts":1,"attempts":'),
      [/^2: .*builds shop@a+ .*artefacts: is a field that this Slipway does not know/],
    ],
    [
      'a field that nobody knows, deep inside',
      replace(5, '"approvals":[{', '"approvals":[{"for":1,'),
      [/environments shop\/prod .*open\.0\.approvals\.0\.for: is a field/],
    ],
    ['a field that is missing', replace(BUILD, '"attempts":0,', ''), [/^2: .*attempts/]],
    ['a wrong value', replace(BUILD, `"sha":"${'a'.repeat(40)}"`, '"sha":"abc"'), [/^2: .*sha: Invalid SHA/]],
    [
      'a collection that nobody knows',
      replace(BUILD, '"in":"builds"', '"in":"secrets"'),
      ['2: has a document of secrets, of which this Slipway knows nothing'],
    ],
    [
      'more than a document in a line',
      replace(BUILD, '"in":"builds"', '"in":"builds","of":1'),
      ['2: has more than a document'],
    ],
    ['something else', replace(BUILD, /^.*$/, '{"a":1}'), ['2: is no line of an export']],
    ['an empty line', replace(BUILD, /^.*$/, ''), ['2: is not JSON']],
    [
      'a document twice',
      (lines) => [...lines.slice(0, BUILD), ...lines.slice(BUILD - 1)],
      [/^3: has builds shop@a+ again$/],
    ],
    [
      'documents in another order',
      ([first, a, b, c, ...others]) => [first!, a!, c!, b!, ...others],
      ['4: has cards card-1, which belongs before the line above'],
    ],
    [
      'collections in another order',
      ([first, a, b, ...others]) => [first!, b!, a!, ...others],
      [/^3: has builds shop@a+, which belongs before the line above$/],
    ],
  ])('is refused for %s', async (_what, change, faults) => {
    const found = await faultsOf(rewritten(right, change));
    expect(found).toEqual(
      faults.map((fault) => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    );
  });

  test.each<[string, () => string | Buffer, (string | RegExp)[]]>([
    ['is empty', () => '', ['it is empty']],
    ['is something else', () => 'hello\nworld\n', ['1: is not the first line of an export of Slipway']],
    [
      'is the audit',
      () => '{"at":1,"product":"shop"}\n',
      ['1: is not the first line of an export of Slipway'],
    ],
    [
      'is written by a newer Slipway',
      () => right.replace(`"documents":${DOCUMENTS_VERSION}`, `"documents":${DOCUMENTS_VERSION + 1}`),
      [/^1: was written by a newer Slipway \(0\.1\.0, documents of version 7; this one reads up to 6\)/],
    ],
    [
      'is of a newer format, whatever else that has',
      () => right.replace('"format":1', '"format":2,"packed":true'),
      [/^1: was written by a newer Slipway/],
    ],
    [
      'has a first line with more in it',
      () => right.replace('"format":1', '"format":1,"packed":true'),
      ['1: is not the first line of an export of Slipway'],
    ],
    [
      'is cut off between lines',
      () => `${right.split('\n').slice(0, 5).join('\n')}\n`,
      ['it ends after line 5 without the last line of an export: it is cut off'],
    ],
    [
      'is cut off within a line',
      () => right.slice(0, right.length - 40),
      [/^\d+: is not JSON$/, /without the last line of an export: it is cut off$/],
    ],
    ['has something after its end', () => `${right}{}\n`, [/^\d+: comes after the last line of the export$/]],
    [
      'is changed in a letter',
      () => right.replace('"outcome":"built', '"outcome":"bailt'),
      [/has another checksum than the lines before it: they were changed or damaged$/],
    ],
    [
      'has other line ends',
      () => right.replaceAll('\n', '\r\n'),
      [/has another checksum than the lines before it/],
    ],
    [
      'lacks a line',
      () =>
        right
          .split('\n')
          .toSpliced(BUILD - 1, 1)
          .join('\n'),
      [/says that builds has 1 documents; there are 0$/, /has another checksum/],
    ],
    [
      'is not in UTF-8',
      () => inLatin1(right, 'github:1'),
      [/^\d+: is not JSON$/, /says that deliveries has 2 documents; there are 1$/, /has another checksum/],
    ],
  ])('is refused if it %s', async (_what, file, faults) => {
    expect(await faultsOf(file())).toEqual(
      faults.map((fault) => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    );
  });

  test('is read on after a fault, and all faults are counted, the first by name', async () => {
    const many = (await exported(storeOf(everything(50)))).text;
    const first = many.split('\n').findIndex((line) => line.includes('"in":"audit"')) + 1;
    const wrong = rewritten(many, (lines) =>
      lines.map((line) => line.replace('"type":"approve"', '"type":"appease"')),
    );
    const file = await spooled(wrong);
    const error: unknown = await verify(file).catch((error: unknown) => error);
    await file.close();
    expect(error).toBeInstanceOf(WrongFile);
    const { total, first: named } = (error as WrongFile).problems;
    expect([total, named.length, named[0]!.line]).toEqual([50, 20, first]);
  });
});

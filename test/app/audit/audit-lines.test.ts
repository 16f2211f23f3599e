import { auditLines } from '../../../src/app/audit/audit-lines.ts';
import { sinceWhen } from '../../../src/bin/since.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { auditTrail } from '../../../src/flow/views/audit.ts';
import type { AuditRecord } from '../../../src/ports/store.ts';
import { audit } from '../../contract/samples.ts';

async function* each(...records: AuditRecord[]) {
  yield* records;
}

async function read(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const SHA = 'a'.repeat(40);
const HEAD =
  'at,product,document,command,by,by_id,result,rule,release,commit,attempt,reason,revision,changed,id\r\n';

describe('csv', () => {
  test('one line per record: who, when, the command, its outcome, why, and what it changed', async () => {
    const refused = audit('c2', {
      type: 'deploy',
      actor: ROBOT,
      answer: { kind: 'refused', refusal: { rule: 'approvals', release: 42, count: 1, required: 2 } },
      changed: [],
    });
    const both = [
      { what: 'release', number: 42, from: 'verifying', to: 'testing' },
      { what: 'deployed', number: 42, from: null, to: 'abc' },
    ] as const;
    const lines = await read(auditLines(each(refused, audit('c3', { changed: [...both] })), 'csv'));
    expect(lines).toEqual([
      HEAD,
      `2023-11-14T22:13:20.000Z,storefront,storefront/prod,deploy,Slipway,,refused,approvals,42,${SHA},,,3,,c2\r\n`,
      `2023-11-14T22:13:20.000Z,storefront,storefront/prod,approve,Ada,U1,accepted,,1,${SHA},,,3,` +
        'release 42: verifying to testing; deployed 42: none to abc,c3\r\n',
    ]);
  });

  test.each([
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['fine = fine', 'fine = fine'],
  ])('the reason %j becomes the cell %j', async (reason, cell) => {
    const [, line] = await read(auditLines(each(audit('c1', { reason })), 'csv'));
    expect(line).toContain(`,accepted,,1,${SHA},,${cell},3,`);
  });
});

test('json has one whole record per line, with a readable time', async () => {
  const lines = await read(auditLines(each(audit('c1', { reason: 'a\nb' }), audit('c2')), 'json'));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...audit('c1', { reason: 'a\nb' }), at: '2023-11-14T22:13:20.000Z' },
    { ...audit('c2'), at: '2023-11-14T22:13:20.000Z' },
  ]);
  for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
});

test('the trail is read page by page, and no further than its reader goes', async () => {
  const records = Array.from({ length: 7 }, (_, index) => audit(`c${index}`, { at: index }));
  const asked: (number | null)[] = [];
  const store = {
    audits: async (_of: unknown, after: { at: number } | null, limit: number) => {
      asked.push(after?.at ?? null);
      const from = after === null ? 0 : after.at + 1;
      return records.slice(from, from + limit);
    },
  };
  const of = { product: null, since: 0 };
  const all: AuditRecord[] = [];
  for await (const record of auditTrail(store, of, 3)) all.push(record);
  expect(all).toEqual(records);
  expect(asked).toEqual([null, 2, 5]);
  asked.length = 0;
  for await (const record of auditTrail(store, of, 3)) if (record.id === 'c1') break;
  expect(asked).toEqual([null]);
});

test.each([
  ['2026-11-01', Date.UTC(2026, 10, 1)],
  ['2026-11-01T08:30Z', Date.UTC(2026, 10, 1, 8, 30)],
  ['2026-11-01T08:30:15+01:00', Date.UTC(2026, 10, 1, 7, 30, 15)],
  ['7d', 1_000_000_000_000 - 7 * 86_400_000],
  ['30m', 1_000_000_000_000 - 1_800_000],
  ['yesterday', null],
  ['2026-13-01', null],
  ['2026-11-01T08:30', null],
  ['-1', null],
  ['', null],
])('since %j', (text, at) => {
  expect(sinceWhen(text, 1_000_000_000_000)).toBe(at);
});

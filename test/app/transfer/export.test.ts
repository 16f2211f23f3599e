import { exportLines } from '../../../src/app/transfer/export.ts';
import { InUse, Unreadable } from '../../../src/app/transfer/refused.ts';
import { everything } from '../../contract/everything.ts';
import { exported, ORIGIN, storeOf } from './files.ts';

describe('an export', () => {
  test('says in its first line what it is, and in its last what it has', async () => {
    const { text, counts } = await exported(storeOf(everything()));
    const lines = text.trimEnd().split('\n');
    expect(JSON.parse(lines[0]!)).toEqual({ slipway: 'export', format: 1, documents: 6, ...ORIGIN });
    expect(JSON.parse(lines.at(-1)!)).toEqual({ counts, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(counts).toMatchObject({ cards: 2, audit: 3, requests: 1 });
    expect(lines).toHaveLength(2 + Object.values(counts).reduce((sum, count) => sum + count));
  });

  test('is the same text for the same documents, whatever the order of their fields', async () => {
    const all = everything();
    const turned = JSON.parse(JSON.stringify(all), (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(JSON.stringify(turned)).not.toBe(JSON.stringify(all));
    expect(await exported(storeOf(turned))).toEqual(await exported(storeOf(all)));
  });

  test('keeps of deliveries what every store can keep', async () => {
    const all = everything();
    all.deliveries[0]!.outcome = 'a\u0000b\ud83dc';
    const { text } = await exported(storeOf(all));
    expect(text).toContain('"outcome":"a\uFFFDb\uFFFDc"');
  });

  test('has no last line if a document could not be imported, and names each of these', async () => {
    const all = everything();
    Object.assign(all.builds[0]!, { status: 'sleeping' });
    Object.assign(all.cards[1]!, { colour: 'red' });
    let text = '';
    const lines = async () => {
      for await (const line of exportLines(storeOf(all), ORIGIN)) text += line;
    };
    const error: unknown = await lines().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Unreadable);
    expect((error as Unreadable).faults.first).toEqual([
      expect.stringMatching(/builds shop@a+ .*status/),
      expect.stringMatching(/cards card-2 .*colour: is a field that this Slipway does not know/),
    ]);
    expect(text).toContain('"in":"requests"');
    expect(text).not.toContain('sha256');
  });

  test('is refused before its first line while a process works with the store', async () => {
    const lines = exportLines(storeOf(everything(), ['process 7 on there']), ORIGIN);
    await expect(lines.next()).rejects.toMatchObject({ users: ['process 7 on there'] });
  });

  test('has no last line if a process worked with the store meanwhile', async () => {
    const asked: number[] = [];
    const times = [10_000, 17_000];
    const store = {
      ...storeOf(everything()),
      users: async (withinMs: number) => {
        asked.push(withinMs);
        return withinMs === 0 ? [] : ['process 7 on there'];
      },
    };
    let text = '';
    const lines = async () => {
      for await (const line of exportLines(store, ORIGIN, () => times.shift()!)) text += line;
    };
    await expect(lines()).rejects.toBeInstanceOf(InUse);
    expect(asked).toEqual([0, 7_000]);
    expect(text).not.toContain('sha256');
  });
});

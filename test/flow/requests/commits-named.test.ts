import { rename } from 'node:fs/promises';
import { commitsNamed } from '../../../src/flow/requests/commits-named.ts';
import type { ProductSettings } from '../../../src/flow/settings/settings.ts';
import { openStage, type Stage } from '../support.ts';

describe('the commits that words name', () => {
  let stage: Stage;
  let product: ProductSettings;
  let first: string;
  let second: string;

  beforeAll(async () => {
    stage = await openStage({ deploy: 'true' });
    product = stage.services.settings.products[0] as ProductSettings;
    first = stage.repository.commit({ 'a.txt': '1' }, 'First');
    second = stage.repository.commit({ 'a.txt': '2' }, 'Second');
    stage.repository.push();
  }, 60_000);

  afterAll(async () => {
    await stage.close();
  });

  const search = async (...words: string[]) => {
    const { found, unknown, complete } = await commitsNamed(stage.services, [product], words);
    return { found: found.map(({ sha }) => sha), unknown, complete };
  };

  test('are found, also before anything was fetched, each once and in order', async () => {
    expect(await search(second.slice(0, 7), first.slice(0, 9), second)).toEqual({
      found: [second, first],
      unknown: [],
      complete: true,
    });
  });

  test('what names none is said, unless it is a number or belongs elsewhere', async () => {
    const elsewhere = 'https://git.example.com/other/thing/commit/fedcba9';
    expect(await search('fedcba9', '1700000000', elsewhere)).toEqual({
      found: [],
      unknown: ['fedcba9'],
      complete: true,
    });
    expect(await search(first, 'fedcba9')).toEqual({ found: [first], unknown: ['fedcba9'], complete: true });
    expect(await search('hello')).toEqual({ found: [], unknown: ['hello'], complete: true });
    expect(await search()).toEqual({ found: [], unknown: [], complete: true });
  });

  test('a comparison names both of its commits', async () => {
    const link = `https://git.example.com/x/shop/compare/${first}...${second}`;
    expect((await search(link)).found).toEqual([second, first]);
  });

  test('a repository that does not answer is said', async () => {
    const path = stage.repository.url;
    await rename(path, `${path}.away`);
    expect(await search('fedcba9')).toEqual({ found: [], unknown: ['fedcba9'], complete: false });
    expect((await search(first)).found).toEqual([first]);
    await rename(`${path}.away`, path);
  });
});

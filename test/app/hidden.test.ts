import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hiding } from '../../src/app/hidden.ts';

describe('what is hidden from commands', () => {
  let top: string;
  const at = (...path: string[]) => join(top, ...path);

  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-hidden-')));
    mkdirSync(at('data'));
    mkdirSync(at('real'));
    writeFileSync(at('real', 'kube'), 'a secret');
    symlinkSync(at('real'), at('secrets'));
    symlinkSync(at('data'), at('link'));
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  test('is where a link pointed at first, wherever it points later', () => {
    const hidden = hiding(at('link'))([at('secrets', 'kube'), at('not', 'there')]);
    rmSync(at('secrets'));
    rmSync(at('link'));
    symlinkSync('/dev/null', at('secrets'));
    symlinkSync(at('real'), at('link'));
    const { directory, files } = hidden();
    expect(directory).toBe(at('data'));
    expect(files).toEqual([at('secrets', 'kube'), at('not', 'there'), at('real', 'kube')]);
  });

  test.each([
    ['another', () => mkdirSync(at('data'))],
    ['a link to it', () => symlinkSync(at('away'), at('data'))],
    ['nothing', () => {}],
  ])('is reported as wrong when %s replaces the data directory', (what, put) => {
    const hidden = hiding(at('data'))([]);
    renameSync(at('data'), at('away'));
    put();
    if (what === 'a link to it') expect(hidden().directory).toBe(at('data'));
    else
      expect(hidden).toThrow(/is no longer the directory that Slipway started with: put the original back/);
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotKept, type Spool, spool } from '../../../src/app/transfer/spool.ts';
import { streamed } from './files.ts';

async function textOf(file: Spool): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('what is kept of a stream', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-spool-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('can be read again and again, and has no name that anybody could open it by', async () => {
    const text = 'a line\n'.repeat(100_000);
    const file = await spool(streamed(text, 70_001), directory);
    expect(readdirSync(directory)).toEqual([]);
    expect([await textOf(file), await textOf(file)]).toEqual([text, text]);
    await file.close();
  });

  test('leaves nothing if the stream fails', async () => {
    const failing = async function* () {
      yield Buffer.from('begun');
      throw new Error('as planned');
    };
    await expect(spool(failing(), directory)).rejects.toThrow(NotKept);
    expect(readdirSync(directory)).toEqual([]);
  });
});

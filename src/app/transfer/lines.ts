/** Far above the largest document of either store. */
const LONGEST_BYTES = 32 * 1024 * 1024;

const NEWLINE = 0x0a;

/** The lines of a stream of bytes with their ends; the last one may have none. Throws `LineTooLong`. */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield Buffer.concat([...pieces, rest.subarray(0, end + 1)]);
      pieces = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) pieces.push(rest);
    length += rest.length;
    if (length > LONGEST_BYTES) throw new LineTooLong();
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}

/** A line is longer than any document could be. */
export class LineTooLong extends Error {
  constructor() {
    super(`is longer than ${LONGEST_BYTES / 1024 / 1024} MB, which no document is`);
    this.name = 'LineTooLong';
  }
}

/**
 * A line of `xxd`, `hexdump -C` or `od -tx1`: an offset, bytes, and often the same bytes as text. Positions in the
 * text.
 */
export interface Dump {
  from: number;
  /** End of the line, without its newline. */
  to: number;
}

const OFFSET = /^[0-9a-fA-F]{6,16}:? /m;
/** The bytes are separated by one or two spaces and followed by a bar, or by single spaces and followed by two. */
const LINE =
  /^([0-9a-fA-F]{6,16}:? {1,2})((?:[0-9a-fA-F]{2} {1,2})+(?= *\|)|(?:[0-9a-fA-F]{2,32} )*[0-9a-fA-F]{2,32}(?= ?$| {2}))(.*)$/gm;
/** An incomplete line that may become a line of a dump. */
const BEGUN =
  /^(?:[0-9a-fA-F]{1,16}:?|[0-9a-fA-F]{6,16}:? {1,2}(?:[0-9a-fA-F]{2,16} {1,2})*[0-9a-fA-F]{0,16}|[0-9a-fA-F]{6,16}:? {1,2}(?:[0-9a-fA-F]{2,16} {1,2})+.*)$/;
const LONGEST_LINE = 200;

/** `digits`: the text with offsets and text columns blanked out, so its length is unchanged. */
export function findDumps(text: string): { digits: string; dumps: Dump[] } {
  const dumps: Dump[] = [];
  if (!OFFSET.test(text)) return { digits: text, dumps };
  const digits = text.replace(
    LINE,
    (line: string, offset: string, bytes: string, rest: string, from: number) => {
      dumps.push({ from, to: from + line.length });
      return `${' '.repeat(offset.length)}${bytes}${' '.repeat(rest.length)}`;
    },
  );
  return { digits, dumps };
}

/** Start of the last line if it is unfinished and may become a line of a dump; otherwise the end of the text. */
export function startOfBegunDump(text: string): number {
  const from = text.lastIndexOf('\n') + 1;
  if (from === text.length || text.length - from > LONGEST_LINE) return text.length;
  return BEGUN.test(text.slice(from)) ? from : text.length;
}

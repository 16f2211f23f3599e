/** Lines of `xxd`, `hexdump -C` and `od -tx1`: an offset, bytes, and often what they are as text. */
export interface Dump {
  from: number;
  /** Of the line, without its end. */
  to: number;
}

const OFFSET = /^[0-9a-fA-F]{6,16}:? /m;
/** Bytes stand between one and two spaces up to a bar, or between single ones up to two. */
const LINE =
  /^([0-9a-fA-F]{6,16}:? {1,2})((?:[0-9a-fA-F]{2} {1,2})+(?= *\|)|(?:[0-9a-fA-F]{2,32} )*[0-9a-fA-F]{2,32}(?= ?$| {2}))(.*)$/gm;
/** A line that may yet become one of a dump. */
const BEGUN =
  /^(?:[0-9a-fA-F]{1,16}:?|[0-9a-fA-F]{6,16}:? {1,2}(?:[0-9a-fA-F]{2,16} {1,2})*[0-9a-fA-F]{0,16}|[0-9a-fA-F]{6,16}:? {1,2}(?:[0-9a-fA-F]{2,16} {1,2})+.*)$/;
const LONGEST_LINE = 200;

/** `digits`: the text, as long as it was, with offsets and text columns blanked. */
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

/** Where the last line begins, if it is unfinished and may be one of a dump; else the end. */
export function startOfBegunDump(text: string): number {
  const from = text.lastIndexOf('\n') + 1;
  if (from === text.length || text.length - from > LONGEST_LINE) return text.length;
  return BEGUN.test(text.slice(from)) ? from : text.length;
}

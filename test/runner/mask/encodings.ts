import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';

/** A way to print a secret, with what stands around it in the same encoding. */
export interface Encoding {
  name: string;
  /** Of the whole: what stands before it, the secret, what stands after. */
  write(whole: { before: string; secret: string; after: string }): string;
  /** What somebody who reads the output can make of it. */
  read(output: string): string[];
}

const lines = (text: string, width: number, end: string) =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);

const whole = ({ before, secret, after }: Parameters<Encoding['write']>[0]) => before + secret + after;

/** At each of the four places where a group of base64 can begin. */
function readBase64(output: string): string[] {
  const text = output
    .replace(/\\+[nr]|\\|\s/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const runs = text.match(/[A-Za-z0-9+/]{4,}/g) ?? [];
  return runs.flatMap((run) => [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString()));
}

function readHex(output: string): string[] {
  const digits = output
    .split('\n')
    .map((line) => {
      const dump = /^[0-9a-f]{8}:? {1,2}((?:[0-9a-f]{2,4} {1,2})+)/.exec(line);
      return dump ? ` ${dump[1]}` : `${line}\n`;
    })
    .join('')
    .replace(/0x|\\x|[\s:,]/g, '');
  const runs = digits.match(/[0-9a-fA-F]{2,}/g) ?? [];
  return runs.flatMap((run) => [0, 1].map((at) => Buffer.from(run.slice(at), 'hex').toString()));
}

function readUrl(output: string): string[] {
  const decode = (text: string) =>
    Buffer.from(
      text.replace(/%([0-9a-f]{2})/gi, (_all, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
      'latin1',
    ).toString();
  return [decode(output), decode(output.replaceAll('+', ' '))];
}

const readPlain = (output: string) => [output, output.replace(/[\\'"]/g, '')];

function xxd(text: string): string {
  const bytes = Buffer.from(text);
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const groups = (row.toString('hex').match(/.{1,4}/g) ?? []).join(' ');
    const shown = row.toString('latin1').replace(/[^ -~]/g, '.');
    all.push(`${at.toString(16).padStart(8, '0')}: ${groups.padEnd(39)}  ${shown}`);
  }
  return all.join('\n');
}

function hexdump(text: string): string {
  const bytes = Buffer.from(text);
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0'));
    const shown = bytes
      .subarray(at, at + 16)
      .toString('latin1')
      .replace(/[^ -~]/g, '.');
    const columns = `${row.slice(0, 8).join(' ')}  ${row.slice(8).join(' ')}`;
    all.push(`${at.toString(16).padStart(8, '0')}  ${columns.padEnd(49)} |${shown}|`);
  }
  return all.join('\n');
}

const hex =
  (separator: string, prefix = '') =>
  (part: Parameters<Encoding['write']>[0]) =>
    [...Buffer.from(whole(part))].map((byte) => prefix + byte.toString(16).padStart(2, '0')).join(separator);

const json = (depth: number) => (part: Parameters<Encoding['write']>[0]) => {
  let text = whole(part);
  for (let at = 0; at < depth; at += 1) text = JSON.stringify(at === 0 ? text : { inner: text });
  return text;
};

/** What `printf %q` puts a backslash before. */
const backslashed = (text: string) => text.replace(/[ !"#$&'()*,;<=>?[\\\]^`{|}~]/g, '\\$&');

const htmlOf = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const ascii = (text: string) =>
  text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const ENCODINGS: Encoding[] = [
  { name: 'nothing', write: whole, read: readPlain },
  ...[64, 76].flatMap((width) =>
    ['\n', '\r\n', '\n      ', '\\n'].map((end) => ({
      name: `base64 in lines of ${width} that end with ${JSON.stringify(end)}`,
      write: (part: Parameters<Encoding['write']>[0]) =>
        lines(Buffer.from(whole(part)).toString('base64'), width, end),
      read: readBase64,
    })),
  ),
  {
    name: 'base64 on one line',
    write: (part) => Buffer.from(whole(part)).toString('base64'),
    read: readBase64,
  },
  { name: 'base64url', write: (part) => Buffer.from(whole(part)).toString('base64url'), read: readBase64 },
  ...[1, 2, 3].map((depth) => ({
    name: `JSON, ${depth} deep`,
    write: json(depth),
    read: (output: string) => {
      const plain = output.replaceAll('***', '').replace(/^[^"{]*|[^"}]*$/g, '');
      const found: string[] = readPlain(output);
      let value: unknown = plain;
      for (let at = 0; at < 6; at += 1) {
        if (typeof value === 'object' && value !== null && 'inner' in value) value = value.inner;
        else if (typeof value === 'string') {
          found.push(value);
          try {
            value = JSON.parse(value);
          } catch {
            break;
          }
        }
      }
      return found;
    },
  })),
  { name: 'JSON in ASCII', write: (part) => ascii(json(1)(part)), read: readPlain },
  { name: 'encodeURIComponent', write: (part) => encodeURIComponent(whole(part)), read: readUrl },
  { name: 'a form', write: (part) => new URLSearchParams({ v: whole(part) }).toString(), read: readUrl },
  { name: 'a URL in lower case', write: (part) => encodeURI(whole(part)).toLowerCase(), read: readUrl },
  { name: 'every byte of a URL', write: hex('', '%'), read: readUrl },
  {
    name: 'sh -x',
    write: (part) => `'${whole(part).replaceAll("'", "'\\''")}'`,
    read: readPlain,
  },
  {
    name: 'sh -x of dash',
    write: (part) => `'${whole(part).replace(/'+/g, (quotes) => `'"${quotes}"'`)}'`,
    read: readPlain,
  },
  { name: 'double quotes', write: (part) => `"${whole(part).replace(/[\\"$`]/g, '\\$&')}"`, read: readPlain },
  { name: 'printf %q', write: (part) => backslashed(whole(part)), read: readPlain },
  {
    name: 'sh -x of JSON',
    write: (part) => `'${json(1)(part).replaceAll("'", "'\\''")}'`,
    read: readPlain,
  },
  {
    name: 'colours inside',
    write: (part) => `\u001b[1m${whole(part).replace(/(.{5})/gu, '$1\u001b[31m\u001b[K')}\u001b[0m`,
    read: (output) => [stripVTControlCharacters(output)],
  },
  {
    name: 'links and bells inside',
    write: (part) => whole(part).replace(/(.{7})/gu, '$1\u001b]8;;https://example.com\u0007\u0007'),
    read: (output) => [stripVTControlCharacters(output).replaceAll('\u0007', '')],
  },
  {
    name: 'a line drawn over itself',
    write: (part) => whole(part).replace(/(.{6})/gu, '$1\r'),
    read: (output) => [output.replaceAll('\r', '')],
  },
  {
    name: 'HTML',
    write: (part) => htmlOf(whole(part)),
    read: (output) => [
      output
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&'),
    ],
  },
  { name: 'hex', write: hex(''), read: readHex },
  { name: 'hex in capitals', write: (part) => hex('')(part).toUpperCase(), read: readHex },
  { name: 'hex with colons', write: hex(':'), read: readHex },
  { name: 'hex with spaces', write: hex(' '), read: readHex },
  { name: 'hex as C writes it', write: hex(', ', '0x'), read: readHex },
  { name: 'hex as Python writes it', write: hex('', '\\x'), read: readHex },
  { name: 'hex in lines of 60', write: (part) => lines(hex('')(part), 60, '\n'), read: readHex },
  { name: 'xxd', write: (part) => `\n${xxd(whole(part))}\n`, read: (output) => [...readHex(output)] },
  {
    name: 'hexdump -C',
    write: (part) => `\n${hexdump(whole(part))}\n`,
    read: (output) => [...readHex(output)],
  },
];

/** What secrets look like; the lower case of a URL is the only encoding that loses something, so no capitals with it. */
export const SECRETS = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz0123456789-_'),
      minLength: 8,
      maxLength: 60,
      size: 'max',
    }),
    fc.string({
      unit: fc.constantFrom(...'abc019\'"\\$` &%+/={}é🚢'),
      minLength: 8,
      maxLength: 40,
      size: 'max',
    }),
  )
  .filter((text) => text.trim() === text && text.replace(/[\\'"]/g, '').trim().length >= 8);

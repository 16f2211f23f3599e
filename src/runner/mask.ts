/** What stands in the place of a secret. */
const MASK = '***';
/** Shorter ones would blank out ordinary words and hide nothing: they are not masked. */
const SHORTEST_SECRET = 4;
/** An encoded piece shorter than this says too little of a secret and matches too much else. */
const SHORTEST_PIECE = 6;
/** `base64` breaks its output into lines of this length. */
const BASE64_LINE = 76;

export interface Masker {
  /** Masked text that is certain by now; what may yet become a secret is held back. */
  push(chunk: Uint8Array): string;
  /** The rest. */
  end(): string;
}

/** A stretch of text to be blanked out, `from` inclusive, `to` exclusive. */
interface Stretch {
  from: number;
  to: number;
}

/**
 * Masks secrets in a stream of UTF-8, wherever its chunks are split. It holds back only an end of the text that
 * is the beginning of some secret, so ordinary output passes at once.
 * (A secret that holds the mask itself can come out when the mask is put beside its other half; so be it.)
 */
export function createMasker(secrets: readonly string[]): Masker {
  const needles = needlesOf(secrets);
  const decoder = new TextDecoder();
  let held = '';
  /** So much of `held` belongs to a stretch whose mask was given out already. */
  let covered = 0;

  function settle(text: string, final: boolean): string {
    const stretches = find(text, needles);
    const keepFrom = final ? text.length : startOfUnfinished(text, needles);
    let out = '';
    let position = 0;
    let maskedTo = covered;
    for (const { from, to } of [...stretches, { from: keepFrom, to: keepFrom }]) {
      const until = Math.min(from, keepFrom);
      const plainFrom = Math.max(position, maskedTo);
      if (until > plainFrom) out += text.slice(plainFrom, until);
      if (from >= keepFrom) break;
      if (from > maskedTo || maskedTo === 0) out += MASK;
      maskedTo = Math.max(maskedTo, to);
      position = maskedTo;
    }
    held = text.slice(keepFrom);
    covered = Math.max(0, maskedTo - keepFrom);
    return out;
  }

  if (needles.length === 0) {
    return {
      push: (chunk) => decoder.decode(chunk, { stream: true }),
      end: () => decoder.decode(),
    };
  }
  return {
    push: (chunk) => settle(held + decoder.decode(chunk, { stream: true }), false),
    end: () => settle(held + decoder.decode(), true),
  };
}

/** For short texts: an error message, a line. */
export function maskText(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return masker.push(new TextEncoder().encode(text)) + masker.end();
}

/** Where secrets are, joined where they touch or overlap, in order. */
function find(text: string, needles: readonly string[]): Stretch[] {
  const all: Stretch[] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
      all.push({ from: at, to: at + needle.length });
    }
  }
  all.sort((a, b) => a.from - b.from);
  const joined: Stretch[] = [];
  for (const stretch of all) {
    const last = joined.at(-1);
    if (last !== undefined && stretch.from <= last.to) last.to = Math.max(last.to, stretch.to);
    else joined.push({ ...stretch });
  }
  return joined;
}

/** The first position from which the text, to its end, is a true beginning of some secret; else its length. */
function startOfUnfinished(text: string, needles: readonly string[]): number {
  let first = text.length;
  for (const needle of needles) {
    let at = text.indexOf(needle.charAt(0), Math.max(0, text.length - needle.length + 1));
    while (at !== -1 && at < first) {
      if (needle.startsWith(text.slice(at))) {
        first = at;
        break;
      }
      at = text.indexOf(needle.charAt(0), at + 1);
    }
  }
  return first;
}

/** Every spelling of every secret: whole, and each line of one with several. */
function needlesOf(secrets: readonly string[]): string[] {
  const wholes = new Set<string>();
  for (const secret of secrets) {
    for (const whole of [secret, secret.trim(), ...secret.split(/\r\n|\r|\n/)]) {
      if (whole.length >= SHORTEST_SECRET && whole.trim() !== '') wholes.add(whole);
    }
  }
  const needles = new Set<string>();
  for (const whole of wholes) {
    needles.add(whole);
    for (const spelling of spellings(whole)) {
      if (spelling.length >= SHORTEST_PIECE) needles.add(spelling);
    }
  }
  return [...needles];
}

function spellings(secret: string): string[] {
  // As it comes out of a process: half a surrogate pair cannot.
  const text = Buffer.from(secret, 'utf8').toString('utf8');
  const url = encodeURIComponent(text);
  const strictUrl = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const urls = [url, strictUrl, url.replaceAll('%20', '+'), strictUrl.replaceAll('%20', '+')];
  return [
    ...urls,
    ...urls.map((each) => each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    JSON.stringify(text).slice(1, -1),
    ...base64Spellings(Buffer.from(text, 'utf8')),
  ];
}

/**
 * The secret by itself, also in lines as `base64` writes it, and as a part of something longer: there the three
 * ways in which its bytes can lie in groups of three each leave a middle that depends on the secret alone.
 */
function base64Spellings(bytes: Buffer): string[] {
  const plain = [bytes.toString('base64')];
  for (let before = 0; before < 3; before += 1) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    plain.push(encoded.slice(from, to));
  }
  const whole = plain[0] ?? '';
  for (let at = 0; whole.length > BASE64_LINE && at < whole.length; at += BASE64_LINE) {
    plain.push(whole.slice(at, at + BASE64_LINE));
  }
  return plain.flatMap((each) => [
    each,
    each.replaceAll('+', '-').replaceAll('/', '_'),
    each.replace(/=+$/, ''),
  ]);
}

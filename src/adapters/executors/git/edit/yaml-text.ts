import { parseDocument } from 'yaml';

/** What may stand without quotes wherever it is written; whether it is read as text then is another question. */
const BARE = /^[A-Za-z0-9_./+-][A-Za-z0-9_./+@:-]*$/;
/** The versions of YAML that tools read: Kubernetes' still takes 1.1's numbers. */
const VERSIONS = ['1.1', '1.2'] as const;

/** Whether a text is read as this text where it stands without quotes, by every version of YAML. */
function isTextWhenBare(value: string): boolean {
  if (!BARE.test(value) || value.endsWith(':') || value === '-' || value.startsWith('---')) return false;
  // Numbers and times of other readers: 0b1, 0xF, 1_000, 12e4567, 1:30.
  if (/^[-+.]?[0-9][0-9_.:+-]*(e[-+]?[0-9_]*)?$|^[-+]?0[xob]/i.test(value)) return false;
  return VERSIONS.every((version) => parseDocument(value, { version }).toJS() === value);
}

/** A value as YAML, quoted as `quote` says, or where it must be. `quote`: the type of the scalar whose place it takes. */
export function scalarText(value: string, quote: string | undefined | null, inFlow: boolean): string {
  const isPrintable = /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]*$/.test(value);
  if (quote === 'QUOTE_SINGLE' && isPrintable) return `'${value.replaceAll("'", "''")}'`;
  if (quote === 'QUOTE_DOUBLE') return JSON.stringify(value);
  const isBare = isTextWhenBare(value) && !(inFlow && value.includes(':'));
  return isBare ? value : JSON.stringify(value);
}

/** `{ image: { tag: value } }`, the value behind these keys. */
export function flowText(keys: readonly string[], value: string): string {
  return keys.reduceRight(
    (inner, key) => `{ ${scalarText(key, 'PLAIN', true)}: ${inner} }`,
    scalarText(value, 'PLAIN', keys.length > 0),
  );
}

/** The same on lines of their own, each ended. */
export function blockText(keys: readonly string[], value: string, indent: string, eol: string): string {
  const lines = keys.map((key, depth) => {
    const written = scalarText(key, 'PLAIN', false);
    const isLast = depth === keys.length - 1;
    return `${indent}${'  '.repeat(depth)}${written}:${isLast ? ` ${scalarText(value, 'PLAIN', false)}` : ''}${eol}`;
  });
  return lines.join('');
}

/**
 * BSON strings are UTF-8, so they cannot hold a lone surrogate; keys cannot hold NUL, and servers disagree about keys
 * with `.` or a leading `$`; the driver takes an object with `_bsontype` for a BSON type. Each such character is written
 * as U+FDD0, which Unicode reserves for internal use, followed by four hexadecimal digits. Everything else stays as it
 * is, and readable in the database.
 */
const MARK = '\uFDD0';
const ODD = /[\0\uFDD0\p{Surrogate}]/u;
const ODD_IN_KEY = /[\0.\uFDD0\p{Surrogate}]|^\$|^_(?=bsontype$)/u;
const WRITTEN = /\uFDD0([0-9a-f]{4})/;

/** The patterns to replace in texts and in keys, and their replacement. */
interface Direction {
  text: RegExp;
  key: RegExp;
  replace(found: string, digits?: string): string;
}

const ESCAPE: Direction = {
  text: ODD,
  key: ODD_IN_KEY,
  replace: (character) => MARK + character.charCodeAt(0).toString(16).padStart(4, '0'),
};
const UNESCAPE: Direction = {
  text: WRITTEN,
  key: WRITTEN,
  replace: (_written, digits = '') => String.fromCharCode(Number.parseInt(digits, 16)),
};

/** `value` with everything that BSON cannot hold escaped; `value` itself if there is nothing to escape. */
export function escaped<T>(value: T): T {
  return isOdd(value, ESCAPE) ? (turned(value, ESCAPE) as T) : value;
}

/** The value that was given to `escaped`. */
export function unescaped<T>(value: T): T {
  return isOdd(value, UNESCAPE) ? (turned(value, UNESCAPE) as T) : value;
}

function isOdd(value: unknown, direction: Direction): boolean {
  if (typeof value === 'string') return direction.text.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isOdd(item, direction));
  for (const [key, item] of Object.entries(value)) {
    if (direction.key.test(key) || isOdd(item, direction)) return true;
  }
  return false;
}

function turned(value: unknown, direction: Direction): unknown {
  if (typeof value === 'string') return replaced(value, direction.text, direction);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => turned(item, direction));
  // `fromEntries` makes even a key like `__proto__` an own property.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      replaced(key, direction.key, direction),
      turned(item, direction),
    ]),
  );
}

function replaced(text: string, pattern: RegExp, { replace }: Direction): string {
  return text.replace(new RegExp(pattern, `${pattern.flags}g`), replace);
}

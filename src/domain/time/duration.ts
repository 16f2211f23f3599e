/** In milliseconds. */
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

function isUnit(text: string | undefined): text is Unit {
  return text !== undefined && Object.hasOwn(UNITS, text);
}

/** Parses `90s`, `20m`, `24h` or `7d`, as configuration has them, into milliseconds. null: not a duration. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^([1-9][0-9]{0,6})([smhd])$/.exec(text) ?? [];
  return isUnit(unit) ? Number(count) * UNITS[unit] : null;
}

/** The shortest form in which a duration can be written again: `1d` for 86,400,000; at least `1s`. */
export function durationText(ms: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (ms >= UNITS[unit] && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`;
  }
  return `${Math.max(1, Math.round(ms / UNITS.s))}s`;
}

/** A duration in its two largest units: "41 s", "3 min 2 s", "1 h 8 min", "2 d 3 h". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** The wait after `failures` in a row (at least 1); the last of `waits` repeats. */
export function backoff(waits: readonly number[], failures: number): number {
  return waits[Math.min(failures, waits.length) - 1] ?? 0;
}

const SPOKEN_UNITS: readonly (readonly [pattern: string, ms: number])[] = [
  ['weeks?|wks?|w', 7 * UNITS.d],
  ['days?|d', UNITS.d],
  ['hours?|hrs?|h', UNITS.h],
  ['minutes?|mins?|m', UNITS.m],
  ['seconds?|secs?|s', UNITS.s],
];
/** Pattern of all units of time as people write them, in lower case. */
export const SPOKEN_UNIT = SPOKEN_UNITS.map(([pattern]) => pattern).join('|');
const ONES = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...ONES.map((name, index): [string, number] => [name, index + 1]),
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['forty-five', 45],
  ['forty', 40],
  ['fifty', 50],
  ['sixty', 60],
  ['ninety', 90],
]);
const COUNT = `\\d{1,15}(?:[.,]\\d{1,3})?|an?|half(?: an?)?|a half|a quarter of an?|${[...NUMBERS.keys()].join('|')}`;
const FRACTIONS: Readonly<Record<string, string>> = { '\u00bc': '.25', '\u00bd': '.5', '\u00be': '.75' };
const PART = new RegExp(`^(${COUNT}) ?(${SPOKEN_UNIT})\\.?( and a half)?(?![a-z])(?:,? and |, ?| )?`);

/**
 * "1h30m", "1.5 hours", "half an hour", "an hour and a half" in milliseconds; null: not a duration. Expects lower case.
 */
export function spokenDuration(text: string): number | null {
  const clock = /^(\d{1,3})(?::(\d{2}) ?(?:hours?|hrs?|h)| ?h ?(\d{2}))$/.exec(text);
  if (clock) return Number(clock[1]) * UNITS.h + Number(clock[2] ?? clock[3]) * UNITS.m;
  const plain = text.replace(
    /(\d*) ?([\u00bc-\u00be])/g,
    (_, whole, part) => `${whole || 0}${FRACTIONS[part]}`,
  );
  let ms = 0;
  for (let rest = plain; rest !== ''; ) {
    const part = PART.exec(rest);
    if (!part) return null;
    const unit =
      SPOKEN_UNITS.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(part[2] ?? ''))?.[1] ?? 0;
    ms += (countOf(part[1] ?? '') + (part[3] ? 0.5 : 0)) * unit;
    rest = rest.slice(part[0].length);
  }
  return text === '' ? null : Math.round(ms);
}

function countOf(text: string): number {
  if (/^\d/.test(text)) return Number(text.replace(',', '.'));
  if (text.includes('quarter')) return 0.25;
  if (text.includes('half')) return 0.5;
  return NUMBERS.get(text) ?? 1;
}

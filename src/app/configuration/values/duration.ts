const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** Parses `90s`, `20m`, `24h` or `7d` into milliseconds. null: not a duration. */
export function parseDuration(text: string): number | null {
  const match = /^([1-9][0-9]{0,6})([smhd])$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * UNITS[match[2] as Unit];
}

/** The shortest form of a duration: `1d` for 86,400,000. */
export function durationText(ms: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (ms >= UNITS[unit] && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`;
  }
  return `${Math.round(ms / UNITS.s)}s`;
}

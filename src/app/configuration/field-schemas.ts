import { z } from 'zod';
import { durationText, parseDuration } from '../../domain/time/duration.ts';
import { FIELDS, type Place } from './problems/fields.ts';
import type { Problem } from './problems/problem.ts';

/** A text that `read` converts or finds a problem with. */
export function text<T>(read: (written: string) => T | Problem, pattern?: string) {
  const written = pattern === undefined ? z.string() : z.string().meta({ pattern });
  return written.transform((value, ctx): T => {
    const result = read(value);
    if (!isProblem(result)) return result;
    ctx.issues.push({ code: 'custom', message: result.what, params: { ...result }, input: value });
    return z.NEVER;
  });
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'what' in result && 'todo' in result;
}

/** A text that is only checked. */
export function checked(problem: (written: string) => Problem | null, pattern?: string) {
  return text((written) => problem(written) ?? written, pattern);
}

/** `or`: 'never' may be written instead of a duration and gives null. */
export function duration(leastMs: number, mostMs: number): ReturnType<typeof text<number>>;
export function duration(
  leastMs: number,
  mostMs: number,
  or: 'never',
): ReturnType<typeof text<number | null>>;
export function duration(leastMs: number, mostMs: number, or?: 'never') {
  const pattern = '[1-9][0-9]{0,6}[smhd]';
  return text(
    (written): number | null | Problem => {
      if (or !== undefined && written === or) return null;
      const ms = parseDuration(written);
      if (ms === null) {
        return {
          what: `"${written}" is not a duration`,
          todo: `write a number and s, m, h or d: 90s, 20m, 24h, 7d${or === undefined ? '' : `; or ${or}`}`,
        };
      }
      if (ms >= leastMs && ms <= mostMs) return ms;
      const bounds = `${durationText(leastMs)} to ${durationText(mostMs)}`;
      const instead = or === undefined ? bounds : `${bounds}, or ${or}`;
      return { what: `${written} is out of bounds`, todo: `write ${instead}` };
    },
    or === undefined ? `^${pattern}$` : `^(${pattern}|${or})$`,
  );
}

/** An object that accepts only its fields, with the descriptions from `FIELDS`. */
export function described<P extends Place, S extends { [K in keyof (typeof FIELDS)[P]]: z.ZodType }>(
  place: P,
  shape: S,
) {
  const fields: Record<string, { description: string }> = FIELDS[place];
  const withDescriptions: Record<string, z.ZodType> = {};
  for (const [key, schema] of Object.entries<z.ZodType>(shape)) {
    withDescriptions[key] = schema.meta({ ...schema.meta(), description: fields[key]?.description });
  }
  return z.strictObject(withDescriptions as S);
}

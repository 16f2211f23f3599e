import type { Problem } from '../problems/problem.ts';

/** The name of a header, as RFC 9110 has it. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
/** What a header may contain. */
const VALUE = /^[\x20-\x7e]*$/;

/** The address of traces below a receiver's base address, as OpenTelemetry has it. Errors never show the value. */
export function tracesAddress(given: string): string | Problem {
  if (/^https?:\/\//i.test(given) && URL.canParse(given)) {
    const url = new URL(given);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
    return url.href;
  }
  return {
    what: 'is not an http or https address',
    todo: 'set it to the base address of a receiver of OTLP over HTTP, such as http://collector:4318, or unset it',
  };
}

/** Reads `name=value,other=value`, with percent-encoding in values. Errors never show a value. */
export function tracesHeaders(given: string): Record<string, string> | Problem {
  const headers: [string, string][] = [];
  for (const pair of given.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (!NAME.test(name) || value === null || !VALUE.test(value)) {
      return {
        what: `entry ${headers.length + 1} is not a header`,
        todo: 'write name=value, separated by commas, with a space in a value as %20',
      };
    }
    headers.push([name.toLowerCase(), value]);
  }
  return Object.fromEntries(headers);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

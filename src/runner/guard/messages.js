// Parses what the guard receives from its worker and from bubblewrap. Plain JavaScript without libraries, like the
// guard, which imports it and must start fast.

/** @param {unknown} value @returns {value is string[]} */
const isList = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** @param {unknown} value @returns {value is Record<string, string>} */
const isEnv = (value) => isFields(value) && Object.values(value).every((item) => typeof item === 'string');

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isFields(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The fields of a line of JSON. None when it is not an object or is cut off.
 * @param {string} line
 * @returns {Record<string, unknown>}
 */
export function fieldsIn(line) {
  try {
    const value = JSON.parse(line);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * A message of the worker. null: the line is not a valid one.
 * @param {string} line
 * @returns {import('./types.ts').GuardMessage | null}
 */
export function messageIn(line) {
  const { type, command, cwd, env, deadline, reason, enclosure } = fieldsIn(line);
  if (type === 'kill') return typeof reason === 'string' ? { type, reason } : null;
  if (typeof deadline !== 'number') return null;
  if (type === 'alive') return { type, deadline };
  if (type !== 'start' || typeof command !== 'string' || typeof cwd !== 'string' || !isEnv(env)) return null;
  if (enclosure === null) return { type, command, cwd, env, deadline, enclosure };
  const place = enclosureIn(enclosure);
  return place && { type, command, cwd, env, deadline, enclosure: place };
}

/**
 * @param {unknown} value
 * @returns {import('./types.ts').Enclosure | null}
 */
function enclosureIn(value) {
  if (!isFields(value)) return null;
  const { kind, program, args, name, run, remove, env } = value;
  if (typeof program !== 'string') return null;
  if (kind === 'bubblewrap') return isList(args) ? { kind, program, args } : null;
  if (kind !== 'container' || typeof name !== 'string') return null;
  return isList(run) && isList(remove) && isEnv(env) ? { kind, program, name, run, remove, env } : null;
}

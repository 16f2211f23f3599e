import { IANAZone } from 'luxon';
import { distance } from '../../../domain/suggest.ts';
import type { Problem } from '../problems/problem.ts';

const LOS_ANGELES = 'America/Los_Angeles';
const NEW_YORK = 'America/New_York';
const CENTRAL_EUROPE = 'the name of a city, as in Europe/Berlin, Europe/Paris or Europe/Amsterdam';
const EASTERN_EUROPE = 'the name of a city, as in Europe/Helsinki, Europe/Athens or Europe/Bucharest';

/**
 * Common names of time zones, in lower case, with what to write instead. Some are legacy names that computers still
 * know. They stand for a fixed offset, not for a place: `EST` never switches to summer time.
 */
const COMMON: Readonly<Record<string, string>> = {
  pacific: LOS_ANGELES,
  pt: LOS_ANGELES,
  pst: LOS_ANGELES,
  pdt: LOS_ANGELES,
  pst8pdt: LOS_ANGELES,
  mountain: 'America/Denver',
  mt: 'America/Denver',
  mst: 'America/Denver, or America/Phoenix, which has no summer time',
  mdt: 'America/Denver',
  mst7mdt: 'America/Denver',
  central: 'America/Chicago',
  ct: 'America/Chicago',
  cst: 'America/Chicago, or Asia/Shanghai',
  cdt: 'America/Chicago',
  cst6cdt: 'America/Chicago',
  eastern: NEW_YORK,
  et: NEW_YORK,
  est: NEW_YORK,
  edt: NEW_YORK,
  est5edt: NEW_YORK,
  hst: 'Pacific/Honolulu',
  alaska: 'America/Anchorage',
  hawaii: 'Pacific/Honolulu',
  cet: CENTRAL_EUROPE,
  cest: CENTRAL_EUROPE,
  met: CENTRAL_EUROPE,
  'central european': CENTRAL_EUROPE,
  'w. europe': CENTRAL_EUROPE,
  'central europe': CENTRAL_EUROPE,
  romance: CENTRAL_EUROPE,
  eet: EASTERN_EUROPE,
  eest: EASTERN_EUROPE,
  'eastern european': EASTERN_EUROPE,
  wet: 'Europe/Lisbon',
  west: 'Europe/Lisbon',
  bst: 'Europe/London',
  british: 'Europe/London',
  uk: 'Europe/London',
  ist: 'Asia/Kolkata, Europe/Dublin or Asia/Jerusalem',
  india: 'Asia/Kolkata',
  jst: 'Asia/Tokyo',
  japan: 'Asia/Tokyo',
  aest: 'Australia/Sydney, or Australia/Brisbane, which has no summer time',
  aedt: 'Australia/Sydney',
  nzst: 'Pacific/Auckland',
  nzdt: 'Pacific/Auckland',
  z: 'UTC',
  zulu: 'UTC',
  'coordinated universal': 'UTC',
};

/** "pacific" for "US Pacific Standard Time" and for "Pacific Time (US & Canada)". */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\(.*\)/g, '')
    .trim()
    .replace(/^us[ /]/, '')
    .replace(/ (?:(?:standard|daylight|summer) )?time$/, '')
    .trim();
}

/** null: it is the name of a time zone. Makes no suggestion rather than a wrong one. */
export function timezoneProblem(name: string): Problem | null {
  const called = bare(name);
  const common = Object.hasOwn(COMMON, called) ? COMMON[called] : undefined;
  const isKnown = /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
  if (isKnown && (common === undefined || name.includes('/'))) return null;
  if (common !== undefined) {
    return {
      what: isKnown ? `"${name}" is an abbreviation, not a place` : `"${name}" is not a time zone`,
      todo: `write ${common}`,
    };
  }
  const meant = likely(name);
  return {
    what: `"${name}" is not a time zone`,
    todo: meant === null ? 'write its IANA name, as in Europe/Amsterdam or UTC' : `did you mean ${meant}?`,
  };
}

/** The zone of a city name, or the closest name for a typing error. null: none, or several are equally close. */
function likely(name: string): string | null {
  const typed = name.trim().toLowerCase().replaceAll(/[ -]+/g, '_');
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  const cities = zones.filter((zone) => zone.toLowerCase().split('/').at(-1) === typed);
  if (cities.length > 0) return cities.length === 1 ? (cities[0] ?? null) : null;
  const near = zones
    .map((zone) => ({ zone, far: distance(typed, zone.toLowerCase()) }))
    .filter(({ zone, far }) => far <= Math.max(1, Math.floor((zone.split('/').at(-1) ?? '').length / 4)))
    .sort((a, b) => a.far - b.far);
  const [best, next] = near;
  return best && best.far !== next?.far ? best.zone : null;
}

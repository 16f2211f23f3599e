import { stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { directorySizes, SIZE_KINDS } from '../../adapters/directory-sizes.ts';
import { reserve } from '../../flow/commands/disk-room.ts';
import { hasCode } from '../../runner/files/errno.ts';
import { type Finding, fine, warning, wrong } from '../online/finding.ts';
import type { Question } from '../online/question.ts';

/** Below so many times the room that is kept free, people are warned. */
const WARNED = 2;

/** How long the files below the data directory are counted. */
const COUNTED_MS = 5_000;

/** Directories that may have a disk of their own. */
const APART = ['artifacts', 'trees', 'mirrors', 'logs'];

/** The room on the disk of the data directory, and on each other disk that something below it is on. */
export function diskQuestions(dataDirectory: string): Question[] {
  const directory = resolve(dataDirectory);
  return [
    {
      what: 'disk of DATA_DIR',
      ask: async () => [roomFinding('disk of DATA_DIR', await roomOf(directory), await sizesText(directory))],
    },
    ...APART.map((name) => ({
      what: `disk of ${name}`,
      ask: () => apart(`disk of ${name}`, join(directory, name), directory),
    })),
  ];
}

async function apart(what: string, path: string, directory: string): Promise<Finding[]> {
  const [own, its] = await Promise.all([deviceOf(path), deviceOf(directory)]);
  return own === null || own === its ? [] : [roomFinding(what, await roomOf(path), null)];
}

/** null: it is not there, or may not be looked at. */
async function deviceOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).dev;
  } catch (error) {
    if (isAbsent(error) || hasCode(error, 'EACCES')) return null;
    throw error;
  }
}

interface Room {
  free: number;
  total: number;
}

/** Of the nearest directory that is there. */
async function roomOf(path: string): Promise<Room> {
  try {
    const { bavail, bsize, blocks } = await statfs(path);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch (error) {
    const above = dirname(path);
    if (!isAbsent(error) || above === path) throw error;
    return roomOf(above);
  }
}

const isAbsent = (error: unknown) => hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');

/** `holds`: what takes room there, in words; null: that is not told. */
export function roomFinding(what: string, { free, total }: Room, holds: string | null): Finding {
  const least = reserve({ total });
  const said = `${sizeText(free)} of ${sizeText(total)} are free${holds === null ? '' : `; ${holds}`}`;
  if (free < least)
    return wrong(
      what,
      `${said}; below ${sizeText(least)} no build begins`,
      'make room there; deploys and rollbacks continue meanwhile',
    );
  if (free < WARNED * least)
    return warning(what, `${said}; below ${sizeText(least)} no build begins`, 'make room there soon');
  return fine(what, said);
}

/** What takes room below the data directory, the largest first. */
async function sizesText(directory: string): Promise<string | null> {
  const { bytes, complete } = await directorySizes(directory, AbortSignal.timeout(COUNTED_MS));
  const parts = SIZE_KINDS.filter((kind) => bytes[kind] > 0)
    .toSorted((a, b) => bytes[b] - bytes[a])
    .map((kind) => `${kind} ${sizeText(bytes[kind])}`);
  if (parts.length === 0) return null;
  return `${parts.join(', ')}${complete ? '' : ' at least, as not everything was counted in time'}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** "12 kB", "3.4 GB": three digits at most before the unit. */
export function sizeText(bytes: number): string {
  let number = bytes / 1_000;
  for (const unit of UNITS) {
    if (Math.round(number) < 1_000 || unit === 'TB')
      return `${number < 10 ? Math.round(number * 10) / 10 : Math.round(number)} ${unit}`;
    number /= 1_000;
  }
  return `${bytes} B`;
}

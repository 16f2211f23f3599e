import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timeline } from './timeline.ts';

/** One run of a command, as it told itself, or of what another system was asked for. */
export interface Run {
  /** `shop/prod`, or for a build `shop@<sha>`. */
  place: string;
  run: string;
  /** `shop/prod#3`; `-` for a build. */
  release: string;
  step: 'build' | 'deploy' | 'verify';
  kind: string;
  sha: string;
  /** By which another system knows the attempt that it carries out; null: a command does. */
  key: string | null;
  begunAt: number;
  /** null: it did not come to its end. */
  end: { at: number; code: number } | null;
  /** The tree was that of the build of its commit. */
  rightTree: boolean;
}

/** Everything the commands wrote, run by run, in the order of their beginnings in each place. */
export interface Ledger {
  runs: Run[];
}

/**
 * Reads the ledgers of all places, and finds what went on at once there: a line of an earlier run after the begin of a
 * later one. Lines are appended whole, so their order is what happened.
 */
export async function readLedger(directory: string, timeline: Timeline): Promise<Ledger> {
  const runs: Run[] = [];
  for (const file of (await readdir(directory)).toSorted()) {
    const text = await readFile(join(directory, file), 'utf8');
    runs.push(...runsOf(file.replace('~', '/'), text, timeline));
  }
  return { runs };
}

function runsOf(place: string, text: string, timeline: Timeline): Run[] {
  const runs: Run[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [at, word, run = '', release = '', step = '', kind = '', sha = '', extra = ''] = line.split(' ');
    const last = runs.at(-1);
    if (word === 'begin') {
      const key = extra.startsWith('key=') ? extra.slice('key='.length) : null;
      const begun = { place, run, release, kind, sha, key, begunAt: Number(at), end: null, rightTree: true };
      runs.push({ ...begun, step: step as Run['step'] });
    } else if (last?.run !== run) {
      const found = `${place}: ${word} of ${release} (${step}) after the begin of ${last?.release} (${last?.step})`;
      timeline.find('deploys at once', found, Number(at));
    } else if (word === 'end') last.end = { at: Number(at), code: Number(extra) };
    else if (word === 'wrong') last.rightTree = false;
  }
  return runs;
}

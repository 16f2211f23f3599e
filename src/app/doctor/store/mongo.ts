import {
  inspectMongo,
  type MongoFacts,
  MongoFailed,
  type MongoFault,
} from '../../../adapters/store/mongo/inspect.ts';
import { type Finding, fine, warning, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';
import type { Clocks } from '../clock.ts';
import { hostsOf, unreachableWords } from './address.ts';

export interface MongoOptions {
  url: string;
  clocks: Clocks;
  now: () => number;
  timeoutMs: number;
}

export function mongoQuestion(options: MongoOptions): Question {
  const what = `MongoDB at ${hostsOf(options.url)}`;
  return { what, ask: () => mongoFindings(what, options) };
}

async function mongoFindings(
  what: string,
  { url, clocks, now, timeoutMs }: MongoOptions,
): Promise<Finding[]> {
  try {
    const { facts, write, close } = await inspectMongo(url, { timeoutMs, now });
    try {
      clocks.saw('MongoDB', facts.clock);
      return [serverFinding(what, facts), ...schemaFindings(what, facts), await writeFinding(what, write)];
    } finally {
      await close();
    }
  } catch (error) {
    return [failure(what, error)];
  }
}

function serverFinding(what: string, { version, replicaSet, isSharded }: MongoFacts): Finding {
  const name = version === null ? 'does not tell its version' : `version ${version}`;
  if (isSharded) return fine(what, `${name}, a sharded cluster`);
  if (replicaSet !== null) return fine(what, `${name}, in the replica set ${replicaSet}`);
  return warning(
    what,
    `${name}, a single server: while it is away, Slipway decides nothing`,
    'use a replica set, if a failure of that machine must not stop you',
  );
}

function schemaFindings(what: string, { newer }: MongoFacts): Finding[] {
  return newer === null ? [] : [wrong(`${what}: schema`, newer, 'start the newer version of Slipway')];
}

async function writeFinding(server: string, write: () => Promise<void>): Promise<Finding> {
  const what = `${server}: writes`;
  try {
    await write();
    return fine(what, 'a majority stored what was written, and it was removed');
  } catch (error) {
    return failure(what, error);
  }
}

/** Anything but a `MongoFailed` is thrown. */
function failure(what: string, error: unknown): Finding {
  if (!(error instanceof MongoFailed)) throw error;
  const [said, todo] = wordsOf(error.fault);
  return wrong(what, said, todo);
}

function wordsOf(fault: MongoFault): [said: string, todo: string] {
  switch (fault.kind) {
    case 'url':
      return [fault.says, 'correct MONGODB_URL'];
    case 'unreachable':
      return unreachableWords(fault.how, 'MONGODB_URL');
    case 'login':
      return [
        'does not believe the user and the password',
        'correct them in MONGODB_URL, and authSource if the user is in another database',
      ];
    case 'forbidden':
      return ['the user may not do what Slipway does', 'give it the role readWrite on the database'];
    case 'noPrimary':
      return ['the replica set has no primary now', 'see rs.status() there: a majority of it must be up'];
    case 'old':
      return ['is too old for Slipway', 'run a version that is still maintained'];
    case 'noMajority':
      return [
        'no majority of the replica set stored a write in time',
        'see rs.status() there: a majority of it must be up and keep pace',
      ];
    case 'other':
      return [`failed: ${fault.says}`, 'see its log'];
    default:
      return fault satisfies never;
  }
}

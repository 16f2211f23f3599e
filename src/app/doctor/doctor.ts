import { line } from '../../chat/text/clean.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import { createMasker } from '../../runner/mask/mask.ts';
import type { BotEnvironment, Role } from '../configuration/environment.ts';
import { apiOf } from '../forges.ts';
import type { Finding } from '../online/finding.ts';
import { onlineQuestions } from '../online/online.ts';
import { answersTo, type Question } from '../online/question.ts';
import { maskingOwn } from '../process/own-secrets.ts';
import { Clocks } from './clock.ts';
import { diskQuestions } from './disk.ts';
import { machineQuestions } from './machine.ts';
import { askServer, serverQuestions } from './servers.ts';
import { slackFindings } from './slack/slack.ts';
import { directoryQuestion } from './store/directory.ts';
import { embeddedQuestion } from './store/embedded.ts';
import { mongoQuestion } from './store/mongo.ts';
import { redisQuestion } from './store/redis.ts';
import { webhookFinding } from './webhooks.ts';

export interface DoctorOptions {
  settings: Settings;
  environment: BotEnvironment;
  role: Role;
  now: () => number;
  /** Replaces limits of `LIMITS`. */
  limits?: Partial<Limits>;
}

/** In milliseconds. */
export interface Limits {
  /** Of one request to Slack, a forge, a database, or a bot. */
  requestMs: number;
  /** Of git, to read one repository. */
  gitMs: number;
  /** Of everything about one thing. */
  eachMs: number;
  /** After so long nothing more is begun. */
  stopMs: number;
}

const LIMITS: Limits = { requestMs: 5_000, gitMs: 8_000, eachMs: 15_000, stopMs: 60_000 };

/**
 * Looks at everything that Slipway depends on, side by side, and changes nothing that lasts. What is wrong with one thing
 * keeps no other from being told. In a fixed order, by kind.
 */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const { settings, environment, role, now } = options;
  const limits = { ...LIMITS, ...options.limits };
  const { requestMs, gitMs } = limits;
  const { slack, dataDirectory } = environment;
  const clocks = new Clocks();
  const ask = (questions: readonly Question[]) => answersTo(questions, limits);
  const dates = datesOfForges(settings, clocks, requestMs, now);
  const told = await Promise.all([
    ask(machineQuestions(settings, role)),
    ask(diskQuestions(dataDirectory)),
    ask(storeQuestions(options, clocks, requestMs)),
    slack === null
      ? []
      : slackFindings({ settings, access: slack, clocks, now, timeoutMs: requestMs, bounds: limits }),
    ask(onlineQuestions({ settings, now, forgeTimeoutMs: requestMs, gitTimeoutMs: gitMs })),
    ask(role === 'bot' ? [] : serverQuestions(settings, clocks, requestMs, now)),
    role === 'worker' ? [] : settings.products.map(webhookFinding),
  ]);
  await dates;
  const shown = shownWithout(maskingOwn(settings, environment));
  return [...told.flat(), ...clocks.findings()].map(shown);
}

function storeQuestions({ environment, now }: DoctorOptions, clocks: Clocks, timeoutMs: number): Question[] {
  const { services, dataDirectory, port } = environment;
  if (services === null) return [embeddedQuestion({ dataDirectory, port, timeoutMs })];
  return [
    directoryQuestion(dataDirectory),
    mongoQuestion({ url: services.mongodb, clocks, now, timeoutMs }),
    redisQuestion(services.redis, timeoutMs),
  ];
}

/** What is wrong with a forge, its own finding tells. */
async function datesOfForges(
  { forges = [] }: Settings,
  clocks: Clocks,
  ms: number,
  now: () => number,
): Promise<void> {
  await Promise.all(
    forges.map(async (forge) => {
      const answer = await askServer(apiOf(forge), ms, now);
      if ('status' in answer) clocks.saw(forge.name, answer.reading);
    }),
  );
}

/** Characters of what is told of one thing, or of what to do. */
const LONGEST = 1_500;

/** Findings on one line each, whatever a server said, and without the secrets of this process. */
function shownWithout({ products }: Settings): (finding: Finding) => Finding {
  const secrets = [...new Set(products.flatMap(({ secrets }) => secrets))];
  const shown = (text: string) => {
    const masker = createMasker(secrets);
    return line(masker.push(Buffer.from(text)) + masker.end(), LONGEST);
  };
  return ({ what, ok, said, todo }) => ({
    what: shown(what),
    ok,
    said: shown(said),
    todo: todo === null ? null : shown(todo),
  });
}

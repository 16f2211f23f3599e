import * as z from 'zod';
import { line } from '../../../chat/text/clean.ts';
import type { RemoteOutcome } from '../../../ports/executor.ts';

/** Words of Jenkins, as they may stand in a sentence. */
const words = z.string().transform((text) => line(text, 160));

const parameters = z.array(z.object({ name: z.string(), value: z.unknown() }));
const action = z.object({
  _class: z.string().nullish(),
  parameters: parameters.nullish(),
  causes: z.array(z.object({ shortDescription: words.nullish() })).nullish(),
});
const actions = z.array(action.nullable()).nullish();
type Actions = z.infer<typeof actions>;

/** A job, or a folder of jobs. */
const definitions = z
  .array(z.object({ parameterDefinitions: z.array(z.object({ name: z.string() })).nullish() }).nullable())
  .nullish();
export const job = z.object({
  buildable: z.boolean().nullish(),
  property: definitions,
  jobs: z.array(z.unknown()).nullish(),
});
export const JOB = 'buildable,property[parameterDefinitions[name]],jobs[name]{0,1}';
export type Job = z.infer<typeof job>;

export const item = z.object({
  id: z.number(),
  why: words.nullish(),
  blocked: z.boolean().nullish(),
  buildable: z.boolean().nullish(),
  cancelled: z.boolean().nullish(),
  executable: z.object({ number: z.number() }).nullish(),
  actions,
});
export const ITEM = 'id,why,blocked,buildable,cancelled,executable[number],actions[parameters[name,value]]';
export type Item = z.infer<typeof item>;

/** How many items of the queue and how many builds are looked through. */
export const QUEUE = `items[${ITEM}]{0,500}`;
export const queue = z.object({ items: z.array(item) });

export const build = z.object({
  number: z.number(),
  queueId: z.number().nullish(),
  building: z.boolean(),
  result: z.string().nullish(),
  actions,
});
export const BUILD =
  'number,queueId,building,result,actions[parameters[name,value],causes[shortDescription]]';
export type Build = z.infer<typeof build>;

/** The newest. */
export const BUILDS = `builds[${BUILD}]{0,100}`;
export const builds = z.object({ builds: z.array(build) });

function valuesOf(of: Actions): Map<string, unknown> {
  return new Map(
    (of ?? []).flatMap((one) => (one?.parameters ?? []).map(({ name, value }) => [name, value])),
  );
}

/** Whether parameters are those that an attempt was given. */
export function hasParameters(of: Actions, wanted: Readonly<Record<string, string>>): boolean {
  const values = valuesOf(of);
  return Object.entries(wanted).every(([name, value]) => values.get(name) === value);
}

/** Whether parameters cannot be those that an attempt was given. Jenkins does not show the value of each, such as a password. */
export function hasOthers(of: Actions, wanted: Readonly<Record<string, string>>): boolean {
  const values = valuesOf(of);
  return Object.entries(wanted).some(([name, value]) => {
    const given = values.get(name);
    return !values.has(name) || (typeof given === 'string' && given !== value);
  });
}

/** Parameters that a job does not declare, which Jenkins would leave out. */
export function undeclared(job: Job, names: readonly string[]): string[] {
  const declared = declaredBy(job);
  return names.filter((name) => !declared.some((one) => one.name === name));
}

/** Whether a job declares any parameters. */
export function hasParameterDefinitions(job: Job): boolean {
  return declaredBy(job).length > 0;
}

function declaredBy({ property }: Job): { name: string }[] {
  return (property ?? []).flatMap((one) => one?.parameterDefinitions ?? []);
}

/** What an item of the queue waits for; null: it is about to begin. How long that takes changes with every look. */
export function waitsFor({ why, blocked, buildable }: Item): string | null {
  if (!blocked && !buildable) return 'the quiet period of its job at Jenkins';
  const reason = (why ?? '').replace(/\s*\(ETA:[^)]*\)/, '');
  return reason === '' ? 'its turn at Jenkins' : `Jenkins: ${reason}`;
}

/** How a build ended; null: a result that is not known. */
export function outcomeOf({ number, result, actions }: Build): RemoteOutcome | null {
  const interrupted = (actions ?? []).find((one) => one?._class === 'jenkins.model.InterruptedBuildAction');
  const by = interrupted?.causes?.map(({ shortDescription }) => shortDescription ?? '').join(', ') || null;
  switch (result) {
    case 'SUCCESS':
      return { kind: 'succeeded' };
    case 'UNSTABLE':
      return { kind: 'failed', says: `build #${number} is unstable` };
    case 'FAILURE':
      return { kind: 'failed', says: `build #${number} failed` };
    case 'ABORTED':
      return { kind: 'cancelled', says: by };
    case 'NOT_BUILT':
      return {
        kind: 'errored',
        // A pipeline may give itself this result after it has done something.
        ran: true,
        reason:
          interrupted === undefined
            ? `build #${number} says of itself that it was not built (NOT_BUILT): see in its console whether it has done something.`
            : `Jenkins ended build #${number} before its end (NOT_BUILT${by === null ? '' : `: ${by}`}).`,
      };
    default:
      return null;
  }
}

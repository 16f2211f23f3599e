import * as z from 'zod';
import { type EnvironmentId, isEnvironmentId, isFullSha } from '../../../domain/ids.ts';
import { inputOf } from '../inputs.ts';

/** Action ids of the menus. Slack sends each choice in them, and asks for the options of the second one. */
export const CHOOSE_ENVIRONMENT = 'prepare_environment';
export const CHOOSE_COMMIT = 'prepare_commit';

/** Block ids of the inputs. */
export const ENVIRONMENT = 'environment';
export const NOTE = 'note';

/** Begins the block id of the menu of commits, which ends with the environment: its options depend on that. */
const COMMIT = 'commit:';

/** Value of an option that is no commit but says that there are more. */
export const NO_COMMIT = 'more';

/** Block id of the menu of commits for this environment. */
export function commitBlock(environment: EnvironmentId): string {
  return `${COMMIT}${environment}`;
}

/** The environment for which a menu of commits was drawn; null: it is another block. */
export function environmentOfBlock(block: string): EnvironmentId | null {
  const id = block.startsWith(COMMIT) ? block.slice(COMMIT.length) : '';
  return isEnvironmentId(id) ? id : null;
}

/** True: the action of one of the menus, not of a button. */
export function isPrepareInput(actionId: string): boolean {
  return actionId === CHOOSE_ENVIRONMENT || actionId === CHOOSE_COMMIT;
}

/** What the dialog is about, beside what is chosen in it: its `private_metadata`. */
export interface PrepareScope {
  /** Slack id of the channel in which it was opened, for the answer; absent: none. */
  channel?: string | undefined;
  /** The only product that it offers; absent: those of the channel. */
  product?: string | undefined;
  /** Full SHA of the commit that it proposed, which another environment replaces by its own; absent: it proposed none. */
  proposed?: string | undefined;
  /** What it was sent for with an outcome that is not known: nothing else is prepared by it. Absent: there is none. */
  tried?: PrepareTried | undefined;
}

/** An environment, and the full SHA of a commit for it. */
export interface PrepareTried {
  environment: EnvironmentId;
  sha: string;
}

/** The scope as `private_metadata`. */
export function encodeScope({ channel, product, proposed, tried }: PrepareScope): string {
  return JSON.stringify({ c: channel, p: product, s: proposed, t: tried });
}

const text = z.string().optional();
const json = z.string().transform((written, context): unknown => {
  try {
    return JSON.parse(written);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const tried = z.object({
  environment: z.custom<EnvironmentId>((id) => typeof id === 'string' && isEnvironmentId(id)),
  sha: z.string().refine(isFullSha),
});
const scope = json.pipe(
  z
    .object({ c: text, p: text, s: text, t: tried.optional() })
    .transform(({ c, p, s, t }): PrepareScope => ({ channel: c, product: p, proposed: s, tried: t })),
);

/** Parses the `private_metadata`; null: not written by Slipway. Never throws. */
export function decodeScope(metadata: string): PrepareScope | null {
  return scope.safeParse(metadata).data ?? null;
}

/** What a person has chosen and typed in the dialog. */
export interface PrepareChoice {
  environment: EnvironmentId | null;
  /** Full SHA; null: none is chosen. */
  sha: string | null;
  note: string | null;
  /** The environment that was chosen when the commit was; null: there was no menu of commits. */
  before: EnvironmentId | null;
}

const values = z.object({ values: z.record(z.string(), z.unknown()) });
const chosen = z.object({ selected_option: z.object({ value: z.string() }).nullish() });

/** Reads `view.state`. */
export function prepareChoice(state: unknown): PrepareChoice {
  const blocks = values.safeParse(state).data?.values ?? {};
  const option = (block: string, action: string): string | null => {
    const inputs = z.object({ [action]: chosen }).safeParse(blocks[block]).data;
    return inputs?.[action]?.selected_option?.value ?? null;
  };
  const environment = option(ENVIRONMENT, CHOOSE_ENVIRONMENT);
  const commits = Object.keys(blocks).find((block) => environmentOfBlock(block) !== null) ?? '';
  const sha = option(commits, CHOOSE_COMMIT);
  return {
    environment: environment !== null && isEnvironmentId(environment) ? environment : null,
    sha: sha !== null && isFullSha(sha) ? sha : null,
    note: inputOf(state, NOTE).typed?.trim() || null,
    before: environmentOfBlock(commits),
  };
}

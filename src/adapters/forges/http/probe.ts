import {
  type CommitStatus,
  type ForgeCommit,
  ForgeError,
  type ForgeUse,
  type Lack,
} from '../../../ports/forge.ts';

/** There is no such commit, so nothing comes of what is asked for it: who may ask is told that there is none. */
export const NO_COMMIT: ForgeCommit = { sha: '0'.repeat(40), ref: { name: 'main', tag: false } };

/** A status that is reported of no commit. */
export const NO_STATUS: CommitStatus = {
  name: 'slipway',
  state: 'pending',
  description: 'slipway',
  url: null,
};

/**
 * Finds what an account lacks where a forge does not list what it may do: it is asked for each use, and a refusal for lack of a
 * scope counts. `calls`: what is asked for a use; `scope`: what is lacking if the forge does not say.
 */
export async function probed(
  uses: readonly ForgeUse[],
  calls: (use: ForgeUse) => readonly (() => Promise<unknown>)[],
  scope: (use: ForgeUse) => string | null = () => null,
): Promise<Lack[]> {
  const lacks: Lack[] = [];
  for (const use of uses) {
    for (const call of calls(use)) {
      const why = await refusalOf(call);
      if (why?.how === 'scope') lacks.push({ use, scope: why.scope ?? scope(use) });
    }
  }
  return lacks;
}

/** null: it was not refused. Any other failure is thrown. */
async function refusalOf(call: () => Promise<unknown>) {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof ForgeError) || error.fault.kind !== 'refused') throw error;
    return error.fault.why;
  }
}

/** What the forge answers; null: it knows no such thing. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ForgeError && error.fault.kind === 'refused' && error.fault.why.how === 'missing')
      return null;
    throw error;
  }
}

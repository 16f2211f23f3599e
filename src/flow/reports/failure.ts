import type { ReportUse } from '../../domain/documents/values/report.ts';
import { ForgeError, type ForgeProject } from '../../ports/forge.ts';

/** What a failed call means for what was to be told. */
export type Failure =
  /** Time helps. `until`: what the forge asked for, by the clock of this process; null: it did not answer as it should. */
  | { kind: 'wait'; until: number | null }
  /** Somebody must change what the account may do. `scope`: what it lacks; null: the forge does not say. */
  | { kind: 'refused'; scope: string | null }
  /** The forge will not have this, and has nothing against the account: such as a commit that it does not have. */
  | { kind: 'pointless' };

/** Asks the forge what the account lacks where its refusal does not say. */
export async function failureOf(
  { fault }: ForgeError,
  use: ReportUse,
  project: Pick<ForgeProject, 'lacks'>,
): Promise<Failure> {
  if (fault.kind === 'limited') return { kind: 'wait', until: fault.until };
  if (fault.kind !== 'refused') return { kind: 'wait', until: null };
  const { why } = fault;
  if (why.how === 'credentials') return { kind: 'refused', scope: null };
  if (why.how === 'scope' && why.scope !== null) return { kind: 'refused', scope: why.scope };
  try {
    const lacks = await project.lacks([use]);
    const [lack] = lacks;
    if (lack === undefined && why.how !== 'scope') return { kind: 'pointless' };
    return { kind: 'refused', scope: lack?.scope ?? null };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    if (error.fault.kind === 'refused') return { kind: 'refused', scope: null };
    return { kind: 'wait', until: error.fault.kind === 'limited' ? error.fault.until : null };
  }
}

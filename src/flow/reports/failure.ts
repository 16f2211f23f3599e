import type { ReportUse } from '../../domain/documents/values/report.ts';
import { ForgeError, type ForgeFault, type ForgeProject, type Refusal } from '../../ports/forge.ts';

/** What the account lacks for a use. */
export type Lacking =
  /** The forge does not believe it. */
  | { what: 'credentials' }
  /** There is no such project, or the account does not see it. */
  | { what: 'project' }
  /** `name`: as the forge calls it; null: it does not say. */
  | { what: 'scope'; name: string | null };

/** What a failed call means for what was to be told. */
export type Failure =
  /** Time helps. `until`: what the forge asked for, by the clock of this process; null: it did not answer as it should. */
  | { kind: 'wait'; until: number | null }
  /** Somebody must change what the account may do, or the configuration. */
  | { kind: 'refused'; lack: Lacking }
  /** The forge will not have this, and has nothing against the account: such as a commit that it does not have. */
  | { kind: 'pointless' };

/** Asks the forge what the account lacks where its refusal does not say. */
export async function failureOf(
  { fault }: ForgeError,
  use: ReportUse,
  project: Pick<ForgeProject, 'lacks'>,
): Promise<Failure> {
  if (fault.kind !== 'refused') return waited(fault);
  const { why } = fault;
  if (why.how === 'credentials') return refused({ what: 'credentials' });
  if (why.how === 'scope' && why.scope !== null) return refused({ what: 'scope', name: why.scope });
  try {
    const [lack] = await project.lacks([use]);
    if (lack === undefined && why.how !== 'scope') return { kind: 'pointless' };
    return refused({ what: 'scope', name: lack?.scope ?? null });
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return error.fault.kind === 'refused' ? refused(lackingFor(error.fault.why)) : waited(error.fault);
  }
}

function waited(fault: ForgeFault): Failure {
  return { kind: 'wait', until: fault.kind === 'limited' ? fault.until : null };
}

function refused(lack: Lacking): Failure {
  return { kind: 'refused', lack };
}

/** Why it does not even say what the account lacks. */
function lackingFor(why: Refusal): Lacking {
  if (why.how === 'credentials') return { what: 'credentials' };
  return why.how === 'missing' ? { what: 'project' } : { what: 'scope', name: null };
}

import type { Refusal } from '../../../domain/documents/refusal.ts';
import type { Problem } from '../../command/problem.ts';

/** The input that a refusal is about. */
export type Field = 'environment' | 'commit';

/** The input whose change can help. What is about neither is shown at the first one. */
export function fieldOfRefusal({ rule }: Refusal): Field {
  return rule === 'order' || rule === 'alreadyWaits' || rule === 'behindDeployed' ? 'commit' : 'environment';
}

/** The same for a commit that was not found. */
export function fieldOfProblem({ kind }: Problem): Field {
  return kind === 'nothingAccepted' ? 'environment' : 'commit';
}

import type { ModalView } from '@slack/types';
import { shortSha } from '../../domain/ids.ts';
import type { ModalMetadata } from '../blocks/action-values.ts';
import { head, plainText } from '../blocks/blocks.ts';
import { type Inline, inline } from '../text/inline.ts';
import { modal } from './frame.ts';
import { choiceInput, commitInput, reasonInput } from './inputs.ts';

/** What a dialog about an environment is drawn from. */
export interface EnvironmentModal {
  /** `metadata.environment`: the environment that is meant, or preselected. */
  metadata: ModalMetadata;
  /** The name of a commit as it was typed; absent: none was. */
  commit?: string | undefined;
}

/** A hotfix: into which of the product's environments that ask for approvals, which commit, and why. */
export function hotfixModal(
  { metadata, commit }: EnvironmentModal,
  product: string,
  environments: readonly string[],
): ModalView {
  const options = environments.slice(0, 100).map((id) => ({ text: plainText(id, 75), value: id }));
  const place = choiceInput('place', 'Environment', options, { chosen: metadata.environment });
  return modal(
    'hotfix',
    [
      ...head(
        inline`A hotfix for ${product}`,
        inline`It skips order, soak and freeze, but not the approvals. The channel gets your reason.`,
      ),
      place,
      commitInput(commit),
      reasonInput(false),
    ],
    metadata,
  );
}

/** Records which commit an environment runs already. */
export function adoptModal({ metadata, commit }: EnvironmentModal): ModalView {
  const words = inline`Records the commit that runs there already, as accepted. Nothing is deployed.`;
  return modal(
    'adopt',
    [...head(inline`${metadata.environment}`, words), commitInput(commit), reasonInput(false)],
    metadata,
  );
}

/** Pauses a continuous environment. */
export function pauseModal({ metadata }: EnvironmentModal): ModalView {
  const words = inline`New commits are built, and none is deployed, until somebody resumes. The channel gets your reason.`;
  return modal('pause', [...head(inline`${metadata.environment}`, words), reasonInput(false)], metadata);
}

/** Deploys again a commit whose acceptance was taken back. */
export function redeployModal({ metadata }: EnvironmentModal): ModalView {
  const { environment, sha } = metadata;
  const what: Inline = sha ? inline`${shortSha(sha)} in ${environment}` : inline`${environment}`;
  const words = inline`It is deployed there again. Its acceptance was taken back, and a passed verification gives it back, so a reason is needed.`;
  return modal('redeploy', [...head(what, words), reasonInput(false)], metadata);
}

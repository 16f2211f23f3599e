import type { ModalMetadata } from '../../../../chat/blocks/action-values.ts';
import type { ModalName } from '../../../../chat/blocks/actions.ts';
import type { Target } from '../../../../chat/command/request.ts';
import { readPast } from '../../../../chat/command/tokens.ts';
import type { Change } from '../../../../flow/requests/change.ts';

/** Dialogs that complete a request. */
export type RequestModal = Extract<
  ModalName,
  | 'reject'
  | 'testFailed'
  | 'acceptAnyway'
  | 'cancel'
  | 'rollback'
  | 'overrideFreeze'
  | 'redeploy'
  | 'hotfix'
  | 'adopt'
  | 'pause'
>;

/** What the inputs of such a dialog hold; null: nothing. */
export interface Filled {
  reason: string | null;
  /** The commit that a rollback goes to. */
  target: string | null;
  commit: string | null;
}

/**
 * The request of a submitted dialog, as if it had been typed. `shown`: the release that the dialog is about, and the commit
 * that it showed as running or left, or goes past. null: the dialog does not say what it is about.
 */
export function submittedRequest(
  name: RequestModal,
  target: Target,
  {
    release,
    sha,
    freeze,
    past,
    pastTo,
  }: Pick<ModalMetadata, 'release' | 'sha' | 'freeze' | 'past' | 'pastTo'>,
  { reason, target: to, commit }: Filled,
): Change | null {
  switch (name) {
    case 'reject':
    case 'cancel':
      return release === undefined ? null : { kind: name, ...target, release, reason };
    case 'testFailed':
      return release === undefined ? null : { kind: 'fail', ...target, release, reason };
    case 'acceptAnyway':
      return release === undefined ? null : { kind: 'accept', ...target, release, reason };
    case 'overrideFreeze':
      // An older program does not say which freeze it showed.
      return release === undefined || freeze === undefined
        ? null
        : { kind: 'override', ...target, release, reason };
    case 'rollback': {
      const leaves = sha === undefined ? {} : { leaves: sha };
      // Another target may have been chosen, and what it goes past not drawn yet.
      const confirmed = past === undefined || pastTo !== to ? null : readPast(past);
      const goes = confirmed === null ? {} : { past: confirmed };
      return { kind: name, ...target, commit: to, reason, ...leaves, ...goes };
    }
    case 'redeploy':
      return { kind: name, ...target, commit: null, reason, ...(sha === undefined ? {} : { runs: sha }) };
    case 'hotfix':
    case 'adopt':
      return commit === null ? null : { kind: name, ...target, commit, reason };
    case 'pause':
      return { kind: name, ...target, reason };
    default:
      return name satisfies never;
  }
}

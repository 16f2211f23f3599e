import type { GitHubRun } from '../../../flow/settings/steps.ts';
import type { Refusal } from '../../../ports/forge.ts';

/** What an account needs that runs workflows and cancels runs. */
const PERMISSION =
  'The App or the fine-grained token needs the permission `actions: write` in the project, a classic token the scope `repo`.';

/** What somebody must do so that a workflow is run on this ref. */
export function startTodo(
  why: Refusal,
  { forge, project, workflow, inputs }: GitHubRun,
  ref: string,
): string {
  switch (why.how) {
    case 'credentials':
      return `Set a valid token, or the id and key of the App, for \`${forge}\` in \`forges\`.`;
    case 'scope':
      return PERMISSION;
    case 'missing':
      return `\`.github/workflows/${workflow}\` must be on the default branch of ${project} and on ${ref}, and the account must see the project.`;
    case 'request': {
      const names = Object.keys(inputs);
      const declared = names.length === 0 ? '' : ` that declares the inputs ${names.join(', ')}`;
      return `${ref} must be a branch or tag of ${project}, and \`${workflow}\` there must be enabled and have \`workflow_dispatch\`${declared}.`;
    }
    default:
      return why satisfies never;
  }
}

/** What somebody can do where GitHub does not let the account cancel a run. `url`: its page; null: not known. */
export function cancelTodo(why: Refusal, url: string | null): string {
  if (why.how === 'missing') return '';
  const person = `A person can cancel it at ${url ?? 'GitHub'}.`;
  return why.how === 'scope' ? `${person} ${PERMISSION}` : person;
}

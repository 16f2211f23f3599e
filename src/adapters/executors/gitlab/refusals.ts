import * as z from 'zod';
import type { Refusal } from '../../../ports/forge.ts';
import { readRefusal as readScope } from '../../forges/gitlab/scopes.ts';

/** How GitLab says what is wrong with a request: by one text, or by the fields of what it does not make. */
const refused = z.union([
  z.object({ message: z.record(z.string(), z.array(z.string())) }),
  z.object({ message: z.union([z.string(), z.array(z.string())]) }),
  z.object({ error: z.string() }),
]);

/** The error of a pipeline whose variables the account may not set, as GitLab documents it. */
const NO_VARIABLES = /permissions to set pipeline variables/i;

/** GitLab's words are kept, except where the status says it all. */
export function readRefusal(status: number, headers: Headers, body: unknown): Refusal | null {
  const scope = readScope(status, headers, body);
  if (scope !== null || [401, 404, 410].includes(status)) return scope;
  const said = wordsOf(body);
  if (status === 403 && !NO_VARIABLES.test(said)) return null;
  return { how: 'request', status, says: said };
}

function wordsOf(body: unknown): string {
  const read = refused.safeParse(body).data;
  if (read === undefined) return '';
  if ('error' in read) return read.error;
  const { message } = read;
  return typeof message === 'string' ? message : Object.values(message).flat().join('; ');
}

/** What somebody must do so that a pipeline on this ref is started. */
export function startTodo(why: Refusal, ref: string): string {
  switch (why.how) {
    case 'credentials':
      return 'The forge needs a token with the scope `api` in `forges`.';
    case 'scope':
      return `The token needs the scope \`api\`, and the role Developer in the project; if ${ref} is protected, one that may push or merge there.`;
    case 'missing':
      return 'The name of the project must be right, and the token that of a member.';
    case 'request':
      return NO_VARIABLES.test(why.says ?? '')
        ? 'Either pass `inputs` instead of `variables`; or let the role of the token set variables: “Minimum role to use pipeline variables” in the CI/CD settings of the project, `ci_pipeline_variables_minimum_override_role` in its API.'
        : '';
    default:
      return why satisfies never;
  }
}

/** What somebody can do where the token may not end a pipeline. */
export function cancelTodo(why: Refusal): string {
  if (why.how === 'missing') return '';
  return 'Somebody who may can cancel it at GitLab. The token needs the scope `api`, the role Developer, and, where the CI/CD settings of the project have a minimum role to cancel pipelines, that role.';
}

import { checkView } from '../limits/limits.ts';
import { type Fields, fieldsOf, textOf } from '../workspace/json.ts';
import type { ViewResult } from '../workspace/modals.ts';
import { viewJson } from '../workspace/wire.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type ApiMethod, refuse, SlackError } from './method.ts';

function answer(workspace: Workspace, result: ViewResult): Fields {
  if (!result.ok) throw new SlackError(result.error);
  return { view: viewJson(workspace, result.view) };
}

const open: ApiMethod = ({ workspace, args }) => {
  refuse(checkView(args.view));
  return answer(workspace, workspace.modals.open(textOf(args.trigger_id), fieldsOf(args.view)));
};

const push: ApiMethod = ({ workspace, args }) => {
  refuse(checkView(args.view));
  return answer(workspace, workspace.modals.push(textOf(args.trigger_id), fieldsOf(args.view)));
};

const publish: ApiMethod = ({ workspace, args }) => {
  const person = workspace.person(textOf(args.user_id));
  if (!person || person.isBot) throw new SlackError('invalid_arguments', ['[ERROR] invalid `user_id`']);
  if (!workspace.app.homeTab) throw new SlackError('not_enabled');
  refuse(checkView(args.view, 'home'));
  const hash = textOf(args.hash) || null;
  return answer(workspace, workspace.homes.publish(person.id, fieldsOf(args.view), hash));
};

const update: ApiMethod = ({ workspace, args }) => {
  refuse(checkView(args.view));
  const { modals } = workspace;
  const found = args.view_id
    ? modals.find(textOf(args.view_id))
    : modals.byExternalId(textOf(args.external_id));
  if (!found) throw new SlackError('not_found');
  return answer(workspace, modals.update(found, fieldsOf(args.view), textOf(args.hash) || null));
};

export const VIEWS = {
  'views.open': open,
  'views.publish': publish,
  'views.push': push,
  'views.update': update,
} as const satisfies Record<string, ApiMethod>;

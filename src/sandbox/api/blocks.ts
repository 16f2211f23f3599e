import { checkBlockList, checkMessage, checkView, type Problem } from '../limits/limits.ts';
import { fieldsOf } from '../workspace/json.ts';
import { type ApiMethod, SlackError } from './method.ts';

/** Checks blocks, a message or a view without showing it. */
const validate: ApiMethod = ({ workspace, args }) => {
  const given = ['blocks', 'message', 'view'].filter((name) => args[name] !== undefined);
  const [kind] = given;
  if (given.length !== 1) {
    throw new SlackError('invalid_arguments', ['[ERROR] exactly one of blocks, message and view']);
  }
  const view = fieldsOf(args.view);
  const problems =
    kind === 'view'
      ? checkView(args.view, view.type === 'home' ? 'home' : 'modal')
      : kind === 'message'
        ? checkMessage(fieldsOf(args.message), workspace.refusedBlocks)
        : checkBlockList(args.blocks, workspace.refusedBlocks);
  if (problems.length > 0) throw new SlackError(`invalid_${kind}`, [], { errors: problems.map(errorOf) });
  return {};
};

function errorOf({ error, message, pointer }: Problem) {
  return { code: error, message, pointer };
}

export const BLOCKS = { 'blocks.validate': validate } as const satisfies Record<string, ApiMethod>;

import type { LeftOut } from '../../domain/documents/values/build/run.ts';
import { commandSha } from '../../domain/ids.ts';
import { line } from '../text/clean.ts';
import { code, type Inline, inline } from '../text/inline.ts';
import { commit } from '../text/references.ts';
import type { RenderContext, StatusView } from '../view-model.ts';

/** Why a commit was left out, after "not built: ". */
export function whyLeftOut(sha: string, leftOut: LeftOut, context: RenderContext): Inline {
  if (leftOut.why === 'old') {
    if (leftOut.of === sha) return inline`it ran already when its tag came`;
    return inline`its tag came when ${commit(leftOut.of, context)}, which contains it, ran or was about to`;
  }
  const { paths, since } = leftOut;
  return inline`it changes nothing in ${line(paths.join(', '), 150)} since ${commit(since, context)}`;
}

/** For `where`: what to do if it is wanted all the same. */
export function leftOutWords(product: string, sha: string, leftOut: LeftOut, context: RenderContext): Inline {
  const rebuild = code(`/release rebuild ${product} ${commandSha(sha)}`);
  return inline`not built: ${whyLeftOut(sha, leftOut, context)}; ${rebuild} builds it all the same`;
}

/** For `where`, of a commit that was built for somebody else, or before its push was left out. */
export function leftOutToo(product: string, sha: string, leftOut: LeftOut, context: RenderContext): Inline {
  const why = inline`, but its push was left out: ${whyLeftOut(sha, leftOut, context)}`;
  if (leftOut.why === 'old') return why;
  return inline`${why}; ${code(`/release rebuild ${product} ${commandSha(sha)}`)} has it go the way of any other`;
}

/** For `status`: one line, however many there are. */
export function leftOutLine(
  { sha, count, leftOut }: NonNullable<StatusView['leftOut']>,
  context: RenderContext,
): Inline {
  const earlier = count > 1 ? `, the last of ${count} pushes like it` : '';
  return inline`Not built: ${commit(sha, context)}${earlier}: ${whyLeftOut(sha, leftOut, context)}`;
}

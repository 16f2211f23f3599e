import { releaseId } from '../../../domain/ids.ts';
import { actions, head } from '../../blocks/blocks.ts';
import { capital, fallback } from '../../text/clean.ts';
import { inline } from '../../text/inline.ts';
import { plain } from '../../text/render.ts';
import type { Message, ReleaseView } from '../../view-model.ts';
import { consequence } from './aftermath.ts';
import { foreignBlock } from './body.ts';
import { releaseButtons } from './buttons.ts';
import { releaseContext } from './context-line.ts';
import { releaseHead } from './headline.ts';
import type { Head } from './headline-parts.ts';

/** The notification text: "storefront/prod#42 Prepared: Deploy abc123f to storefront/prod. Waiting: 1 of 2 approvals" */
function headText(id: string, { title, word, rest }: Head): string {
  const status = plain(rest).replace(/^[\s,:;·]+/, '');
  return fallback(`${id} ${word}: ${plain(title)}. ${capital(status)}`);
}

/** The card of a release in each status (CARDS §2). */
export function releaseCard(view: ReleaseView): Message {
  const { environment } = view.here;
  const id = releaseId(environment.id, view.release.number);
  const said = releaseHead(view);
  return {
    text: headText(id, said),
    blocks: [
      ...head(said.title, inline`${said.mark} ${said.word}${said.rest}`),
      releaseContext(view),
      ...foreignBlock(view),
      ...consequence(view),
      ...actions(releaseButtons(view), `${id}@${environment.revision}`),
    ],
  };
}

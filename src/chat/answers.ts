import { findRelease } from '../domain/environment.ts';
import type { Warning } from '../domain/warning.ts';
import { actions, paragraph } from './blocks.ts';
import { fallback, line } from './text.ts';
import { type LaterVerb, type ReleaseVerb, VERBS } from './verbs.ts';
import type { EnvironmentView, Said, Surroundings } from './view.ts';
import { warningWords } from './warnings.ts';
import { code, commit, join, NOTHING, plain, releaseRef, say, type Words } from './words.ts';

export { statusMessage } from './status.ts';

function said(words: Words, buttons: Parameters<typeof actions>[0] = []): Said {
  return { text: fallback(plain(words)), blocks: [paragraph(words), ...actions(buttons)] };
}

/** What each verb is written like, and what it does. `top`, `low` and `bottom` are environments of the product. */
function usage(top: string, low: string, bottom: string): [string, [string, string][]][] {
  return [
    [
      'Ship',
      [
        [`promote ${low} [note]`, 'offer what is accepted there to the environment above'],
        [
          `prepare ${top} [commit] [note]`,
          'offer one commit: SHA, tag or branch; without one, a note stands in "quotes"',
        ],
        [`hotfix ${top} commit reason`, 'offer a commit past order, soak and freeze; approvals stay'],
        [`adopt ${top} commit reason`, 'record what runs there already'],
        [
          `rollback ${top} [commit] reason`,
          'go back to what was accepted before; a commit is 7 or more hex digits, or to:NAME; all else is the reason',
        ],
      ],
    ],
    [
      'Decide',
      [
        [`approve ${top}`, 'say yes; with two releases waiting write their number, as in all of these'],
        [`reject ${top}#42 reason`, 'say no: one no ends it'],
        [`deploy ${top}`, 'start it, or queue it until its build and turn have come'],
        [`accept ${top}`, 'found good: it may go further up'],
        [`fail ${top} reason`, 'found faulty, also after it was accepted'],
        [`cancel ${top} [reason]`, 'end what waits or runs'],
        [`retry ${top}`, 'the deploy or check again'],
      ],
    ],
    [
      'Hold',
      [
        [`lock ${top} reason [for 2h]`, 'nobody but you deploys there; all in its place: all environments'],
        [`unlock ${top}`, 'end your lock'],
        [`takeover ${top} reason`, 'make the lock of somebody else yours; they are told'],
        ['locks', 'what is locked and paused'],
        [`pause ${bottom} reason`, 'build new commits, and deploy none'],
        [`resume ${bottom} [reason]`, 'deploy the newest commit, and new ones as they come'],
        [`override ${top}#42 reason`, 'let one release go although there is a freeze'],
      ],
    ],
    [
      'Look',
      [
        [`status [${top}]`, 'what runs where, and what waits'],
        [`why ${top}`, 'what holds the release that waits there, and who or when opens it'],
        ['help', 'this'],
      ],
    ],
  ];
}

/** `/release help`; product null: several, none chosen. Environments lowest first. Only verbs that exist. */
export function helpMessage(product: string | null, environments: readonly string[]): Said {
  const top = line(environments.at(-1) ?? 'ENVIRONMENT', 60);
  const low = line(environments.at(-2) ?? environments.at(-1) ?? 'ENVIRONMENT', 60);
  const road = environments
    .slice(0, 12)
    .map((name) => line(name, 60))
    .join(' → ');
  const whose = product ? ` for ${line(product, 60)}${road ? `: ${road}` : ''}` : '';
  const first = say`Slipway${whose}`;
  const groups = usage(top, low, line(environments[0] ?? 'ENVIRONMENT', 60)).map(([title, verbs]) => {
    const lines = verbs.map(([text, what]) => say`${code(`/release ${text}`)} – ${what}`);
    return paragraph(say`${title}\n${join(lines, '\n')}`);
  });
  const target = say`Where a channel has several products, write PRODUCT/ENVIRONMENT. Verbs: ${VERBS.join(', ')}.`;
  return {
    text: fallback(`${plain(first)}. ${VERBS.join(', ')}`),
    blocks: [paragraph(first), ...groups, paragraph(target)],
  };
}

/** A verb that a later version brings. */
export function notBuiltYetMessage(verb: LaterVerb): Said {
  return said(
    say`${code(`/release ${verb}`)} is not built yet.\nNothing was changed. What works today: ${code('/release help')}`,
  );
}

/** What was done, for the one who asked, where the card alone is not enough. */
export type Confirmation =
  /** `already`: it waits there since before. */
  | { kind: 'prepared'; release: number; already: boolean; warnings?: readonly Warning[] }
  | { kind: 'done'; verb: ReleaseVerb; release: number }
  | { kind: 'cancelWished'; release: number }
  | { kind: 'rollingBack'; release: number; sha: string }
  | { kind: 'buildAsked'; sha: string };

const DONE: Record<ReleaseVerb, string> = {
  approve: 'You approved',
  reject: 'You rejected',
  deploy: 'You started the deploy of',
  accept: 'You accepted',
  fail: 'You called faulty',
  cancel: 'You cancelled',
  retry: 'You started again',
  override: 'You overrode the freeze for',
};

function isQueued({ environment }: EnvironmentView, number: number): boolean {
  return findRelease(environment, number)?.status === 'queued';
}

function confirmed(confirmation: Confirmation, here: EnvironmentView, around: Surroundings): Words {
  const ref = (number: number) => releaseRef(here.policy, number, around);
  switch (confirmation.kind) {
    case 'prepared': {
      const done = confirmation.already
        ? say`${ref(confirmation.release)} waits for this commit already.`
        : say`${ref(confirmation.release)} is prepared.`;
      const { warnings = [] } = confirmation;
      return join([done, ...warnings.map((warning) => warningWords(warning, around))], '\n');
    }
    case 'done':
      if (confirmation.verb === 'deploy' && isQueued(here, confirmation.release)) {
        return say`You queued ${ref(confirmation.release)}: it starts by itself, its card says when.`;
      }
      return say`${DONE[confirmation.verb]} ${ref(confirmation.release)}.`;
    case 'cancelWished':
      return say`${ref(confirmation.release)} is being cancelled: its command is ended, and what it really did wins. Its card will say so.`;
    case 'rollingBack':
      return say`${here.environment.id} goes back to ${commit(confirmation.sha, around)}: ${ref(confirmation.release)}.`;
    case 'buildAsked':
      return say`${commit(confirmation.sha, around)} is built again.`;
    default:
      return confirmation satisfies never;
  }
}

/** A short answer for the caller alone, with a link to the card. */
export function confirmationMessage(
  confirmation: Confirmation,
  about: { here: EnvironmentView; surroundings: Surroundings },
): Said {
  const { here, surroundings: around } = about;
  const words = confirmed(confirmation, here, around);
  if (confirmation.kind === 'buildAsked') return said(words);
  const id = `${here.environment.id}#${confirmation.release}`;
  const url = Object.hasOwn(around.cards, id) ? around.cards[id] : undefined;
  if (!url) return said(say`${words}${NOTHING}`);
  const value = { environment: here.environment.id, release: confirmation.release };
  return said(words, [
    { label: 'Open Card', action: 'openCard', says: `Open the card of ${id}`, value, url },
  ]);
}

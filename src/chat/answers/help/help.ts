import type { Authorship } from '../../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../../domain/approvals/policy.ts';
import type { Release } from '../../../domain/documents/values/release.ts';
import type { Asker } from '../../../domain/eligibility/facts.ts';
import { releaseRefusal } from '../../../domain/eligibility/release.ts';
import { releaseId } from '../../../domain/ids.ts';
import type { Person } from '../../../domain/people/people.ts';
import { actions, type ButtonSpec, openCard, paragraph } from '../../blocks/blocks.ts';
import { promoteButton } from '../../blocks/promote-button.ts';
import { commandText } from '../../command/request-text.ts';
import { HEADINGS, USAGE, type Usage } from '../../command/usage.ts';
import { factsOfPlace } from '../../eligibility/awaiting.ts';
import { groupsIn, hasRight, RIGHTS, type Right, wantsOf } from '../../eligibility/rights.ts';
import { fallback, line, listed, plural } from '../../text/clean.ts';
import { code, type Inline, inline, join } from '../../text/inline.ts';
import { releaseRef } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import { VERBS } from '../../verbs.ts';
import type { EnvironmentView, Message, RenderContext } from '../../view-model.ts';

/** Everything the answer to `/release help` is drawn from. */
export interface HelpView extends RenderContext {
  /** null: the channel has several products and none was named. */
  product: string | null;
  /** Lowest first. */
  environments: EnvironmentView[];
  /** The person who asks. */
  person: Person;
  /**
   * For each open release whose authors may not approve it, by its id: whether the person wrote a part of it. One that is
   * not named has none, or is not to be approved.
   */
  authors?: Readonly<Record<string, readonly Authorship[]>>;
}

/** The person who asks, with what decides what they may do with this release. */
function askerIn(view: HelpView, { environment }: EnvironmentView, { number }: Release): Asker {
  const authors = view.authors?.[releaseId(environment.id, number)] ?? null;
  return { person: view.person, groups: groupsIn(view), authors };
}

/** How many releases a line about waiting releases names, and how many environments a line about a right names. */
const NAMED = 5;

/** Whether the help lists this usage to this person. */
function fits(usage: Usage, view: HelpView): boolean {
  const { product, environments, person } = view;
  // The product is not known yet, so every usage is listed.
  if (product === null) return true;
  const policies = environments.map(({ policy }) => policy);
  if (usage.where === 'below' && policies.length < 2) return false;
  if (usage.where === 'approval' && !policies.some(({ mode }) => mode === 'approval')) return false;
  const { needs } = usage;
  return needs === undefined || policies.some((policy) => hasRight(needs, policy, person, groupsIn(view)));
}

/** "You may prepare, deploy and roll back; approve in preprod. You may not accept." */
function rights(view: HelpView): Inline {
  const { environments, person } = view;
  const groups = groupsIn(view);
  const policies = environments.map(({ policy }) => policy);
  const everywhere: Right[] = [];
  const some: string[] = [];
  const none: Right[] = [];
  for (const right of RIGHTS) {
    const there = policies.filter((policy) => exists(right, policy));
    const mine = there.filter((policy) => hasRight(right, policy, person, groups));
    if (there.length === 0) continue;
    if (mine.length === 0) none.push(right);
    else if (mine.length === there.length) everywhere.push(right);
    else some.push(`${right} in ${listed(mine.slice(0, NAMED).map(({ name }) => line(name, 30)))}`);
  }
  const may = [...(everywhere.length > 0 ? [listed(everywhere)] : []), ...some].join('; ');
  const not = none.length > 0 ? ` You may not ${listed(none, 'or')}.` : '';
  return inline`${may ? `You may ${may}.` : 'You may only look.'}${not}`;
}

/** Whether anybody can have this right in the environment at all. */
function exists(right: Right, { mode, approvals, freeze }: EnvironmentPolicy): boolean {
  if (right === 'roll back' || right === 'lock' || right === 'adopt') return true;
  if (right === 'override') return freeze.length > 0;
  return mode === 'approval' && (right !== 'approve' || approvals.rules.length > 0);
}

const WAITS: readonly [Right, string][] = [
  ['approve', 'approval'],
  ['accept', 'test'],
  ['deploy', 'deploy'],
];

/** The releases that wait for this person, by what they would do with them. */
function wanted(view: HelpView): { word: string; releases: { here: EnvironmentView; release: Release }[] }[] {
  const all = view.environments.flatMap((here) =>
    here.environment.open.map((release) => ({
      here,
      release,
      right: wantsOf(here, release, askerIn(view, here, release), view.now),
    })),
  );
  return WAITS.flatMap(([right, word]) => {
    const releases = all.filter((one) => one.right === right);
    return releases.length > 0 ? [{ word, releases }] : [];
  });
}

/** "1 approval waits for you: prod#42." */
function waiting(view: HelpView): Inline[] {
  return wanted(view).map(({ word, releases }) => {
    const refs = releases
      .slice(0, NAMED)
      .map(({ here, release }) => inline`${releaseRef(here.policy, release.number, view)}`);
    const more = releases.length > NAMED ? ` and ${releases.length - NAMED} more` : '';
    return inline`${plural(releases.length, word)} ${releases.length === 1 ? 'waits' : 'wait'} for you: ${join(refs, ', ')}${more}.`;
  });
}

/** The button that replaces the help with all commands. `product` null: none was chosen. */
export function allCommands(product: string | null): ButtonSpec {
  const command = commandText({ kind: 'help', product, all: true });
  const says = product === null ? 'All Commands' : `All Commands for ${product}`;
  return { label: 'All Commands', action: 'page', value: { environment: '', command }, says };
}

/** How many cards of waiting releases are linked by a button, and how many commands are named at first. */
const LINKED = 3;
const COMMANDS = 6;

/** What people do with a release, most wanted first. */
const FIRST = ['approve', 'accept', 'deploy', 'retry'] as const;

/** Commands that this person could use now, with the names that stand there. */
function usable(view: HelpView): Inline[] {
  const { environments, person, now } = view;
  const groups = groupsIn(view);
  const typed: { command: string; what: string }[] = [];
  for (const here of environments.toReversed()) {
    const facts = factsOfPlace(here, now);
    const { name } = here.policy;
    for (const release of here.environment.open) {
      const asker = askerIn(view, here, release);
      const verb = FIRST.find((each) => releaseRefusal(each, facts, release, asker) === null);
      if (verb === undefined || !person.member) continue;
      const command = `${verb} ${line(name, 60)}#${release.number}`;
      typed.push({ command, what: DONE[verb] });
    }
    const above = environments.find(({ policy }) => policy.name === here.policy.above?.name);
    const isOffered = above && promoteButton({ ...above, behind: null }, here, now) !== null;
    if (isOffered && hasRight('prepare', above.policy, person, groups)) {
      typed.push({
        command: `promote ${line(name, 60)}`,
        what: `offer what is accepted there to ${line(above.policy.name, 60)}`,
      });
    }
  }
  return typed
    .slice(0, COMMANDS)
    .map(({ command, what }) => inline`• ${code(`/release ${command}`)} – ${what}`);
}

const DONE: Record<(typeof FIRST)[number], string> = {
  approve: 'approve it',
  accept: 'say that it is good',
  deploy: 'start it',
  retry: 'run it again',
};

/** `/release help`: what waits for this person, what they may do and could do now; the rest is behind a button. */
export function shortHelpMessage(view: HelpView): Message {
  const { product, environments } = view;
  if (product === null) return helpMessage(view);
  const path = environments.slice(0, 12).map(({ policy }) => line(policy.name, 60));
  const first = inline`Slipway for ${line(product, 60)}${path.length > 0 ? `: ${path.join(' → ')}` : ''}`;
  const mine = [...waiting(view), rights(view)];
  const top = line(environments.at(-1)?.policy.name ?? 'ENVIRONMENT', 60);
  const now = usable(view);
  const looks = [
    inline`• ${code('/release status')} – ${USAGE.status.what}`,
    inline`• ${code(`/release history ${top}`)} – ${USAGE.history.what}`,
    inline`• ${code('@slipway log')} in the thread of a card – commands there mean what the card shows`,
  ];
  const cards = wanted(view)
    .flatMap(({ releases }) => releases)
    .slice(0, LINKED)
    .flatMap(({ here, release }) => openCard(here.environment.id, release.number, view));
  return {
    text: fallback(`${plain(first)}. ${plain(join(mine, ' '))}`),
    blocks: [
      paragraph(inline`${first}\n${join(mine, '\n')}`),
      ...(now.length > 0 ? [paragraph(inline`Now:\n${join(now, '\n')}`)] : []),
      paragraph(inline`Always:\n${join(looks, '\n')}`),
      ...actions([...cards, allCommands(product)]),
    ],
  };
}

/** `/release help all`: the commands that work and that this person may use, their rights, and what waits for them. */
export function helpMessage(view: HelpView): Message {
  const { product } = view;
  const environments = view.environments.map(({ policy }) => policy.name);
  const top = line(environments.at(-1) ?? 'ENVIRONMENT', 60);
  const low = line(environments.at(-2) ?? environments.at(-1) ?? 'ENVIRONMENT', 60);
  const bottom = line(environments[0] ?? 'ENVIRONMENT', 60);
  const path = environments
    .slice(0, 12)
    .map((name) => line(name, 60))
    .join(' → ');
  const whose = product ? ` for ${line(product, 60)}${path ? `: ${path}` : ''}` : '';
  const first = inline`Slipway${whose}`;
  const usages: Usage[] = Object.values(USAGE);
  const groups = HEADINGS.flatMap((heading) => {
    const lines = usages
      .filter((usage) => usage.under === heading && fits(usage, view))
      .map((usage) => inline`${code(`/release ${usage.write({ top, low, bottom })}`)} – ${usage.what}`);
    return lines.length > 0 ? [paragraph(inline`${heading}\n${join(lines, '\n')}`)] : [];
  });
  const mine = product === null ? [] : [rights(view), ...waiting(view)];
  const target = inline`If a channel has several products, write PRODUCT/ENVIRONMENT.`;
  return {
    text: fallback(`${plain(first)}. ${mine.length > 0 ? plain(join(mine, ' ')) : VERBS.join(', ')}`),
    blocks: [
      paragraph(first),
      ...groups,
      ...(mine.length > 0 ? [paragraph(join(mine, ' '))] : []),
      ...(product === null ? [paragraph(target)] : []),
    ],
  };
}

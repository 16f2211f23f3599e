import { decide } from '../../domain/decide/environment/decide.ts';
import { type Context, relationOf } from '../../domain/decide/environment/draft/context.ts';
import type { Unsent } from '../../domain/documents/commands/commands.ts';
import type { HumanCommand } from '../../domain/documents/commands/environment.ts';
import type { LockCommand } from '../../domain/documents/commands/lock.ts';
import { releaseRefusal } from '../../domain/eligibility/release.ts';
import { commandSha } from '../../domain/ids.ts';
import { type Person, ROLES, type Roles } from '../../domain/people/people.ts';
import { factsOfPlace } from '../eligibility/awaiting.ts';
import { code, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import type { EnvironmentView } from '../view-model.ts';
import type { About } from './refusal-text.ts';

/** What may be advised. */
export type Advised = Unsent<HumanCommand | LockCommand>;

/** A person with every role who asked for nothing and owns no lock. */
const SOMEBODY: Person = { kind: 'person', id: '', name: '', member: true };

/** Opens each role to everybody, except a role that the configuration gives to nobody. */
function opened(roles: Roles): Roles {
  const open = ROLES.map((role) => [role, roles[role]?.length === 0 ? [] : null]);
  return Object.fromEntries(open) as Roles;
}

/**
 * Whether the command would be accepted now from somebody who has the right. Asks the domain's own decision, so a refusal
 * never advises what would be refused (RULES 34). False if too little is known about the commit.
 */
export function isTaken(about: About, advised: Advised): boolean {
  const { here, release } = about;
  if (advised.type === 'approve') {
    if (release?.number !== advised.release) return false;
    return releaseRefusal('approve', factsOfPlace(here, about.context.now), release, null) === null;
  }
  const { environment } = here;
  const adviceContext = about.adviceContext ?? { below: [], relations: [], acceptances: [] };
  const sha = shaOf(about, advised);
  const context: Context = {
    now: about.context.now,
    policy: { ...here.policy, roles: opened(here.policy.roles), acceptFrom: null },
    built: 'pending',
    order: adviceContext.below.find((acceptance) => acceptance.sha === sha) ?? null,
    relations: adviceContext.relations,
    acceptances: adviceContext.acceptances,
    past: release ?? null,
    groups: [],
    authors: [],
    unknownAuthors: null,
    guardGone: false,
  };
  if ((advised.type === 'prepare' || advised.type === 'hotfix') && environment.deployed) {
    if (relationOf(context, advised.sha, environment.deployed.sha) === null) return false;
  }
  return decide(environment, { ...advised, id: '', actor: SOMEBODY }, context).kind === 'accepted';
}

function shaOf({ here, release }: About, advised: Advised): string | null {
  if (advised.type === 'redeploy') return here.environment.deployed?.sha ?? null;
  if ('sha' in advised) return advised.sha;
  return 'release' in advised && advised.release === release?.number ? release.sha : null;
}

/** The command as it is typed. It names the product too, as a channel may have several (CARDS §3). */
function typed({ here }: About, advised: Advised): string {
  const { id } = here.environment;
  switch (advised.type) {
    case 'prepare':
      return `prepare ${id} ${commandSha(advised.sha)}`;
    case 'hotfix':
      return `hotfix ${id} ${commandSha(advised.sha)} reason`;
    case 'rollback':
      return `rollback ${id} ${advised.to ? `to:${commandSha(advised.to.sha)} ` : ''}reason`;
    case 'redeploy':
      return `redeploy ${id}${advised.reason ? ' reason' : ''}`;
    case 'lock':
    case 'pause':
      return `${advised.type} ${id} reason`;
    case 'resume':
    case 'unlock':
      return `${advised.type} ${id}`;
    default: {
      const number = 'release' in advised ? `#${advised.release}` : '';
      const reason = 'reason' in advised && advised.reason ? ' reason' : '';
      return `${advised.type} ${id}${number}${reason}`;
    }
  }
}

/**
 * `/release …` if the command would be accepted; null: it would be refused, or cannot be typed, as the environment was
 * removed from the configuration.
 */
export function advice(about: About, advised: Advised): Inline | null {
  return !about.here.policy.retired && isTaken(about, advised)
    ? inline`${code(`/release ${typed(about, advised)}`)}`
    : null;
}

/** "`…` or `…`": those of the commands that would be accepted; null: none. */
export function advices(about: About, all: readonly Advised[]): Inline | null {
  const taken = all.map((one) => advice(about, one)).filter((one) => one !== null);
  return taken.length > 0 ? join(taken, ' or ') : null;
}

/** The command that shows what is there. Of an environment that was removed from the configuration only history is read. */
export function whereToLook({ environment, policy }: EnvironmentView): Inline {
  return inline`${code(`/release ${policy.retired ? 'history' : 'status'} ${environment.id}`)}`;
}

/** Where to look if no command can be advised. */
export function lookAt({ here }: About): Inline {
  return here.policy.retired
    ? inline`Its history is kept: ${whereToLook(here)}`
    : inline`What is there: ${whereToLook(here)}`;
}

/** A rollback to the newest commit that was accepted there before. */
export const GO_BACK = { type: 'rollback', to: null, reason: 'reason' } as const;

/** " To stop it: …"; nothing if it cannot be cancelled, or is being cancelled. */
export function toCancel(about: About, release: number, words = 'To stop it'): Inline {
  const cancel = advice(about, { type: 'cancel', release, reason: null });
  return cancel ? inline` ${words}: ${cancel}` : NOTHING;
}

/** The command to deploy again what runs there, with a reason if one is required; null: it would be refused. */
export function redeploys(about: About): Inline | null {
  return (
    advice(about, { type: 'redeploy', sha: null, reason: null }) ??
    advice(about, { type: 'redeploy', sha: null, reason: 'reason' })
  );
}

/** "To request it again: …" for the commit of the release in question; if that would be refused, where to look. */
export function askAnew(about: About): Inline {
  const sha = about.release?.sha;
  if (sha === undefined) return lookAt(about);
  const prepare = advice(about, { type: 'prepare', sha, ref: null, note: null });
  const again = sha === about.here.environment.deployed?.sha ? redeploys(about) : null;
  const anew = prepare ?? again;
  return anew ? inline`To request it again: ${anew}` : lookAt(about);
}

import { decide } from '../../domain/decide/environment/decide.ts';
import { type Context, relationOf } from '../../domain/decide/environment/draft/context.ts';
import type { HumanCommand, LockCommand, Unsent } from '../../domain/documents/commands.ts';
import type { Person } from '../../domain/people/people.ts';
import { ROLES, type Roles } from '../../domain/people/roles.ts';
import { mayApprove } from '../eligibility/offers.ts';
import { code, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import type { About } from './refusal-text.ts';

/** What may be advised. */
export type Advised = Unsent<HumanCommand | LockCommand>;

/** Somebody who has every role there, and is nobody in particular: they asked for nothing, and no lock is theirs. */
const SOMEBODY: Person = { kind: 'person', id: '', name: '', member: true };

/** A role that nobody has stays so. */
function opened(roles: Roles): Roles {
  const open = ROLES.map((role) => [role, roles[role]?.length === 0 ? [] : null]);
  return Object.fromEntries(open) as Roles;
}

/**
 * True: asked now by somebody who may, this would be taken. The rules themselves are asked, so that no refusal ever advises
 * what would be refused (RULES 34). What is not known of a commit is no "it would".
 */
export function isTaken(about: About, advised: Advised): boolean {
  const { here, release } = about;
  if (advised.type === 'approve') {
    return !here.policy.retired && release?.number === advised.release && mayApprove(here, release);
  }
  const { environment } = here;
  const facts = about.facts ?? { below: [], relations: [], acceptances: [] };
  const sha = shaOf(about, advised);
  const context: Context = {
    now: about.context.now,
    policy: { ...here.policy, roles: opened(here.policy.roles), acceptFrom: null },
    built: 'pending',
    order: facts.below.find((acceptance) => acceptance.sha === sha) ?? null,
    relations: facts.relations,
    acceptances: facts.acceptances,
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

/** Long enough for any repository; `to:` says that it is a commit, whatever its digits. */
const SHA_SHOWN = 12;

/** As it is typed: environments by their name. */
function typed({ here }: About, advised: Advised): string {
  const { name } = here.policy;
  const { id } = here.environment;
  switch (advised.type) {
    case 'prepare':
      return `prepare ${id} ${advised.sha.slice(0, SHA_SHOWN)}`;
    case 'hotfix':
      return `hotfix ${name} ${advised.sha.slice(0, SHA_SHOWN)} reason`;
    case 'rollback':
      return `rollback ${name} ${advised.to ? `to:${advised.to.sha.slice(0, SHA_SHOWN)} ` : ''}reason`;
    case 'redeploy':
      return `redeploy ${name}${advised.reason ? ' reason' : ''}`;
    case 'lock':
    case 'pause':
      return `${advised.type} ${name} reason`;
    case 'resume':
    case 'unlock':
      return `${advised.type} ${name}`;
    default: {
      const number = 'release' in advised ? `#${advised.release}` : '';
      const reason = 'reason' in advised && advised.reason ? ' reason' : '';
      return `${advised.type} ${name}${number}${reason}`;
    }
  }
}

/** `/release …`, where it would be taken; null: it would be refused. */
export function advice(about: About, advised: Advised): Inline | null {
  return isTaken(about, advised) ? inline`${code(`/release ${typed(about, advised)}`)}` : null;
}

/** "`…` or `…`", of those that would be taken; null: none would. */
export function advices(about: About, all: readonly Advised[]): Inline | null {
  const taken = all.map((one) => advice(about, one)).filter((one) => one !== null);
  return taken.length > 0 ? join(taken, ' or ') : null;
}

/** What to look at where nothing can be advised. */
export function lookAt({ here }: About): Inline {
  return inline`What is there: ${code(`/release status ${here.environment.id}`)}`;
}

/** To the newest commit that was accepted there before. */
export const GO_BACK = { type: 'rollback', to: null, reason: 'reason' } as const;

/** " To stop it: …"; nothing where it cannot be stopped any more, or is being stopped. */
export function toCancel(about: About, release: number, words = 'To stop it'): Inline {
  const cancel = advice(about, { type: 'cancel', release, reason: null });
  return cancel ? inline` ${words}: ${cancel}` : NOTHING;
}

/** Deployed again; with a reason where that is asked for. */
export function redeploys(about: About): Inline | null {
  return (
    advice(about, { type: 'redeploy', sha: null, reason: null }) ??
    advice(about, { type: 'redeploy', sha: null, reason: 'reason' })
  );
}

/** "To ask for it anew: …": of the commit of the release that is spoken of, or what there is to look at. */
export function askAnew(about: About): Inline {
  const sha = about.release?.sha;
  if (sha === undefined) return lookAt(about);
  const prepare = advice(about, { type: 'prepare', sha, ref: null, note: null });
  const again = sha === about.here.environment.deployed?.sha ? redeploys(about) : null;
  const anew = prepare ?? again;
  return anew ? inline`To ask for it anew: ${anew}` : lookAt(about);
}

import type { Attempt } from '../../domain/documents/values/release.ts';
import type { Remote, RemoteSystem } from '../../domain/documents/values/remote.ts';
import { heededWish } from '../../domain/gates/followed.ts';
import { shortSha } from '../../domain/ids.ts';
import { REMOTE_WAITS } from '../../domain/time/remote-waits.ts';
import { foreign, type Inline, type InlineNode, inline, NOTHING } from './inline.ts';
import { webPage } from './references.ts';
import { time } from './times.ts';

const NAMES: Record<RemoteSystem, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  jenkins: 'Jenkins',
  http: 'the deploy server',
  git: 'the repository',
};

/** In characters; a longer address is not linked. */
const URL_MAX = 1_000;
/** In characters. The end of a reason says what people do about it, so it is shown as far as documents keep it. */
const TOLD_MAX = 500;

/** What people call a system that carries out steps, in a sentence. */
export function systemName(system: RemoteSystem): string {
  return NAMES[system];
}

/** " · run at GitHub · waits for a reviewer at GitHub": where the attempt is carried out. Nothing of a command of ours. */
export function elsewhere(attempt: Attempt | null, now: number): Inline {
  const { remote } = attempt ?? {};
  if (!remote) return NOTHING;
  const waits = remote.waits === undefined ? NOTHING : inline` · waits for ${foreign(remote.waits, 100)}`;
  const where = remote.run === null ? inline`${beginning(remote)}` : run(remote);
  return inline` · ${where}${waits}${silent(remote, now)}${unendable(remote)}`;
}

/** " · run at GitHub", linked: where people see what became of the attempt. Nothing where there is no page; a commit is named also then. */
export function pageOfRun(attempt: Pick<Attempt, 'remote'> | null): Inline {
  const { remote } = attempt ?? {};
  if (remote?.system === 'git' && remote.run !== null) return inline` · ${run(remote)}`;
  return remote && webPage(remote.run?.url ?? null, URL_MAX) !== null ? inline` · ${run(remote)}` : NOTHING;
}

/** What ended with a cancelled attempt. */
export function whatEnded(attempt: Pick<Attempt, 'remote'> | null): Inline {
  const { remote } = attempt ?? {};
  if (!remote) return inline`the command and everything it started were ended.`;
  return inline`the ${run(remote)} was ended.`;
}

/** " at GitHub: a newer run took its place": who ended an attempt that nobody here wished to end. null: it was wished. */
export function endedThere(attempt: Attempt | null): Inline | null {
  if (!attempt?.remote || heededWish(attempt)) return null;
  const { outcome, remote } = attempt;
  const says = outcome?.kind === 'cancelled' ? outcome.says : undefined;
  return inline` at ${NAMES[remote.system]}${says === undefined ? NOTHING : inline`: ${foreign(says, 200)}`}${pageOfRun(attempt)}`;
}

/** What there is instead of the lines of a log. */
export function noLog({ remote, outcome }: Pick<Attempt, 'remote' | 'outcome'>): Inline {
  if (!remote) return inline`Nothing was printed.`;
  return outcome === null
    ? inline`Slipway reads the end of the log when the run has ended. Until then, see the ${run(remote)}.`
    : inline`${capitalName(remote)} gave no log of it.${pageOfRun({ remote })}`;
}

/** What a retry of a deploy does. `what`: the commit. */
export function beginsAgain(
  attempt: Pick<Attempt, 'remote' | 'outcome'> | null,
  what: string,
  environment: string,
): Inline {
  const { remote, outcome } = attempt ?? {};
  if (!remote) return inline`The deploy command of ${what} runs again from the beginning in ${environment}.`;
  const mayRun =
    outcome?.kind === 'interrupted' ? ' What it began before may still run there: look first.' : '';
  return inline`${capitalName(remote)} will be asked to deploy ${what} to ${environment} again.${mayRun}`;
}

/** What a cancel would end. */
export function wouldEnd(attempt: Pick<Attempt, 'remote'> | null): string {
  const { remote } = attempt ?? {};
  if (remote?.system === 'git')
    return 'What is pushed to the repository stays there: it cannot be taken back.';
  return remote
    ? `${capitalName(remote)} will be asked to end the run.`
    : 'The deploy command and everything it started will be ended.';
}

function beginning({ system }: Remote): string {
  return system === 'git' ? 'being pushed to the repository' : `being started at ${NAMES[system]}`;
}

function capitalName({ system }: Remote): string {
  const name = NAMES[system];
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function run({ run, system }: Remote): Inline {
  const text = system === 'git' ? `pushed as ${shortSha(run?.id ?? '')}` : `run at ${NAMES[system]}`;
  const url = webPage(run?.url ?? null, URL_MAX);
  return url === null ? inline`${text}` : [{ kind: 'link', text, url }];
}

function silent({ silent, system }: Remote, now: number): Inline {
  if (silent === undefined || now - silent.since < REMOTE_WAITS.sayMs) return NOTHING;
  return inline` · ${NAMES[system]} has not said since ${time(silent.since)} what became of it: ${told(silent.reason)}`;
}

/** " GitHub knows no run of it.": why it is not known how an attempt ended, after a sentence; nothing where that is not known either. */
export function whyNotKnown(attempt: Pick<Attempt, 'remote'>): Inline {
  const { remote } = attempt;
  if (!remote) return NOTHING;
  const { system, run, silent, missing } = remote;
  const name = capitalName(remote);
  if (silent !== undefined) return inline` ${name} did not say: ${told(silent.reason)}.`;
  if (missing === undefined) return NOTHING;
  return run === null
    ? inline` ${name} knows no run of it: it may not have begun.`
    : inline` ${name} no longer knows its ${system === 'jenkins' ? 'build' : 'run'}, or does not show it.`;
}

/** What another system said, or what people do about it, without the point at its end. */
export function told(reason: string): InlineNode {
  return foreign(reason.replace(/\.$/, ''), TOLD_MAX);
}

function unendable({ cancel }: Remote): Inline {
  return cancel?.refused === undefined ? NOTHING : inline` · could not be ended there`;
}

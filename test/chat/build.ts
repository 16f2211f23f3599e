import type { Button, KnownBlock } from '@slack/types';
import { actionOf } from '../../src/chat/blocks/actions.ts';
import { Tickets } from '../../src/chat/text/tickets.ts';
import type {
  CommitLine,
  EnvironmentView,
  Message,
  PushView,
  References,
  ReleaseView,
} from '../../src/chat/view-model.ts';
import { defaultRoles } from '../../src/domain/approvals/approvals.ts';
import type { ApprovalPolicy, EnvironmentPolicy } from '../../src/domain/approvals/policy.ts';
import type { Check, CheckState } from '../../src/domain/checks/checks.ts';
import { type Build, newBuild } from '../../src/domain/documents/build.ts';
import { type Acceptance, type Environment, newEnvironment } from '../../src/domain/documents/environment.ts';
import type { Approval } from '../../src/domain/documents/values/approval.ts';
import type { BuildChecks } from '../../src/domain/documents/values/build/checks.ts';
import type { Lock } from '../../src/domain/documents/values/lock.ts';
import type { Attempt, AttemptOutcome, Release } from '../../src/domain/documents/values/release.ts';
import { environmentId } from '../../src/domain/ids.ts';
import type { Person } from '../../src/domain/people/people.ts';

/** 2026-01-05, some time of the day. */
export const NOW = Date.UTC(2026, 0, 5, 14, 30);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function sha(start: string): string {
  return start.padEnd(40, '0');
}

/** References of these commits, as many and as long as they can be: to a pull request of this title, and to tickets. */
export function manyReferences(shas: readonly string[], title: string): References {
  const pull = { number: 123_456_789, title, url: `https://forge.example.com/${'p'.repeat(124)}` };
  const url = `https://tickets.example.com/${'t'.repeat(87)}{key}`;
  return {
    pulls: Object.fromEntries(shas.map((one, at) => [one, [{ ...pull, number: pull.number + at }]])),
    pullLinks: { url: 'https://forge.example.com/acme/storefront/pull/{number}', sign: '#' },
    tickets: new Tickets({ pattern: '[^ ]{1,30}', url }),
  };
}

export const ABC = sha('abc123f');
export const OLD = sha('9f8e7d6');
export const NEW = sha('e4f5a6b');

export function person(name: string): Person {
  return { kind: 'person', id: `U${name.toUpperCase()}`, name, member: true };
}

export const [ADA, LIN, MO] = [person('Ada'), person('Lin'), person('Mo')];

export const NAMES = { UADA: 'Ada', ULIN: 'Lin', UMO: 'Mo' };

export function oneRule(required: number, from: string[] | null): ApprovalPolicy {
  return { rules: [{ required, from }], self: false, authors: true, validForMs: 24 * HOUR };
}

export function policy(over: Partial<EnvironmentPolicy> = {}): EnvironmentPolicy {
  return {
    product: 'storefront',
    name: 'prod',
    mode: 'approval',
    below: 'preprod',
    above: null,
    approvals: oneRule(2, ['UADA', 'ULIN', 'UMO']),
    acceptFrom: ['ULIN', 'UMO'],
    roles: defaultRoles(oneRule(2, ['UADA', 'ULIN', 'UMO']).rules),
    soakMs: 0,
    freeze: [],
    startApproved: false,
    retired: false,
    verify: true,
    idempotent: false,
    url: null,
    ...over,
  };
}

export function attempt(over: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    step: 'deploy',
    worker: 'w1',
    startedAt: NOW - 10 * MINUTE,
    leaseUntil: NOW + MINUTE,
    wasUncertain: false,
    cancelWished: null,
    lastLine: null,
    progressAt: 0,
    endedAt: null,
    outcome: null,
    ...over,
  };
}

export function endedAttempt(
  step: Attempt['step'],
  outcome: AttemptOutcome,
  over: Partial<Attempt> = {},
): Attempt {
  const startedAt = NOW - 10 * MINUTE;
  return attempt({ step, outcome, startedAt, endedAt: startedAt + 131_000, ...over });
}

export const DEPLOYED = endedAttempt('deploy', { kind: 'succeeded' });
export const VERIFIED = endedAttempt('verify', { kind: 'succeeded' }, { number: 2 });

export function approval(by: Person): Approval {
  return { by, at: NOW - MINUTE, until: NOW + 23 * HOUR, fits: [0] };
}

export function release(over: Partial<Release> = {}): Release {
  return {
    number: 42,
    kind: 'promotion',
    sha: ABC,
    ref: null,
    status: 'prepared',
    erroredIn: null,
    requestedBy: ADA,
    requestedAt: NOW - HOUR,
    note: null,
    build: 'succeeded',
    approvals: [],
    voided: [],
    unknownAuthors: null,
    policy: '',
    expiresAt: NOW + 23 * HOUR,
    queue: null,
    deployer: null,
    soaksUntil: null,
    held: null,
    override: null,
    begun: false,
    deployedAt: null,
    attempts: [],
    autoRetries: 0,
    end: null,
    revoked: null,
    head: null,
    leaves: null,
    replaces: null,
    card: 'storefront/prod#42',
    ...over,
  };
}

export function acceptance(over: Partial<Acceptance> = {}): Acceptance {
  return {
    environment: environmentId('storefront', 'prod'),
    sha: OLD,
    ref: null,
    release: 41,
    kind: 'promotion',
    at: NOW - 40 * HOUR,
    by: ADA,
    card: 'storefront/prod#41',
    revoked: null,
    revision: 3,
    ...over,
  };
}

export function lockOf(over: Partial<Lock> = {}): Lock {
  return {
    owner: LIN,
    reason: 'database migration',
    at: NOW - HOUR,
    until: null,
    askedBy: [],
    remindAt: NOW + 3 * HOUR,
    reminders: 0,
    card: 'storefront/prod:lock-3',
    ...over,
  };
}

/** The acceptance of an accepted release, the newest there. */
function acceptedHere({ sha: commit, number, kind, revoked }: Release): Acceptance {
  return acceptance({ sha: commit, release: number, kind, revoked, at: NOW - 10 * MINUTE, revision: 6 });
}

/** What opens the gate `order` of the candidate. */
export function acceptedBelow(over: Partial<Acceptance> = {}): Acceptance {
  const place = {
    environment: environmentId('storefront', 'preprod'),
    release: 17,
    card: 'storefront/preprod#17',
  };
  return acceptance({ ...place, sha: ABC, at: NOW - 2 * HOUR, by: MO, ...over });
}

export function environment(name: string, releases: Release[], over: Partial<Environment> = {}): Environment {
  const at = NOW - 40 * HOUR;
  return {
    ...newEnvironment('storefront', name),
    revision: 7,
    releases: 42,
    deployed: { sha: OLD, ref: null, release: 41, at, by: ADA },
    accepted: { sha: OLD, ref: null, release: 41, at, by: ADA },
    desired: { sha: OLD, release: 41 },
    open: releases,
    ...over,
  };
}

/** The environment as it is once `one` has been deployed there. */
export function runs(one: Release, over: Partial<Environment> = {}): Partial<Environment> {
  const at = one.deployedAt ?? NOW;
  return {
    deployed: { sha: one.sha, ref: null, release: one.number, at, by: one.requestedBy },
    desired: { sha: one.sha, release: one.number },
    ...over,
  };
}

/** A release whose deploy began and did not succeed. */
export function begun(one: Release, over: Partial<Environment> = {}): Partial<Environment> {
  return { desired: { sha: one.sha, release: one.number }, uncertain: true, ...over };
}

export function commits(count: number, over: Partial<CommitLine> = {}) {
  const shown = Math.min(count, 5);
  return {
    count,
    commits: Array.from({ length: shown }, (_, index) => ({
      sha: sha(`${index}abcdef`),
      subject: `Fix number ${index}`,
      author: 'Lin',
      ...over,
    })),
    authors: ['Ada', 'Lin', 'Mo', 'Tom', 'Eve'].slice(0, Math.max(1, shown)),
  };
}

export function build(over: Partial<Build> = {}): Build {
  return { ...newBuild('storefront', ABC), status: 'succeeded', ...over };
}

export interface Scene {
  release: Release;
  policy?: Partial<EnvironmentPolicy>;
  environment?: Partial<Environment>;
  view?: Partial<ReleaseView>;
  others?: Release[];
}

export function view({
  release: one,
  policy: rules,
  environment: state,
  view: over,
  others = [],
}: Scene): ReleaseView {
  const here: EnvironmentView = {
    policy: policy(rules),
    environment: environment(rules?.name ?? 'prod', [...others, one], state),
  };
  return {
    now: NOW,
    names: NAMES,
    commitUrl: null,
    cards: {},
    here,
    release: one,
    build: build(),
    push: null,
    adds: null,
    removes: null,
    commit: null,
    below: null,
    order: acceptedBelow(),
    isBehind: false,
    above: null,
    aboveBehind: null,
    promoted: null,
    newer: null,
    acceptances: one.status === 'accepted' ? [acceptedHere(one), acceptance()] : [acceptance()],
    logTail: { lines: [], before: 0 },
    hotfixes: {},
    missingFrom: null,
    notAcceptedIn: [],
    ...over,
  };
}

export function pushView(over: Partial<PushView> = {}, one: Partial<Build> = {}): PushView {
  return {
    now: NOW,
    names: NAMES,
    commitUrl: null,
    cards: {},
    push: { head: 7, branch: 'main', pushedBy: 'Lin', at: NOW - HOUR, card: 'storefront@head-7' },
    build: build({ status: 'requested', ...one }),
    lowest: {
      policy: policy({
        name: 'integration',
        mode: 'continuous',
        below: null,
        above: { name: 'preprod', mode: 'approval' },
      }),
      environment: environment('integration', []),
    },
    commits: null,
    commit: { sha: ABC, subject: 'Show voucher field', author: 'Lin' },
    logTail: { lines: [], before: 0 },
    ...over,
  };
}

/** Labels of the buttons, with their marks as in CARDS §2: `*` primary, `!` danger, `?` asks to confirm. */
export function buttonsOf(said: { blocks: readonly KnownBlock[] }): string[] {
  return said.blocks
    .flatMap((block): unknown[] => {
      if (block.type === 'actions') return block.elements;
      return block.type === 'section' && block.accessory ? [block.accessory] : [];
    })
    .flatMap((one) => {
      const element = one as Button;
      if (element.type !== 'button') return [];
      expect(actionOf(element.action_id ?? '')).not.toBeNull();
      const style = element.style === 'primary' ? '*' : element.style === 'danger' ? '!' : '';
      return [`${element.text.text}${style}${element.confirm ? '?' : ''}`];
    });
}

/** What a reader sees of a block, dates as `<12:34>` in UTC. */
export function readBlock(block: unknown): string {
  if (typeof block === 'string') return block;
  if (Array.isArray(block)) return block.map(readBlock).join('');
  if (typeof block !== 'object' || block === null) return '';
  const node = block as Record<string, unknown>;
  switch (node.type) {
    case 'mrkdwn':
      return String(node.text).replace(/<!date\^(\d+)\^[^|]*\|[^>]*>/g, (_, at) => clock(Number(at)));
    case 'date':
      return clock(Number(node.timestamp));
    case 'user':
      return `<@${String(node.user_id)}>`;
    case 'rich_text':
    case 'rich_text_list':
      return (node.elements as unknown[]).map(readBlock).join('\n');
    case 'actions':
      return '';
    default:
      return readBlock(node.elements ?? node.text ?? '');
  }
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 16);
}

/** All that a reader sees, a block a line. */
export function read(said: Message): string[] {
  return said.blocks.map(readBlock).filter((text) => text !== '');
}

/** A check that was reported just now. */
export function check(name: string, state: CheckState, over: Partial<Check> = {}): Check {
  const url = `https://ci.example.com/${encodeURIComponent(name)}`;
  return { name, state, url, description: null, group: 'suite', attempt: 1, ...over };
}

/** The checks `test` and `build`, awaited for twelve minutes. */
export function checksOf(over: Partial<BuildChecks> = {}): BuildChecks {
  return {
    names: ['test', 'build'],
    looks: 1,
    judged: 1,
    lookedAt: NOW,
    lookAt: NOW + MINUTE,
    rung: false,
    since: NOW - 12 * MINUTE,
    deadline: NOW + HOUR,
    latest: [],
    missing: [],
    others: [],
    again: [],
    endedAt: null,
    overdue: false,
    toldBad: false,
    followUntil: null,
    superseded: false,
    unread: null,
    ...over,
  };
}

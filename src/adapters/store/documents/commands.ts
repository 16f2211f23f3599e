import * as z from 'zod';
import type { BuildCommand } from '../../../domain/documents/commands/build.ts';
import type { CardCommand } from '../../../domain/documents/commands/card.ts';
import type { Command } from '../../../domain/documents/commands/commands.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { PersonCommand } from '../../../domain/documents/commands/person.ts';
import type { ProductCommand } from '../../../domain/documents/commands/product.ts';
import type { ReportsCommand } from '../../../domain/documents/commands/reports.ts';
import type { AggregateKind, Effect } from '../../../domain/documents/document.ts';
import { CARD_FAULTS } from '../../../domain/documents/values/card-subject.ts';
import { DEPLOYMENT_STATES, REPORT_USES } from '../../../domain/documents/values/report.ts';
import type { Switches } from '../../../domain/documents/values/switches.ts';
import {
  actor,
  attemptOutcome,
  count,
  environmentIdText,
  flag,
  leftovers,
  person,
  sha,
  shaOrNull,
  step,
  text,
  textOrNull,
  time,
} from './basic.ts';
import { buildOutcome, buildStep, cardSubject, headTag, leftOut, pushRequest, seenTags } from './build.ts';
import { attemptKey, check, saidCheck } from './checks.ts';
import { exact } from './exact.ts';
import { lock } from './holds.ts';
import { cancelAnswer, remoteRun, remoteSystem, sight } from './remote.ts';
import { reply } from './replies.ts';

function command<T extends Command['type'], S extends z.ZodRawShape>(type: T, content: S) {
  return z.object({ id: text, actor, type: z.literal(type), ...content });
}

const tick = command('tick', {});
const workersGone = command('workersGone', { except: text });
const carried = { effects: z.array(text), settled: z.array(text) };

const ofLock = { card: text.exactOptional(), since: time.exactOptional() };

const lockCommands = [
  command('lock', { reason: text, forMs: z.number().nullable() }),
  command('unlock', { ...ofLock, ownerGone: flag, owner: text.exactOptional() }),
  command('takeOver', { ...ofLock, reason: text, forMs: z.number().nullable() }),
  command('extendLock', { ...ofLock, forMs: z.number() }),
  command('editLock', { ...ofLock, reason: text }),
  command('askToUnlock', ofLock),
  command('handOver', { ...ofLock, to: person }),
  command('keepLock', ofLock),
] as const;

const environmentCommand = exact<EnvironmentCommand>()(
  z.discriminatedUnion('type', [
    command('prepare', { sha, ref: textOrNull, note: textOrNull }),
    command('approve', { release: count, shown: count.exactOptional() }),
    command('reject', { release: count, reason: text }),
    command('deploy', { release: count }),
    command('accept', { release: count, reason: textOrNull }),
    command('fail', { release: count, reason: text }),
    command('cancel', { release: count, reason: textOrNull, onlyWaiting: z.literal(true).exactOptional() }),
    command('retry', { release: count }),
    command('rollback', {
      to: z.object({ sha, ref: textOrNull }).nullable(),
      reason: text,
      leaves: sha.exactOptional(),
    }),
    command('redeploy', { sha: shaOrNull, reason: textOrNull }),
    command('hotfix', { sha, ref: textOrNull, reason: text }),
    command('adopt', { sha, ref: textOrNull, reason: text }),
    command('override', { release: count, reason: text, freeze: time.exactOptional() }),
    command('pause', { reason: text }),
    command('resume', { reason: textOrNull, pause: text.exactOptional() }),
    ...lockCommands,
    command('productLock', { lock: lock.nullable() }),
    command('retire', {}),
    command('makeRelease', { sha, ref: textOrNull, head: count, card: textOrNull }),
    command('buildEnded', { sha, succeeded: flag }),
    command('revokedBelow', { sha, environment: text }),
    command('redraw', { sha: shaOrNull }),
    command('begin', {
      release: count,
      step,
      worker: text,
      leaseUntil: time,
      remote: z.object({ system: remoteSystem, key: text, timeoutMs: z.number() }).exactOptional(),
    }),
    command('renew', { attempt: count, leaseUntil: time, lastLine: textOrNull }),
    command('report', {
      attempt: count,
      outcome: attemptOutcome,
      log: text,
      leftovers: leftovers.exactOptional(),
      run: remoteRun.exactOptional(),
    }),
    command('sawRemote', { attempt: count, seen: sight }),
    command('askedToEnd', { attempt: count, answer: cancelAnswer }),
    command('ringRemote', { key: text }),
    tick,
    workersGone,
    command('carried', {
      ...carried,
      releases: z.array(z.object({ number: count, revision: count })),
      acceptances: z.array(z.object({ sha, revision: count })),
    }),
  ]),
);

const buildCommand = exact<BuildCommand>()(
  z.discriminatedUnion('type', [
    command('requestBuild', { push: pushRequest.nullable(), watcher: environmentIdText.nullable() }),
    command('skipBuild', { newer: text, head: count }),
    command('holdBuild', { why: text }),
    command('beginBuild', { worker: text, leaseUntil: time }),
    command('renewBuild', { attempt: count, leaseUntil: time, step: buildStep, lastLine: textOrNull }),
    command('reportBuild', {
      attempt: count,
      outcome: buildOutcome,
      log: text,
      leftovers: leftovers.exactOptional(),
    }),
    command('retryBuild', { lost: z.boolean().exactOptional(), again: z.array(attemptKey).exactOptional() }),
    command('lookAtChecks', {}),
    command('sawChecks', { look: count, named: z.array(check), others: z.array(text) }),
    command('checksUnread', { look: count, reason: text, until: time.nullable() }),
    command('ringChecks', {}),
    command('reportCheck', { check: saidCheck }),
    tick,
    workersGone,
    command('carried', carried),
  ]),
);

const productCommand = exact<ProductCommand>()(
  z.discriminatedUnion('type', [
    ...lockCommands,
    tick,
    command('configured', { fingerprint: text }),
    command('look', {
      delivery: z
        .object({
          id: text,
          after: textOrNull,
          pushedBy: textOrNull,
          forced: flag.nullable().optional(),
          tag: text.optional(),
        })
        .nullable(),
    }),
    command('fetched', {
      sha: shaOrNull,
      branch: text,
      asked: count,
      contains: z.array(text).optional(),
      leftOut: leftOut.optional(),
      tags: seenTags.optional(),
      tag: headTag.optional(),
    }),
    command('glance', {}),
    command('fetchFailed', { reason: text }),
    command('channelFound', { configured: text, channel: text }),
    command('carried', { ...carried, concluded: z.array(text) }),
  ]),
);

const cardCommand = exact<CardCommand>()(
  z.discriminatedUnion('type', [
    command('show', {
      product: text,
      subject: cardSubject.nullable(),
      progress: flag,
      quietUntil: time.exactOptional(),
    }),
    command('reply', { product: text, subject: cardSubject, reply }),
    command('claimCard', { worker: text, until: time }),
    command('cardShown', { worker: text, wanted: count, channel: text, ts: text, until: time }),
    command('replied', { worker: text, reply: text, until: time }),
    command('cardDeferred', {
      worker: text,
      until: time,
      failed: flag,
      why: z.object({ fault: z.enum(CARD_FAULTS), reason: text }).optional(),
    }),
    command('cardUndeliverable', { worker: text, fault: z.enum(CARD_FAULTS), reason: text }),
    command('cardGone', { worker: text, ts: text }),
    command('cardLeftOut', { worker: text, wanted: count }),
    command('releaseCard', { worker: text }),
    command('cardLookedThrough', { worker: text }),
    command('deliverAgain', {}),
    workersGone,
    command('carried', carried),
  ]),
);

/** Which direct messages a person wants. */
export const switches = exact<Switches>()(
  z.object({
    awaited: flag.optional(),
    group: flag.optional(),
    ended: flag.optional(),
    reached: flag.optional(),
    lock: flag.optional(),
  }),
);

const personCommand = exact<PersonCommand>()(
  z.discriminatedUnion('type', [
    command('switched', { switches, clickedAt: time }),
    command('touched', { product: text }),
    command('homeOpened', {}),
    command('homeTurned', { page: count, search: text, clickedAt: time }),
    command('homeTaken', { worker: text }),
    command('homeHeld', { worker: text }),
    command('homeLeft', { worker: text }),
  ]),
);

/** A deployment as the forge has it. */
export const deployment = z.object({ id: text, state: z.enum(DEPLOYMENT_STATES) });

const reportsCommand = exact<ReportsCommand>()(
  z.discriminatedUnion('type', [
    command('tellForge', { product: text, release: count }),
    command('claimReports', { worker: text, until: time }),
    command('reported', {
      worker: text,
      until: time,
      release: count,
      use: z.enum(REPORT_USES),
      wanted: count,
      deployment: deployment.nullable(),
      over: flag,
    }),
    command('reportsDeferred', { worker: text, until: time, failed: flag }),
    command('reportRefused', { worker: text, use: z.enum(REPORT_USES), until: time }),
    command('releaseReports', { worker: text }),
    command('reportAgain', {}),
    command('reportNothing', {}),
    workersGone,
    command('carried', carried),
  ]),
);

const effectTo = <K extends AggregateKind, C extends z.ZodType>(kind: K, command: C) =>
  z.object({ id: text, to: z.object({ kind: z.literal(kind), id: text }), command });

/** A command that one document sends to another. */
export const effect = exact<Effect>()(
  z.union([
    effectTo('environments', environmentCommand),
    effectTo('builds', buildCommand),
    effectTo('products', productCommand),
    effectTo('cards', cardCommand),
    effectTo('people', personCommand),
    effectTo('reports', reportsCommand),
  ]),
);

export const commandType = exact<Command['type']>()(
  z.enum([
    ...(['prepare', 'approve', 'reject', 'deploy', 'accept', 'fail', 'cancel', 'retry', 'rollback'] as const),
    ...([
      'redeploy',
      'hotfix',
      'adopt',
      'override',
      'pause',
      'resume',
      'lock',
      'unlock',
      'takeOver',
    ] as const),
    ...(['extendLock', 'editLock', 'askToUnlock', 'handOver', 'keepLock', 'productLock', 'retire'] as const),
    ...(['makeRelease', 'buildEnded', 'revokedBelow', 'redraw', 'begin', 'renew', 'report'] as const),
    ...(['sawRemote', 'askedToEnd', 'ringRemote'] as const),
    ...([
      'requestBuild',
      'skipBuild',
      'holdBuild',
      'beginBuild',
      'renewBuild',
      'reportBuild',
      'retryBuild',
    ] as const),
    ...(['lookAtChecks', 'sawChecks', 'checksUnread', 'ringChecks', 'reportCheck'] as const),
    ...(['look', 'fetched', 'fetchFailed', 'glance', 'configured', 'channelFound'] as const),
    ...(['show', 'reply', 'claimCard', 'cardShown', 'replied', 'cardDeferred', 'cardGone'] as const),
    ...([
      'cardUndeliverable',
      'cardLeftOut',
      'releaseCard',
      'cardLookedThrough',
      'deliverAgain',
      'tick',
      'workersGone',
      'carried',
    ] as const),
    ...(['switched', 'touched', 'homeOpened', 'homeTurned', 'homeTaken', 'homeHeld', 'homeLeft'] as const),
    ...(['tellForge', 'claimReports', 'reported', 'reportsDeferred', 'reportRefused'] as const),
    ...(['releaseReports', 'reportAgain', 'reportNothing'] as const),
  ]),
);

import * as z from 'zod';
import type { Command } from '../../../../domain/documents/commands/commands.ts';
import type { AggregateKind, Effect } from '../../../../domain/documents/document.ts';
import { exact } from '../exact.ts';
import { text } from '../values/basic.ts';
import { buildCommand } from './build.ts';
import { cardCommand } from './card.ts';
import { environmentCommand } from './environment.ts';
import { personCommand } from './person.ts';
import { productCommand } from './product.ts';
import { recordsCommand } from './records.ts';
import { reportsCommand } from './reports.ts';

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
    effectTo('records', recordsCommand),
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
    ...(['sawRemote', 'askedToEnd', 'ringRemote', 'sawCurrent'] as const),
    ...([
      'requestBuild',
      'skipBuild',
      'holdBuild',
      'beginBuild',
      'renewBuild',
      'reportBuild',
      'retryBuild',
    ] as const),
    ...(['discardBuild'] as const),
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
    ...(['keepRecord', 'claimRecord', 'recordWritten', 'recordDeferred'] as const),
    ...(['recordAgain', 'recordNothing'] as const),
  ]),
);

import * as z from 'zod';
import type { Build } from '../../../domain/documents/build.ts';
import type { Card } from '../../../domain/documents/card.ts';
import type { AggregateKind } from '../../../domain/documents/document.ts';
import type { Environment } from '../../../domain/documents/environment.ts';
import type { Head, Product } from '../../../domain/documents/product.ts';
import type { Profile } from '../../../domain/documents/profile.ts';
import type { CommitRecord } from '../../../domain/documents/records.ts';
import type { Reports } from '../../../domain/documents/reports.ts';
import { CARD_FAULTS } from '../../../domain/documents/values/card-subject.ts';
import type { Announced, PendingDelivery } from '../../../domain/documents/values/delivery.ts';
import { REPORT_USES } from '../../../domain/documents/values/report.ts';
import type { Aggregates } from '../../../ports/store.ts';
import { effect } from './commands/commands.ts';
import { exact } from './exact.ts';
import { settled } from './settled.ts';
import { buildIdText, count, environmentIdText, flag, sha, text, textOrNull, time } from './values/basic.ts';
import {
  buildAttempt,
  buildStatus,
  cardSubject,
  headTag,
  leftOut,
  pushRequest,
  seenTags,
} from './values/build.ts';
import { buildChecks, check } from './values/checks.ts';
import { current } from './values/current.ts';
import { lock, pause } from './values/holds.ts';
import { failed } from './values/record.ts';
import { acceptance, reference, release } from './values/release.ts';
import { reply } from './values/replies.ts';
import { deployment } from './values/report.ts';
import { whoMay } from './values/rules.ts';
import { switches } from './values/switches.ts';

const aggregate = {
  id: text,
  product: text,
  revision: z.int().min(1),
  time,
  wakeAt: time.nullable(),
  effects: z.array(effect),
  settled: z.array(settled),
};

const environment = exact<Environment>()(
  z.object({
    ...aggregate,
    id: environmentIdText,
    name: text,
    releases: count,
    attempts: count,
    places: count,
    deployed: reference.nullable(),
    deployedRevision: count,
    uncertain: flag,
    accepted: reference.nullable(),
    desired: z.object({ sha, release: count }).nullable(),
    newestHead: count,
    relationsOwed: flag,
    movedFrom: z.array(sha).exactOptional(),
    lock: lock.nullable(),
    productLock: lock.nullable(),
    paused: pause.nullable(),
    frozen: z.object({ reason: text, until: time, card: text }).nullable(),
    freezeChangesAt: time.nullable(),
    retriesChangeAt: time.exactOptional(),
    current: current.exactOptional(),
    open: z.array(release),
    ended: z.array(z.object({ release, revision: count, recorded: flag })),
    acceptances: z.array(z.object({ acceptance, recorded: flag })),
  }),
);

const build = exact<Build>()(
  z.object({
    ...aggregate,
    id: buildIdText,
    sha,
    status: buildStatus,
    held: text.exactOptional(),
    toldHead: count.exactOptional(),
    discarded: z.literal(true).exactOptional(),
    attempts: count,
    interruptions: count,
    attempt: buildAttempt.nullable(),
    checks: buildChecks.exactOptional(),
    reported: z.array(check).exactOptional(),
    pushes: z.array(pushRequest),
    watchers: z.array(environmentIdText),
  }),
);

const head = exact<Head>()(
  z.object({
    number: count,
    sha,
    at: time,
    pushedBy: textOrNull,
    burst: z.object({ since: time, earlier: count }).exactOptional(),
    leftOut: leftOut.exactOptional(),
    tag: headTag.exactOptional(),
  }),
);

const product = exact<Product>()(
  z.object({
    ...aggregate,
    heads: z.array(head),
    asked: count,
    looked: count,
    announced: z
      .array(
        exact<Announced>()(
          z.object({
            delivery: text,
            after: sha,
            at: time.optional(),
            forced: flag.nullable(),
            asked: count,
            head: count,
            until: time.nullable(),
            met: flag,
            tag: text.optional(),
          }),
        ),
      )
      .optional(),
    awaits: z.object({ tries: count, notBefore: time }).nullable().optional(),
    unseen: z.object({ sha, at: time }).nullable().optional(),
    missing: z.object({ branch: text, since: time }).nullable().optional(),
    tags: seenTags.optional(),
    pollAt: time.nullable().optional(),
    pending: z.array(
      exact<PendingDelivery>()(
        z.object({
          id: text,
          asked: count,
          after: textOrNull,
          pushedBy: textOrNull,
          forced: flag.nullable().optional(),
          tag: text.optional(),
        }),
      ),
    ),
    concluded: z.array(z.object({ id: text, outcome: text })),
    configuration: z.object({ fingerprint: text, at: time, rules: z.array(whoMay).optional() }).nullable(),
    toldIn: z.object({ configured: text, id: text }).nullable().optional(),
    lock: lock.nullable(),
    fetchError: z.object({ reason: text, at: time, tries: count, notBefore: time }).nullable(),
  }),
);

const card = exact<Card>()(
  z.object({
    ...aggregate,
    subject: cardSubject,
    ts: textOrNull,
    channel: textOrNull,
    wanted: count,
    shown: count,
    shownAt: time,
    progressOnly: flag,
    replies: z.array(reply),
    replied: z.array(text),
    claim: z.object({ worker: text, until: time }).nullable(),
    claims: count,
    anew: count.optional(),
    doubtUntil: time.nullable(),
    inBurst: z.literal(true).optional(),
    notBefore: time,
    failures: count,
    undeliverable: textOrNull,
    fault: z.enum(CARD_FAULTS).nullable().optional(),
  }),
);

const profile = exact<Profile>()(
  z.object({
    ...aggregate,
    switches,
    chosenAt: time,
    touched: z.array(text),
    home: z
      .object({
        openedAt: time,
        page: count,
        search: text,
        clickedAt: time,
        worker: text.optional(),
        heldUntil: time.optional(),
      })
      .nullable(),
  }),
);

const records = exact<CommitRecord>()(
  z.object({
    ...aggregate,
    id: environmentIdText,
    wanted: count,
    written: count,
    compareAt: time.nullable(),
    claim: z.object({ worker: text, until: time, again: z.literal(true).exactOptional() }).nullable(),
    notBefore: time,
    failures: count,
    failed: failed.nullable(),
  }),
);

const reports = exact<Reports>()(
  z.object({
    ...aggregate,
    id: environmentIdText,
    releases: z.array(
      z.object({
        release: count,
        wanted: count,
        told: z.object({ statuses: count, deployments: count }),
        deployment: deployment.nullable(),
      }),
    ),
    newest: count.optional(),
    claim: z.object({ worker: text, until: time }).nullable(),
    notBefore: time,
    failures: count,
    refused: z.array(z.object({ use: z.enum(REPORT_USES), times: count, until: time.nullable() })),
  }),
);

/** The schema of each kind of document. Fields that a schema does not know are kept. */
export const AGGREGATES = {
  environments: environment,
  builds: build,
  products: product,
  cards: card,
  people: profile,
  records,
  reports,
} as const satisfies { [K in AggregateKind]: z.ZodType<Aggregates[K]> };

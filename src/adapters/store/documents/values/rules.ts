import * as z from 'zod';
import type { ApprovalRule } from '../../../../domain/approvals/policy.ts';
import type { RuleChange, WhoMay } from '../../../../domain/approvals/who-may.ts';
import { ROLES, type Roles } from '../../../../domain/people/people.ts';
import { exact } from '../exact.ts';
import { count, flag, text } from './basic.ts';

const people = z.array(text).nullable();
const mode = z.enum(['continuous', 'approval']);
const approvalRules = z.array(exact<ApprovalRule>()(z.object({ required: count, from: people })));
const roles = exact<Roles>()(
  z.object({
    prepare: people,
    deploy: people,
    rollback: people,
    lock: people,
    override: people,
    adopt: people,
  }),
);

export const whoMay = exact<WhoMay>()(
  z.object({
    name: text,
    mode,
    approvals: z.object({ rules: approvalRules, self: flag, authors: flag, validForMs: count }),
    acceptFrom: people,
    roles,
  }),
);

const environment = { environment: text };

export const ruleChange = exact<RuleChange>()(
  z.discriminatedUnion('kind', [
    z.object({ ...environment, kind: z.enum(['added', 'removed']) }),
    z.object({ ...environment, kind: z.literal('mode'), to: mode }),
    z.object({ ...environment, kind: z.literal('approvals'), from: approvalRules, to: approvalRules }),
    z.object({ ...environment, kind: z.enum(['self', 'authors']), may: flag }),
    z.object({ ...environment, kind: z.literal('validFor'), fromMs: count, toMs: count }),
    z.object({
      ...environment,
      kind: z.literal('people'),
      may: z.enum(['accept', ...ROLES]),
      from: people,
      to: people,
    }),
  ]),
);

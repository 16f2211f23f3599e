import * as z from 'zod';
import type { Check, CheckState } from '../../../domain/checks/checks.ts';

/** Every other one is on its way: `created`, `waiting_for_resource`, `preparing`, `pending`, `running`, `scheduled`, … */
const STATES = new Map<string, CheckState>(
  Object.entries({
    success: 'passed',
    skipped: 'skipped',
    failed: 'failed',
    canceled: 'cancelled',
    canceling: 'cancelled',
    manual: 'manual',
  } as const),
);

/** A page of `GET /projects/:id/repository/commits/:sha/statuses`: jobs, and what others reported. */
export const commitStatuses = z.array(
  z.object({
    id: z.number(),
    name: z.string(),
    status: z.string(),
    target_url: z.string().nullish(),
    description: z.string().nullish(),
    allow_failure: z.boolean().nullish(),
    pipeline_id: z.number().nullish(),
  }),
);

const PIPELINE = /^pipeline (\d+)$/;

/** `pipelineUrl`: the page of a pipeline, for jobs without one. */
export function checksOf(
  statuses: z.infer<typeof commitStatuses>,
  pipelineUrl: (id: number) => string,
): Check[] {
  return statuses.map((status) => {
    const { pipeline_id: pipeline = null } = status;
    const state = STATES.get(status.status) ?? 'pending';
    return {
      name: status.name,
      state: state === 'failed' && status.allow_failure === true ? 'allowedToFail' : state,
      url: status.target_url ?? (pipeline === null ? null : pipelineUrl(pipeline)),
      description: status.description ?? null,
      group: pipeline === null ? 'statuses' : `pipeline ${pipeline}`,
      attempt: status.id,
    };
  });
}

/** null: it has no pipeline. */
export function pipelineOf({ group }: Check): number | null {
  const [, id] = PIPELINE.exec(group) ?? [];
  return id === undefined ? null : Number(id);
}

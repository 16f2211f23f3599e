/** A step of a job. */
export interface Step {
  name: string;
  status: string;
  conclusion: string | null;
}

export interface Job {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  steps: Step[];
  log: string;
  /** What GitHub noted about it. */
  notes: string[];
}

export interface Run {
  id: number;
  workflow: string;
  event: string;
  inputs: Record<string, string>;
  /** What `run-name` made of the inputs. */
  title: string;
  status: string;
  conclusion: string | null;
  /** Counts those who ran it again. */
  attempt: number;
  jobs: Job[];
  cancels: number;
  /** False: lists do not have it yet. */
  listed: boolean;
}

/** A workflow file, as it is on every branch. */
export interface Workflow {
  state: 'active' | 'disabled_manually';
  /** It has the trigger `workflow_dispatch`. */
  dispatch: boolean;
  /** The inputs that it declares. */
  inputs: string[];
  runName: (inputs: Record<string, string>) => string;
  /** Its concurrency group; null: none. */
  group: string | null;
  /** Who must approve runs before they go on; empty: nobody. */
  reviewers: { login?: string; name?: string }[];
}

export const deployWorkflow = (changes: Partial<Workflow> = {}): Workflow => ({
  state: 'active',
  dispatch: true,
  inputs: ['commit', 'slipway'],
  runName: ({ commit = '', slipway = '' }) => `Deploy ${commit.slice(0, 7)} (${slipway})`,
  group: null,
  reviewers: [],
  ...changes,
});

/** Runs, and what happens to them. */
export class Actions {
  readonly workflows = new Map<string, Workflow>([['deploy.yml', deployWorkflow()]]);
  readonly refs = new Set(['main']);
  /** Oldest first. */
  readonly runs: Run[] = [];
  /** True: runs that begin now are not in lists yet. */
  lags = false;
  #ids = 9_000_000_000;

  begin(file: string, inputs: Record<string, string>, event = 'workflow_dispatch'): Run {
    const workflow = this.workflows.get(file) ?? deployWorkflow();
    const others = this.#inGroup(workflow.group);
    for (const other of others) if (other.status === 'pending') this.#replace(other, workflow.group);
    const busy = others.some(({ status }) => status !== 'completed');
    const run: Run = {
      id: this.#ids++,
      workflow: file,
      event,
      inputs,
      title: workflow.runName(inputs),
      status: busy ? 'pending' : workflow.reviewers.length > 0 ? 'waiting' : 'queued',
      conclusion: null,
      attempt: 1,
      jobs: busy ? [] : [this.#job('prepare'), this.#job('deploy')],
      cancels: 0,
      listed: !this.lags,
    };
    this.runs.push(run);
    return run;
  }

  of(key: string): Run[] {
    return this.runs.filter(({ inputs }) => inputs.slipway === key);
  }

  /** `conclusion`: of its job `deploy` too; null: it goes on. */
  become(run: Run, status: string, conclusion: string | null = null): void {
    if (run.status === 'completed' && status !== 'completed') run.attempt++;
    Object.assign(run, { status, conclusion });
    const [prepare, deploy] = run.jobs;
    if (prepare === undefined || deploy === undefined) return;
    const began = status === 'in_progress' || status === 'completed';
    this.#end(prepare, began ? 'success' : null);
    if (status === 'in_progress') {
      const steps = [
        { name: 'Set up job', status: 'completed', conclusion: 'success' },
        { name: 'Apply manifests', status: 'in_progress', conclusion: null },
      ];
      Object.assign(deploy, { status, conclusion, steps });
    } else this.#end(deploy, conclusion);
  }

  #end(job: Job, conclusion: string | null): void {
    const status = conclusion === null ? 'queued' : 'completed';
    const steps = conclusion === null ? [] : [{ name: 'Apply manifests', status, conclusion }];
    Object.assign(job, { status, conclusion, steps });
  }

  #job(name: string): Job {
    return { id: this.#ids++, name, status: 'queued', conclusion: null, steps: [], log: '', notes: [] };
  }

  #inGroup(group: string | null): Run[] {
    if (group === null) return [];
    return this.runs.filter(({ workflow }) => this.workflows.get(workflow)?.group === group);
  }

  /** A newer run took its place before any of its jobs began. */
  #replace(run: Run, group: string | null): void {
    const job = this.#job('deploy');
    job.notes.push(`Canceling since a higher priority waiting request for ${group} exists`);
    this.#end(job, 'cancelled');
    Object.assign(run, { status: 'completed', conclusion: 'cancelled', jobs: [job] });
  }
}

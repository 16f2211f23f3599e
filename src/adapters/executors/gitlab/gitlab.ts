import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { RemoteRun } from '../../../domain/documents/values/remote.ts';
import type { GitLabRun } from '../../../flow/settings/steps.ts';
import type { Cancel, Executor, RemoteAttempt, Seen } from '../../../ports/executor.ts';
import { ForgeError } from '../../../ports/forge.ts';
import { ForgeHttp } from '../../forges/http/http.ts';
import type { ForgeOptions } from '../../forges/http/options.ts';
import { Rest } from '../../forges/http/rest.ts';
import { type FaultTelling, NO_REF, notCancelled, notSeen, notStarted, notThere } from '../forge-faults.ts';
import { tail } from '../said.ts';
import { fillIn, fillInAll, holds, namesIn } from '../words.ts';
import {
  type Job,
  job,
  type Pipeline,
  pipeline,
  seenOf,
  tellingJobs,
  toldBy,
  variables,
} from './pipelines.ts';
import { cancelTodo, readRefusal, startTodo } from './refusals.ts';

/** How many pipelines are looked through for an attempt: the newest. */
const LOOKED_THROUGH = 100;
/** How long all requests of one call may take together, in milliseconds. */
const CALL_MS = 25_000;

/** Pipelines of GitLab. `token`: null: none, with which GitLab starts nothing. */
export function openGitLabExecutor(target: GitLabRun, options: ForgeOptions, token: string | null): Executor {
  return new GitLabExecutor(target, options, token);
}

class GitLabExecutor implements Executor {
  readonly #api: Rest;
  readonly #target: GitLabRun;
  readonly #secrets: readonly string[];
  /** The path of the project in the API. */
  readonly #at: string;
  readonly #plain: FaultTelling;
  /** Pipelines of others, by the attempt that was looked for: the variables of a pipeline do not change. */
  readonly #others = new LRUCache<string, true>({ max: 10 * LOOKED_THROUGH });

  constructor(target: GitLabRun, options: ForgeOptions, token: string | null) {
    const http = new ForgeHttp({ ...options, forge: options.name, readRefusal });
    this.#api = new Rest(http, options.api, token === null ? {} : { 'private-token': token });
    this.#target = target;
    this.#secrets = token === null ? [] : [token];
    this.#at = `/projects/${encodeURIComponent(target.project)}`;
    this.#plain = { todo: () => '', secrets: this.#secrets };
  }

  async start(attempt: RemoteAttempt): Promise<Seen> {
    const { project, inputs, variables } = this.#target;
    const ref = fillIn(this.#target.ref, attempt);
    if (ref === '') return NO_REF;
    const asked = `to start a pipeline of ${project} on ${ref}`;
    const body = {
      ref,
      ...(isEmpty(inputs) ? {} : { inputs: fillInAll(inputs, attempt) }),
      ...(isEmpty(variables)
        ? {}
        : {
            variables: Object.entries(fillInAll(variables, attempt)).map(([key, value]) => ({ key, value })),
          }),
    };
    try {
      const made = await this.#rest().send(asked, 'POST', `${this.#at}/pipeline`, body, pipeline);
      return seenOf(made, [], this.#secrets);
    } catch (error) {
      return notStarted(error, { todo: (why) => startTodo(why, ref), secrets: this.#secrets });
    }
  }

  /** GitLab tells the variables of a pipeline, but not its inputs: they can be found in its name alone. */
  async find(attempt: RemoteAttempt): Promise<Seen> {
    const rest = this.#rest();
    try {
      const newest = await rest.get(
        `for the pipelines of ${this.#target.project}`,
        `${this.#at}/pipelines`,
        z.array(pipeline),
        {
          source: 'api',
          ref: fillIn(this.#target.ref, attempt),
          order_by: 'id',
          sort: 'desc',
          per_page: LOOKED_THROUGH,
        },
      );
      const named = newest.find(({ name }) => holds(name ?? '', attempt.key));
      const found = named ?? (await this.#withVariables(rest, newest, attempt));
      return found === null ? { kind: 'notFound' } : await this.#seen(rest, found);
    } catch (error) {
      return notSeen(error, this.#plain);
    }
  }

  async #withVariables(
    rest: Rest,
    pipelines: readonly Pipeline[],
    attempt: RemoteAttempt,
  ): Promise<Pipeline | null> {
    const own = Object.entries(this.#target.variables).filter(([, text]) =>
      namesIn(text).includes('attempt'),
    );
    if (own.length === 0) return null;
    const wanted = Object.entries(fillInAll(Object.fromEntries(own), attempt));
    for (const one of pipelines) {
      const other = `${one.id} ${attempt.key}`;
      if (this.#others.has(other)) continue;
      const has = await this.#variablesOf(rest, one);
      if (wanted.every(([key, value]) => has.get(key) === value)) return one;
      this.#others.set(other, true);
    }
    return null;
  }

  /** Only whoever started a pipeline may read its variables: what is refused is that of somebody else. */
  async #variablesOf(rest: Rest, { id }: Pipeline): Promise<Map<string, string>> {
    try {
      const read = await rest.get(
        `for the variables of a pipeline of ${this.#target.project}`,
        `${this.#at}/pipelines/${id}/variables`,
        variables,
        { per_page: 100 },
      );
      return new Map(read.map(({ key, value }) => [key, value]));
    } catch (error) {
      if (error instanceof ForgeError && error.fault.kind === 'refused') return new Map();
      throw error;
    }
  }

  async look(_attempt: RemoteAttempt, { id }: RemoteRun): Promise<Seen> {
    const rest = this.#rest();
    try {
      const asked = `for a pipeline of ${this.#target.project}`;
      return await this.#seen(rest, await rest.get(asked, this.#pipelineAt(id), pipeline));
    } catch (error) {
      return await notThere(error, this.#plain, () => rest.look(`for ${this.#target.project}`, this.#at));
    }
  }

  async cancel(_attempt: RemoteAttempt, { id }: RemoteRun): Promise<Cancel> {
    try {
      const asked = `to cancel a pipeline of ${this.#target.project}`;
      await this.#rest().send(asked, 'POST', `${this.#pipelineAt(id)}/cancel`, {}, pipeline);
      return { kind: 'asked' };
    } catch (error) {
      return notCancelled(error, { todo: cancelTodo, secrets: this.#secrets });
    }
  }

  async log(_attempt: RemoteAttempt, { id }: RemoteRun): Promise<string | null> {
    const rest = this.#rest();
    const told = toldBy(await this.#jobs(rest, id, null));
    if (told === undefined) return null;
    try {
      const asked = `for the log of a job of ${this.#target.project}`;
      const { text } = await rest.look(asked, `${this.#at}/jobs/${told.id}/trace`);
      return `job ${told.name}\n${tail(text, this.#secrets)}`;
    } catch (error) {
      if (error instanceof ForgeError) return null;
      throw error;
    }
  }

  async #seen(rest: Rest, pipeline: Pipeline): Promise<Seen> {
    const state = tellingJobs(pipeline);
    return seenOf(
      pipeline,
      state === null ? [] : await this.#jobs(rest, String(pipeline.id), state),
      this.#secrets,
    );
  }

  /** Empty also where GitLab does not say: a pipeline's own state is enough. `state`: null: any. */
  async #jobs(rest: Rest, id: string, state: string | null): Promise<Job[]> {
    try {
      return await rest.get(
        `for the jobs of a pipeline of ${this.#target.project}`,
        `${this.#pipelineAt(id)}/jobs`,
        z.array(job),
        { ...(state === null ? {} : { 'scope[]': state }), per_page: 100 },
      );
    } catch (error) {
      if (error instanceof ForgeError) return [];
      throw error;
    }
  }

  /** The requests of one call. */
  #rest(): Rest {
    return this.#api.until(AbortSignal.timeout(CALL_MS));
  }

  #pipelineAt(id: string): string {
    return `${this.#at}/pipelines/${encodeURIComponent(id)}`;
  }
}

const isEmpty = (texts: Record<string, string>) => Object.keys(texts).length === 0;

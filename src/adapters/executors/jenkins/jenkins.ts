import type { RemoteRun } from '../../../domain/documents/values/remote.ts';
import type { JenkinsRun } from '../../../flow/settings/steps.ts';
import type { Cancel, Executor, RemoteAttempt, Seen } from '../../../ports/executor.ts';
import type { ExecutorOptions } from '../exchange.ts';
import { lastLine, tail } from '../said.ts';
import { fillInAll, namesIn } from '../words.ts';
import { type Fault, type JenkinsCall, JenkinsClient, sentElsewhere } from './client.ts';
import { Consoles } from './console.ts';
import {
  BUILD,
  BUILDS,
  type Build,
  build,
  builds,
  hasOthers,
  hasParameterDefinitions,
  hasParameters,
  ITEM,
  type Item,
  item,
  JOB,
  job,
  outcomeOf,
  QUEUE,
  queue,
  undeclared,
  waitsFor,
} from './documents.ts';

/** What a run is known by: an item of the queue, until it is a build. */
type Place = { kind: 'item'; id: number } | { kind: 'build'; number: number };

/**
 * A job of Jenkins. A build waits in the queue first, as an item, which Jenkins forgets five minutes after the build began. Every
 * address is made from the configured one, whatever Jenkins calls itself.
 */
export function openJenkinsExecutor(target: JenkinsRun, options: ExecutorOptions): Executor {
  return new JenkinsExecutor(target, options);
}

class JenkinsExecutor implements Executor {
  readonly #client: JenkinsClient;
  readonly #parameters: Record<string, string>;
  readonly #consoles: Consoles;

  constructor(target: JenkinsRun, options: ExecutorOptions) {
    this.#client = new JenkinsClient(target, options);
    this.#consoles = new Consoles(this.#client.places);
    this.#parameters = target.parameters;
  }

  async start(attempt: RemoteAttempt): Promise<Seen> {
    const { places } = this.#client;
    const call = this.#client.call();
    const plan = await this.#plan(call);
    if (typeof plan !== 'string') return plan;
    const form = fillInAll(this.#parameters, attempt);
    const url = `${places.job}/${plan}`;
    const heard = await call.post({ url, form, takes: 'Job/Build' });
    if (heard.kind === 'refused') return notRun(heard.reason);
    if (heard.kind === 'unknown') return heard.undone ? notRun(heard.reason) : heard;
    // 303: an item with the same parameters waits already.
    const id = [201, 303].includes(heard.status) ? places.itemAt(heard.location) : null;
    if (id !== null) {
      const seen = await this.#lookAtItem(call, attempt, id);
      return seen.kind === 'unknown' || seen.kind === 'notFound' ? this.#waiting(id, null) : seen;
    }
    const moved = places.movedTo(heard.location, url);
    if (moved !== null)
      return notRun(`${places.host} sends requests on to ${moved}: write the address of the job there`);
    if (heard.status === 302 && places.isOfJob(heard.location))
      return notRun(`${places.host} did not put the build into its queue: one of its plugins objects`);
    if (heard.status >= 300) return unknown(sentElsewhere(url, heard.location).reason);
    return unknown(`${places.host} answered ${heard.status} without the place of the build in its queue`);
  }

  /** How the job is told to build, or why it would not do what it is told. */
  async #plan(call: JenkinsCall): Promise<'build' | 'buildWithParameters' | Seen> {
    const { places } = this.#client;
    const found = await call.read({ url: places.job, tree: JOB, takes: 'Job/Read' }, job);
    if (found.kind === 'refused') return notRun(found.reason);
    // Whatever else it says: starting the build tells more, unless it wants to be left alone.
    if (found.kind === 'unknown') return found.until === null ? 'buildWithParameters' : notRun(found.reason);
    const { buildable, jobs } = found.data;
    if (jobs)
      return notRun(
        `the address ${places.job} is that of a folder or of a project of many branches: name one job in it, such as …/job/main`,
      );
    if (buildable === false)
      return notRun(`the job ${places.job} builds nothing: it is disabled, or its branch is gone`);
    if (buildable !== true) return 'buildWithParameters';
    const missing = undeclared(found.data, Object.keys(this.#parameters));
    // Jenkins fails where a job without parameters is told any way but this.
    if (missing.length === 0) return hasParameterDefinitions(found.data) ? 'buildWithParameters' : 'build';
    const names = missing.join(', ');
    return notRun(
      `the job ${places.job} does not declare the parameters ${names}, so Jenkins would leave them out: declare them there; a pipeline that declares them itself must run once first`,
    );
  }

  async find(attempt: RemoteAttempt): Promise<Seen> {
    const wanted = this.#own(attempt);
    if (Object.keys(wanted).length === 0) return { kind: 'notFound' };
    const call = this.#client.call();
    // In this order: what leaves the queue in the meantime is a build.
    const takes = 'Job/Read';
    const waiting = await call.read({ url: this.#client.places.queue, tree: QUEUE, takes }, queue);
    if (waiting.kind !== 'read') return hidden(waiting);
    const found = waiting.data.items.find(({ actions }) => hasParameters(actions, wanted));
    if (found !== undefined) return await this.#seenItem(call, attempt, found);
    return await this.#findBuild(call, (one) => hasParameters(one.actions, wanted));
  }

  async #findBuild(call: JenkinsCall, isIt: (build: Build) => boolean): Promise<Seen> {
    const begun = await this.#buildOf(call, isIt);
    if (begun.kind !== 'read') return hidden(begun);
    return begun.build === undefined ? { kind: 'notFound' } : await this.#seenBuild(call, begun.build);
  }

  /** Of several it is the oldest: others are repetitions of it, with its parameters. */
  async #buildOf(
    call: JenkinsCall,
    isIt: (build: Build) => boolean,
  ): Promise<{ kind: 'read'; build: Build | undefined } | Fault> {
    const { job } = this.#client.places;
    const recent = await call.read({ url: job, tree: BUILDS, takes: 'Job/Read' }, builds);
    if (recent.kind !== 'read') return recent;
    const own = recent.data.builds.filter(isIt);
    return { kind: 'read', build: own.toSorted((one, other) => one.number - other.number)[0] };
  }

  async look(attempt: RemoteAttempt, run: RemoteRun): Promise<Seen> {
    const call = this.#client.call();
    const place = placeOf(run);
    if (place === null) return unknown(`${run.id} is no build of Jenkins`);
    return place.kind === 'item'
      ? await this.#lookAtItem(call, attempt, place.id)
      : await this.#lookAtBuild(call, attempt, place.number);
  }

  async #lookAtItem(call: JenkinsCall, attempt: RemoteAttempt, id: number): Promise<Seen> {
    const { places } = this.#client;
    const found = await call.read({ url: places.item(id), tree: ITEM, takes: 'Job/Read' }, item);
    if (found.kind === 'read') return await this.#seenItem(call, attempt, found.data);
    if (found.kind === 'unknown' || !found.missing) return hidden(found);
    return await this.#findBuild(call, ({ queueId }) => queueId === id);
  }

  async #lookAtBuild(call: JenkinsCall, attempt: RemoteAttempt, number: number): Promise<Seen> {
    const url = this.#client.places.build(number);
    const found = await call.read({ url, tree: BUILD, takes: 'Job/Read' }, build);
    if (found.kind !== 'read') return await this.#unseen(call, found);
    // A job that was made anew counts its builds from one again.
    if (hasOthers(found.data.actions, this.#own(attempt))) return { kind: 'notFound' };
    return await this.#seenBuild(call, found.data);
  }

  /** To whom the job is hidden, its builds are missing: that is said of a build only where the job can be seen. */
  async #unseen(call: JenkinsCall, fault: Fault): Promise<Seen> {
    if (fault.kind === 'unknown' || !fault.missing) return hidden(fault);
    const of = await call.read({ url: this.#client.places.job, tree: JOB, takes: 'Job/Read' }, job);
    return of.kind === 'read' ? { kind: 'notFound' } : hidden(of);
  }

  async #seenItem(call: JenkinsCall, attempt: RemoteAttempt, found: Item): Promise<Seen> {
    const { host } = this.#client.places;
    const own = this.#own(attempt);
    if (hasOthers(found.actions, own)) {
      const reason = `${host} did not begin a build for this deploy: it counts as item ${found.id} of the queue, which somebody else put there with the same parameters. The job must declare ${Object.keys(own).join(', ')}. See there what becomes of that build`;
      return { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: true } };
    }
    if (found.executable) return await this.#lookAtBuild(call, attempt, found.executable.number);
    if (!found.cancelled) return this.#waiting(found.id, waitsFor(found));
    const outcome = { kind: 'cancelled', says: 'it was taken out of the queue' } as const;
    return { kind: 'ended', run: this.#itemRun(found.id), outcome };
  }

  async #seenBuild(call: JenkinsCall, found: Build): Promise<Seen> {
    const { number, building, result } = found;
    const run: RemoteRun = { id: `build/${number}`, url: `${this.#client.places.build(number)}/` };
    if (building || !result) {
      const text = await this.#consoles.line(call, number);
      const line = text === null ? null : lastLine(text, this.#client.secrets);
      return { kind: 'running', run, waits: null, lastLine: line };
    }
    const outcome = outcomeOf(found);
    if (outcome !== null) return { kind: 'ended', run, outcome };
    return unknown(
      `${this.#client.places.host} says that build #${number} ended in a way that Slipway does not know`,
    );
  }

  async cancel(_attempt: RemoteAttempt, run: RemoteRun): Promise<Cancel> {
    const call = this.#client.call();
    const place = placeOf(run);
    if (place === null) return impossible(`${run.id} is no build of Jenkins`);
    if (place.kind === 'build') return await this.#stop(call, place.number);
    const { places } = this.#client;
    const now = await this.#placeNow(call, place.id);
    if (now.kind === 'unknown') return now;
    if (now.kind === 'refused') return impossible(now.reason);
    if (now.kind === 'build') return await this.#stop(call, now.number);
    if (now.kind === 'cancelled') return { kind: 'asked' };
    const url = `${places.queue}/cancelItem`;
    const heard = await call.post({ url, form: { id: String(place.id) }, takes: 'Job/Cancel' });
    // It left the queue in the meantime.
    if (heard.kind === 'refused' && heard.missing) {
      const after = await this.#placeNow(call, place.id);
      return after.kind === 'build' ? await this.#stop(call, after.number) : impossible(heard.reason);
    }
    return this.#ended(heard, url);
  }

  async #stop(call: JenkinsCall, number: number): Promise<Cancel> {
    const url = `${this.#client.places.build(number)}/stop`;
    return this.#ended(await call.post({ url, takes: 'Job/Cancel' }), url);
  }

  /** Jenkins answers with the page that a browser would go back to. */
  #ended(heard: Awaited<ReturnType<JenkinsCall['post']>>, url: string): Cancel {
    if (heard.kind === 'refused') return impossible(heard.reason);
    if (heard.kind === 'unknown') return heard;
    const { places } = this.#client;
    const isOurs = heard.status < 300 || places.isOfJob(heard.location) || places.isOfQueue(heard.location);
    return isOurs ? { kind: 'asked' } : unknown(sentElsewhere(url, heard.location).reason);
  }

  /** What became of an item of the queue by now. */
  async #placeNow(
    call: JenkinsCall,
    id: number,
  ): Promise<Exclude<Place, { kind: 'item' }> | { kind: 'cancelled' } | { kind: 'waiting' } | Fault> {
    const { places } = this.#client;
    const found = await call.read({ url: places.item(id), tree: ITEM, takes: 'Job/Read' }, item);
    if (found.kind === 'read') {
      const { executable, cancelled } = found.data;
      if (executable) return { kind: 'build', number: executable.number };
      return { kind: cancelled ? 'cancelled' : 'waiting' };
    }
    if (found.kind === 'unknown' || !found.missing) return found;
    const begun = await this.#buildOf(call, ({ queueId }) => queueId === id);
    if (begun.kind !== 'read') return begun;
    return begun.build === undefined ? found : { kind: 'build', number: begun.build.number };
  }

  async log(_attempt: RemoteAttempt, run: RemoteRun): Promise<string | null> {
    const call = this.#client.call();
    const place = placeOf(run);
    const now = place?.kind === 'item' ? await this.#placeNow(call, place.id) : place;
    if (now?.kind !== 'build') return null;
    const text = await this.#consoles.end(call, now.number);
    return text === null ? null : tail(text, this.#client.secrets);
  }

  /** The parameters by which an attempt is known. */
  #own(attempt: RemoteAttempt): Record<string, string> {
    const own = Object.entries(this.#parameters).filter(([, text]) => namesIn(text).includes('attempt'));
    return fillInAll(Object.fromEntries(own), attempt);
  }

  #waiting(id: number, waits: string | null): Seen {
    return { kind: 'running', run: this.#itemRun(id), waits, lastLine: null };
  }

  /** An item has no page of its own. */
  #itemRun(id: number): RemoteRun {
    return { id: `item/${id}`, url: `${this.#client.places.job}/` };
  }
}

function placeOf({ id }: RemoteRun): Place | null {
  const [, kind, number] = /^(item|build)\/(\d+)$/.exec(id) ?? [];
  if (kind === 'item') return { kind, id: Number(number) };
  return kind === 'build' ? { kind, number: Number(number) } : null;
}

function notRun(reason: string): Seen {
  return { kind: 'ended', run: null, outcome: { kind: 'errored', reason, ran: false } };
}

/** What is known of a build whose job could not be asked about it. */
function hidden(fault: Fault): Seen {
  return fault.kind === 'unknown' ? fault : unknown(fault.reason);
}

function unknown(reason: string): { kind: 'unknown'; reason: string; until: null } {
  return { kind: 'unknown', reason, until: null };
}

function impossible(reason: string): Cancel {
  return { kind: 'impossible', reason };
}

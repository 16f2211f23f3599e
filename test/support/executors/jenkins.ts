import { openJenkinsExecutor } from '../../../src/adapters/executors/jenkins/jenkins.ts';
import type { JenkinsRun } from '../../../src/flow/settings/steps.ts';
import { type Call, type Reply, routed, serve } from '../forges/server.ts';
import type { ExecutorWorld, RunState } from './world.ts';

const USER = 'slipway';
const TOKEN = '11S3CRETf00';
/** The path that this Jenkins has, and the job in it. */
const ROOT = '/jenkins';
const JOB = '/job/apps/job/deploy';

export interface StoodBuild {
  number: number;
  queueId: number;
  parameters: Record<string, string>;
  building: boolean;
  result: string | null;
  /** Who ended it. */
  interruptedBy: string | null;
  stops: number;
}

export interface StoodItem {
  id: number;
  parameters: Record<string, string>;
  why: string | null;
  blocked: boolean;
  buildable: boolean;
  cancelled: boolean;
  build: StoodBuild | null;
  /** Jenkins has forgotten it. */
  forgotten: boolean;
  cancels: number;
}

export interface JenkinsWorld extends ExecutorWorld {
  items: StoodItem[];
  /** Oldest first. */
  builds: StoodBuild[];
  /** How the job is configured, and what the user may do. */
  job: {
    declares: string[];
    buildable: boolean;
    folder: boolean;
    /** A plugin keeps builds out of the queue. */
    vetoed: boolean;
    permissions: string[];
  };
  /** How Jenkins answers: before 2.308 it did not say when a build was folded. What it leaves out of what it is told. What it calls itself. */
  ways: { saysFolded: boolean; leavesOut: string[]; calls: string; forgetsSizes: boolean };
  /** Somebody puts a build into the queue. */
  enqueue(parameters: Record<string, string>): StoodItem;
  /** An item becomes a build. */
  begin(item: StoodItem): StoodBuild;
  target: JenkinsRun;
}

const page = (status: number, text: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'x-jenkins': '2.516', ...headers },
  text: `<html><body>${text}</body></html>`,
  type: 'text/html;charset=utf-8',
});

/**
 * One job of a Jenkins, from its source (hudson.model: Queue, ParametersDefinitionProperty, Run; jenkins.model:
 * ParameterizedJobMixIn; kohsuke.stapler.framework.io: LargeText).
 */
export async function jenkinsWorld(target: Partial<JenkinsRun> = {}): Promise<JenkinsWorld> {
  const items: StoodItem[] = [];
  const builds: StoodBuild[] = [];
  const logs = new Map<string, string>();
  const job: JenkinsWorld['job'] = {
    declares: ['COMMIT', 'REF', 'SLIPWAY'],
    buildable: true,
    folder: false,
    vetoed: false,
    permissions: ['Read', 'Build', 'Cancel'],
  };
  let ids = 70;

  function enqueue(parameters: Record<string, string>): StoodItem {
    const item: StoodItem = {
      id: ids++,
      parameters,
      why: 'In the quiet period. Expires in 4.9 sec',
      blocked: false,
      buildable: false,
      cancelled: false,
      build: null,
      forgotten: false,
      cancels: 0,
    };
    items.push(item);
    return item;
  }

  function begin(item: StoodItem): StoodBuild {
    if (item.build !== null) return item.build;
    const build: StoodBuild = {
      number: builds.length + 1,
      queueId: item.id,
      parameters: item.parameters,
      building: true,
      result: null,
      interruptedBy: null,
      stops: 0,
    };
    builds.push(build);
    Object.assign(item, { build, why: null });
    return build;
  }

  const parametersOf = (parameters: Record<string, string>) => ({
    _class: 'hudson.model.ParametersAction',
    parameters: Object.entries(parameters).map(([name, value]) => ({
      _class: 'hudson.model.StringParameterValue',
      name,
      value,
    })),
  });
  const started = {
    _class: 'hudson.model.CauseAction',
    causes: [{ _class: 'hudson.model.Cause$UserIdCause', shortDescription: 'Started by user slipway' }],
  };
  const shownItem = (item: StoodItem) => ({
    _class: item.build === null ? 'hudson.model.Queue$WaitingItem' : 'hudson.model.Queue$LeftItem',
    actions: [parametersOf(item.parameters), started, {}],
    id: item.id,
    why: item.why,
    blocked: item.blocked,
    buildable: item.buildable,
    ...(item.build === null && !item.cancelled
      ? {}
      : {
          cancelled: item.cancelled,
          executable: item.build && {
            number: item.build.number,
            url: `${ways.calls}${JOB}/${item.build.number}/`,
          },
        }),
  });
  const shownBuild = ({ number, queueId, parameters, building, result, interruptedBy }: StoodBuild) => ({
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowRun',
    actions: [
      parametersOf(parameters),
      started,
      {},
      ...(interruptedBy === null
        ? []
        : [
            {
              _class: 'jenkins.model.InterruptedBuildAction',
              causes: [{ shortDescription: `Aborted by ${interruptedBy}` }],
            },
          ]),
    ],
    number,
    queueId,
    building,
    result,
  });
  const isWaiting = ({ build, cancelled }: StoodItem) => build === null && !cancelled;
  const notFound = page(404, 'Not Found');
  const may = (permission: string, answer: () => Reply): Reply =>
    job.permissions.includes(permission)
      ? answer()
      : page(403, `${USER} is missing the Job/${permission} permission`, {
          'x-required-permission': `hudson.model.Item.${permission}`,
        });

  function start(call: Call): Reply {
    if (!job.buildable) return page(409, 'deploy is not buildable!');
    if (job.declares.length === 0) return page(500, 'Oops! A problem occurred while processing the request.');
    if (job.vetoed) return { status: 302, headers: { location: `${ways.calls}${JOB}/` } };
    const form = new URLSearchParams(call.text);
    const declared = job.declares.filter((name) => !ways.leavesOut.includes(name));
    const parameters = Object.fromEntries(declared.map((name) => [name, form.get(name) ?? '']));
    const same = items.find(
      (item) => isWaiting(item) && JSON.stringify(item.parameters) === JSON.stringify(parameters),
    );
    const { id } = same ?? enqueue(parameters);
    const status = same !== undefined && ways.saysFolded ? 303 : 201;
    return { status, headers: { location: `${ways.calls}/queue/item/${id}/` } };
  }

  function cancelItem(call: Call): Reply {
    const item = items.find(({ id }) => String(id) === new URLSearchParams(call.text).get('id'));
    if (item === undefined || item.forgotten) return page(404, 'Provided id not found');
    if (!job.permissions.includes('Cancel')) return page(422, 'Item is not cancellable');
    if (!isWaiting(item)) return page(500, 'Could not cancel run');
    item.cancels++;
    item.cancelled = true;
    return { status: 204 };
  }

  function console({ query }: Call, build: StoodBuild): Reply {
    const text = Buffer.from(logs.get(build.parameters.SLIPWAY ?? '') ?? 'Started by user slipway\n');
    const start = Number(query.get('start') ?? 0);
    // A console that is shorter than that was begun anew.
    const from = start > text.length ? 0 : start;
    return {
      status: 200,
      headers: ways.forgetsSizes ? {} : { 'x-text-size': String(text.length) },
      text: text.subarray(from).toString(),
    };
  }

  function handle(call: Call): Reply {
    const login = Buffer.from(`${USER}:${TOKEN}`).toString('base64');
    if (call.headers.authorization !== `Basic ${login}`) return page(401, 'Invalid password/token');
    if (!job.permissions.includes('Read')) return notFound;
    const withBuild =
      (answer: (build: StoodBuild) => Reply) =>
      ({ number }: Record<string, string>): Reply => {
        const found = builds.find((one) => String(one.number) === number);
        return found === undefined ? notFound : answer(found);
      };
    const at = `${ROOT}${JOB}`;
    return routed(
      { ...call, method: call.method === 'HEAD' ? 'GET' : call.method },
      {
        [`GET ${at}/api/json`]: () => ({
          status: 200,
          body: call.query.get('tree')?.startsWith('builds')
            ? { builds: builds.toReversed().map(shownBuild) }
            : job.folder
              ? { _class: 'com.cloudbees.hudson.plugins.folder.Folder', jobs: [{ name: 'deploy' }] }
              : {
                  buildable: job.buildable,
                  property: [
                    {},
                    { parameterDefinitions: job.declares.map((name) => ({ name, type: 'String' })) },
                  ],
                },
        }),
        [`POST ${at}/buildWithParameters`]: () => may('Build', () => start(call)),
        [`POST ${at}/build`]: () =>
          may('Build', () =>
            job.declares.length > 0
              ? page(400, 'Nothing is submitted')
              : { status: 201, headers: { location: `${ways.calls}/queue/item/${enqueue({}).id}/` } },
          ),
        [`GET ${ROOT}/queue/api/json`]: () => ({
          status: 200,
          body: { items: items.filter(isWaiting).toReversed().map(shownItem) },
        }),
        [`GET ${ROOT}/queue/item/:item/api/json`]: ({ item }) => {
          const found = items.find(({ id, forgotten }) => String(id) === item && !forgotten);
          return found === undefined ? notFound : { status: 200, body: shownItem(found) };
        },
        [`POST ${ROOT}/queue/cancelItem`]: () => cancelItem(call),
        [`GET ${at}/:number/api/json`]: withBuild((build) => ({ status: 200, body: shownBuild(build) })),
        [`POST ${at}/:number/stop`]: withBuild((build) =>
          may('Cancel', () => {
            build.stops++;
            return { status: 302, headers: { location: `${ways.calls}${JOB}/${build.number}/` } };
          }),
        ),
        [`GET ${at}/:number/logText/progressiveText`]: withBuild((build) => console(call, build)),
      },
      notFound,
    );
  }

  const server = await serve(handle, { etags: false });
  const ways: JenkinsWorld['ways'] = {
    saysFolded: true,
    leavesOut: [],
    calls: 'http://ci.internal.test:8080/jenkins',
    forgetsSizes: false,
  };
  const run: JenkinsRun = {
    system: 'jenkins',
    user: USER,
    token: TOKEN,
    parameters: { COMMIT: '{commit}', REF: '{ref}', SLIPWAY: '{attempt}' },
    ...target,
    job: `${server.origin}${target.job ?? `${ROOT}${JOB}`}`,
  };
  const itemsOf = (key: string) => items.filter(({ parameters }) => parameters.SLIPWAY === key);

  function become(item: StoodItem, state: RunState): void {
    if (state === 'queued') return;
    if (item.cancelled) return;
    const build = begin(item);
    const results = { running: null, succeeded: 'SUCCESS', failed: 'FAILURE', cancelled: 'ABORTED' };
    build.result = results[state];
    build.building = build.result === null;
  }

  return {
    server,
    items,
    builds,
    job,
    ways,
    enqueue,
    begin,
    target: run,
    secrets: [TOKEN, Buffer.from(`${USER}:${TOKEN}`).toString('base64')],
    open: async (options) => openJenkinsExecutor(run, options),
    starts: (key) => itemsOf(key).length,
    become(key, state) {
      for (const item of itemsOf(key)) become(item, state);
    },
    cancels: (key) =>
      itemsOf(key).reduce((sum, { cancels, build }) => sum + cancels + (build?.stops ?? 0), 0),
    print: (key, text) => logs.set(key, text),
    close: () => server.close(),
  };
}

import { randomUUID } from 'node:crypto';
import { openRecords } from '../../../src/app/records.ts';
import {
  type Environment,
  newEnvironment,
  type Reference,
} from '../../../src/domain/documents/environment.ts';
import type { CommitRecord } from '../../../src/domain/documents/records.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { writeRecord } from '../../../src/flow/records/write-record.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { Store } from '../../../src/ports/store.ts';
import { released } from '../../contract/samples.ts';
import type { TemporaryRepository } from '../../support/repositories/git.ts';
import type { Stage } from '../support.ts';

/** An environment of `shop` of its own, with its releases as a test makes them, and the repository in which it is recorded. */
export class Scene {
  readonly #stage: Stage;
  readonly #repository: TemporaryRepository;
  readonly name: string;
  readonly id: string;
  #environment: Environment;

  constructor(stage: Stage, repository: TemporaryRepository, name: string) {
    this.#stage = stage;
    this.#repository = repository;
    this.name = name;
    this.id = environmentId('shop', name);
    this.#environment = newEnvironment('shop', name);
    const { environments } = stage.services.settings.products[0]!;
    const [first] = environments;
    environments.push({ ...first, policy: { ...first.policy, name } });
  }

  /** A process of its own. `store`: what it sees of the store. */
  process(store: (real: Store) => Store = (real) => real): Services {
    const { services } = this.#stage;
    const { settings, dataDirectory, forge } = services;
    return {
      ...services,
      worker: randomUUID(),
      store: store(services.store),
      records: openRecords(settings, { dataDirectory, forge, now: Date.now }),
    };
  }

  /** Release `deployed` brought what runs now, and release `accepted` what was last accepted. */
  async has(deployed: number, accepted: number | null = null, change: Partial<Release> = {}): Promise<void> {
    const { services } = this.#stage;
    const { release } = released(environmentId('shop', this.name), deployed, 1);
    const { open, revision } = this.#environment;
    this.#environment = {
      ...this.#environment,
      revision: revision + 1,
      open: [
        ...open.filter(({ number }) => number !== deployed),
        { ...release, sha: shaOf(deployed), card: `${this.id}#${deployed}`, ...change },
      ],
      deployed: reference(deployed),
      accepted: accepted === null ? null : reference(accepted),
    };
    await services.store.save('environments', this.#environment);
    const command = { type: 'keepRecord', product: 'shop', id: randomUUID(), actor: ROBOT } as const;
    await apply(services, 'records', this.id, command);
  }

  write(services: Services = this.process()): Promise<void> {
    return writeRecord(services, this.id);
  }

  /** Waits until it may be written again, and writes. */
  async writeLater(): Promise<void> {
    const { wakeAt } = await this.record();
    const { clock } = this.#stage.services;
    if (wakeAt !== null) this.#stage.clock.aheadMs += Math.max(0, wakeAt - clock.leaseNow());
    await this.write();
  }

  async record(): Promise<CommitRecord> {
    const record = await this.#stage.services.store.load('records', this.id);
    if (!record) throw new Error('nothing is to be written');
    return record;
  }

  /** The file as the repository has it. */
  file(path = `shop/${this.name}.json`): Record<string, unknown> {
    return JSON.parse(this.git('show', `main:${path}`));
  }

  /** Subjects of the commits that changed the file, newest first. */
  subjects(): string[] {
    const log = this.git('log', '--format=%s', 'main', '--', `shop/${this.name}.json`);
    return log.split('\n').map((subject) => subject.replace(`${this.id}: `, ''));
  }

  /** Somebody else pushes to the repository of records. */
  others(files: Record<string, string>): void {
    const { git, commit } = this.#repository;
    git('fetch', '--quiet', 'origin', 'main');
    git('reset', '--quiet', '--hard', 'FETCH_HEAD');
    commit(files, 'by hand');
    git('push', '--quiet', 'origin', 'HEAD:main');
  }

  git(...args: string[]): string {
    return this.#repository.git('--git-dir', this.#repository.url, ...args);
  }
}

export const shaOf = (release: number) => String(release).repeat(40).slice(0, 40);

const reference = (release: number): Reference => ({
  sha: shaOf(release),
  ref: 'main',
  release,
  at: Date.UTC(2026, 0, release),
  by: { kind: 'person', id: 'U1', name: 'Ada', member: true },
});

/** What the file says of a release. */
export const entry = (environment: string, release: number) => ({
  commit: shaOf(release),
  ref: 'main',
  release: `${environment}#${release}`,
  at: new Date(Date.UTC(2026, 0, release)).toISOString(),
  by: 'Ada',
});

/** The store, with something that happens when an environment is read for this time. */
export function whenRead(time: number, act: () => Promise<void>): (real: Store) => Store {
  let reads = 0;
  return (real) =>
    new Proxy(real, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        if (key !== 'load') return member.bind(target);
        const load: Store['load'] = async (kind, id) => {
          const loaded = await target.load(kind, id);
          if (kind === 'environments') {
            reads += 1;
            if (reads === time) await act();
          }
          return loaded;
        };
        return load;
      },
    });
}

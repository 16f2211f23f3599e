import { randomUUID } from 'node:crypto';
import { openForges } from '../../../src/app/forges.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { ReportsCommand } from '../../../src/domain/documents/commands/reports.ts';
import { type Environment, newEnvironment } from '../../../src/domain/documents/environment.ts';
import type { Reports } from '../../../src/domain/documents/reports.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import type { ReportUse } from '../../../src/domain/documents/values/report.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { tellForge } from '../../../src/flow/reports/tell-forge.ts';
import type { ChatServices } from '../../../src/flow/services/services.ts';
import { Troubles } from '../../../src/flow/services/troubles.ts';
import { released } from '../../contract/samples.ts';
import { type ForgeWorld, PROJECT } from '../../support/forges/world.ts';
import { openChat, openStage, type Stage } from '../support.ts';

export const DEPLOYING = { status: 'deploying', deployedAt: null, end: null } as const;

/** Where scenes play: each with an environment of its own. */
export interface ReportStage {
  clock: Stage['clock'];
  /** `report`: absent, everything. */
  scene(world: ForgeWorld, report?: ReportUse[]): Scene;
  close(): Promise<void>;
}

export async function openReportStage(): Promise<ReportStage> {
  const stage = await openStage({ deploy: 'true' });
  const chat = await openChat();
  let environments = 0;
  return {
    clock: stage.clock,
    scene(world, report = ['statuses', 'deployments']) {
      environments += 1;
      return new Scene({ stage, chat, name: `e${environments}` }, world, report);
    },
    async close() {
      await chat.sandbox.close();
      await stage.close();
    },
  };
}

interface ScenePlace {
  stage: Stage;
  chat: Awaited<ReturnType<typeof openChat>>;
  name: string;
}

/** An environment of `shop` at this forge, with its releases as a test makes them. */
export class Scene {
  readonly #stage: Stage;
  readonly id: string;
  readonly name: string;
  readonly services: ChatServices;
  #environment: Environment;

  constructor({ stage, chat, name }: ScenePlace, world: ForgeWorld, report: ReportUse[]) {
    this.#stage = stage;
    this.name = name;
    this.id = environmentId('shop', this.name);
    this.#environment = newEnvironment('shop', this.name);
    const [shop] = stage.services.settings.products;
    const { name: at, kind } = world.settings;
    const settings = {
      products: [{ ...shop!, forge: { name: at, kind, project: PROJECT } }],
      forges: [{ ...world.settings, report }],
    };
    this.services = chat.chat({
      ...stage.services,
      settings,
      forge: openForges({ settings, now: stage.services.now, timeoutMs: 2_000 }),
      troubles: new Troubles(stage.services.now, stage.services.log),
    });
  }

  /** Another process of the same kind. */
  process(change: Partial<ChatServices> = {}): ChatServices {
    return { ...this.services, worker: randomUUID(), ...change };
  }

  /** Release `number` is now like this, and has something to say. `isReported`: the environment sends that. */
  async has(number: number, change: Partial<Release> = {}, runs = true, isReported = true): Promise<void> {
    const { release } = released(environmentId('shop', this.name), number, 1);
    const next = { ...release, card: `${this.id}#${number}`, ...change };
    const { open, deployed } = this.#environment;
    this.#environment = {
      ...this.#environment,
      revision: this.#environment.revision + 1,
      open: [...open.filter((each) => each.number !== number), next],
      deployed: runs ? { sha: next.sha, ref: null, release: number, at: 0, by: ROBOT } : deployed,
    };
    await this.services.store.save('environments', this.#environment);
    if (isReported) await this.send({ type: 'tellForge', product: 'shop', release: number });
  }

  async send(command: Unsent<ReportsCommand>): Promise<void> {
    await apply(this.services, 'reports', this.id, { ...command, id: randomUUID(), actor: ROBOT });
  }

  async reports(): Promise<Reports> {
    const reports = await this.services.store.load('reports', this.id);
    if (!reports) throw new Error('nothing is to be told');
    return reports;
  }

  tell(services: ChatServices = this.services): Promise<void> {
    return tellForge(services, this.id);
  }

  /** Waits until it may be told again, and tells. */
  async tellLater(): Promise<void> {
    const { wakeAt } = await this.reports();
    if (wakeAt !== null) this.#stage.clock.aheadMs += Math.max(0, wakeAt - this.services.clock.leaseNow());
    await this.tell();
  }
}

import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '../../src/adapters/store/mongo/open.ts';
import { startEmbedded } from '../../src/adapters/store/pglite/embedded.ts';
import type { ServiceUrls } from '../../src/app/configuration/environment.ts';
import { workingModal } from '../../src/chat/dialogs/frame.ts';
import { defaultRoles } from '../../src/domain/approvals/approvals.ts';
import type { ApprovalPolicy, EnvironmentPolicy } from '../../src/domain/approvals/policy.ts';
import type { Roles } from '../../src/domain/people/people.ts';
import type { FreezeWindow } from '../../src/domain/time/freeze.ts';
import type { EnvironmentSettings, ProductSettings } from '../../src/flow/settings/settings.ts';
import type { Store } from '../../src/ports/store.ts';
import { appOf } from '../../src/sandbox/manifest.ts';
import type { Which } from '../../src/sandbox/members/elements.ts';
import type { SandboxAnswer, SandboxValues } from '../../src/sandbox/protocol.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import type { AppInstallation } from '../../src/sandbox/workspace/types.ts';
import { type TemporaryRepository, temporaryRepository } from './repositories/git.ts';
import { dataDirectory } from './services/services.ts';
import { mongoUrl, redisUrl, type Tier } from './services/tiers.ts';
import { until } from './until.ts';

export const SIGNING_SECRET = 'test-signing-secret';
export const BOT_TOKEN = 'xoxb-test';
export const APP_TOKEN = 'xapp-test';
export const WEBHOOK_SECRET = 'test-webhook-secret';
export const CHANNEL = '#shop-releases';

export const ADA = 'U0ADA';
export const LIN = 'U0LIN';
export const MO = 'U0MO';
export const EVE = 'U0EVE';
export const GUEST = 'U0GUEST';

/** Slack's requests go over connections that the bot opens. */
export const OVER_SOCKETS = {
  socketMode: { appToken: APP_TOKEN },
} as const satisfies Partial<SandboxOptions>;

/** Slack's requests go to the bot's endpoint, in every run: for what is about that endpoint. */
export const OVER_HTTP = { socketMode: null } as const satisfies Partial<SandboxOptions>;

/** How Slack's requests get to bots: `TRANSPORT=socket` has all stories told over Socket Mode. Absent: HTTP. */
const TRANSPORT: Partial<SandboxOptions> = process.env.TRANSPORT === 'socket' ? OVER_SOCKETS : OVER_HTTP;

/** Everything around a bot: a Slack workspace, a repository, a data directory and a ledger of deploys. */
export interface World {
  tier: Tier;
  /** null: the embedded tier. */
  services: ServiceUrls | null;
  /**
   * Limit for the slowest steps, in milliseconds. Longer on the services tier, where a dead worker is noticed only
   * when its lease ends.
   */
  patienceMs: number;
  sandbox: Sandbox;
  repository: TemporaryRepository;
  /** The bot's data directory. */
  dataDirectory: string;
  /** Directory for files that commands and tests write. Commands cannot see the bot's data directory. */
  scratch: string;
  /** The lines that deploy commands wrote, each `environment sha`. */
  ledger(): Promise<string[]>;
  ledgerFile: string;
  close(): Promise<void>;
}

/**
 * `own`: addresses instead of the run's services. `slack`: options for the world's Slack workspace; with `OVER_SOCKETS`
 * or `OVER_HTTP` its transport is the same in every run.
 */
export async function openWorld(
  tier: Tier = 'embedded',
  own?: ServiceUrls,
  slack: Partial<SandboxOptions> = {},
): Promise<World> {
  const { directory, remove } = await (tier === 'embedded' ? dataDirectory() : emptyDirectory());
  const repository = temporaryRepository();
  const { directory: scratch, remove: removeScratch } = await emptyDirectory();
  const ledgerFile = join(scratch, 'ledger');
  await writeFile(ledgerFile, '');
  const sandbox = await startSandbox({
    requestUrl: null,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    channels: [CHANNEL],
    app: installedApp(),
    people: [
      { id: ADA, name: 'Ada' },
      { id: LIN, name: 'Lin', timezone: 'Asia/Tokyo' },
      { id: MO, name: 'Mo' },
      { id: EVE, name: 'Eve' },
      { id: GUEST, name: 'Gus', isRestricted: true },
    ],
    ...TRANSPORT,
    ...slack,
  });
  return {
    tier,
    services: tier === 'embedded' ? null : (own ?? { mongodb: mongoUrl(), redis: redisUrl() }),
    patienceMs: tier === 'embedded' ? 30_000 : 45_000,
    sandbox,
    repository,
    dataDirectory: directory,
    scratch,
    ledgerFile,
    ledger: async () => (await readFile(ledgerFile, 'utf8')).split('\n').filter((line) => line !== ''),
    async close() {
      await sandbox.close();
      repository.cleanup();
      await remove();
      await removeScratch();
    },
  };
}

/** What the checked-in manifest gives the app. */
function installedApp(): AppInstallation {
  return appOf(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8'));
}

/** Opens the store of a world. Its bot must not be running. */
export async function openStore(world: World): Promise<{ store: Store; close(): Promise<void> }> {
  const { services, dataDirectory: directory } = world;
  return services ? openMongo(services.mongodb, { dataDirectory: directory }) : startEmbedded(directory);
}

async function emptyDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) };
}

/** A freeze that is always in effect. */
export const ALWAYS_FROZEN = {
  kind: 'dated',
  from: '2020-01-01T00:00',
  to: '2100-01-01T00:00',
  timezone: 'UTC',
  reason: 'Audit',
} as const satisfies FreezeWindow;

type Mode = EnvironmentPolicy['mode'];

/**
 * A product with these environments, lowest first. Deploys append to the ledger. A build is one command unless `build` names a
 * second one for its tests, and nothing is verified unless that is said: each command costs several processes.
 */
export function productOf(
  world: World,
  environments: {
    name: string;
    mode: Mode;
    deploy?: string;
    verify?: string | null;
    idempotent?: boolean;
    /** Who may approve, accept and so on. Absent: one other member approves, and all roles have their defaults. */
    people?: Partial<ApprovalPolicy> & { roles?: Partial<Roles>; acceptFrom?: string[] };
    /** Replaces parts of the policy. */
    policy?: Partial<EnvironmentPolicy>;
  }[],
  build: Partial<ProductSettings['build']> = {},
): ProductSettings {
  const [lowest, ...others] = environments.map((environment, index): EnvironmentSettings => {
    const above = environments[index + 1];
    const { name, mode, idempotent = false } = environment;
    const { verify = null } = environment;
    const { roles, acceptFrom = null, ...approvals } = environment.people ?? {};
    const { rules = mode === 'approval' ? [{ required: 1, from: null }] : [] } = approvals;
    const deploy = environment.deploy ?? `echo "$SLIPWAY_ENVIRONMENT $SLIPWAY_COMMIT" >> "$LEDGER"`;
    return {
      policy: {
        product: 'shop',
        name,
        mode,
        below: environments[index - 1]?.name ?? null,
        above: above ? { name: above.name, mode: above.mode } : null,
        approvals: { self: false, authors: true, validForMs: 3_600_000, ...approvals, rules },
        acceptFrom,
        roles: { ...defaultRoles(rules), ...roles },
        soakMs: 0,
        freeze: [],
        startApproved: false,
        retired: false,
        verify: verify !== null,
        idempotent,
        url: null,
        ...environment.policy,
      },
      deploy: { run: deploy, timeoutMs: 60_000 },
      verify: verify === null ? null : { run: verify, timeoutMs: 60_000 },
    };
  });
  if (!lowest) throw new TypeError('a product has at least one environment');
  return {
    name: 'shop',
    repository: world.repository.url,
    branch: 'main',
    channel: CHANNEL,
    webhookSecret: WEBHOOK_SECRET,
    env: { LEDGER: world.ledgerFile },
    secrets: [],
    build: { run: 'true', test: null, timeoutMs: 60_000, ...build },
    environments: [lowest, ...others],
    commitUrl: null,
    compareUrl: null,
  };
}

/** What differs from a normal push event. */
export interface PushChange {
  secret?: string;
  delivery?: string;
  body?: string;
  event?: string;
  ref?: string;
  deleted?: boolean;
  /** Name of a header to leave out of the request. */
  without?: string;
}

/** Sends a push event like GitHub, signed with the product's secret unless `change` says otherwise. */
export async function sendPush(
  botUrl: string,
  world: World,
  sha: string,
  change: PushChange = {},
): Promise<Response> {
  const body =
    change.body ??
    JSON.stringify({
      ref: change.ref ?? 'refs/heads/main',
      after: sha,
      deleted: change.deleted ?? false,
      repository: { clone_url: world.repository.url },
      pusher: { name: 'Lin' },
    });
  const digest = createHmac('sha256', change.secret ?? WEBHOOK_SECRET)
    .update(body)
    .digest('hex');
  const headers = new Headers({
    'content-type': 'application/json',
    'x-github-event': change.event ?? 'push',
    'x-github-delivery': change.delivery ?? randomUUID(),
    'x-hub-signature-256': `sha256=${digest}`,
  });
  if (change.without !== undefined) headers.delete(change.without);
  return fetch(`${botUrl}/hooks/github`, { method: 'POST', headers, body });
}

/** All texts of a message as one string. */
export function wordsOf(message: { text: string; blocks: unknown[] }): string {
  return [message.text, ...textsIn(message.blocks)].join('\n');
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  // The pieces of one line are joined.
  if ('type' in value && value.type === 'rich_text_section')
    return [Object.values(value).flatMap(textsIn).join('')];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string' ? [item] : textsIn(item),
  );
}

/** Labels of a message's buttons, in order. */
export function buttonsOf(message: { blocks: unknown[] }): string[] {
  return message.blocks.flatMap((block) => {
    const { type, elements } = block as { type?: string; elements?: { text?: { text?: string } }[] };
    return type === 'actions' ? (elements ?? []).map((element) => element.text?.text ?? '') : [];
  });
}

/** Waits for a card in the channel that contains all these texts, and returns the newest. */
export async function card(world: World, ...says: string[]) {
  const cards = () => world.sandbox.messages(CHANNEL).filter((message) => message.threadTs === null);
  return until(
    () =>
      `a card that says ${says.join(' and ')}; there are:\n${cards().slice(-4).map(wordsOf).join('\n\n')}`,
    () => cards().findLast((message) => says.every((words) => wordsOf(message).includes(words))),
    world.patienceMs,
  );
}

/** Types `/release …` and waits for the answer that only this person sees. */
export async function typed(world: World, person: string, text: string): Promise<string> {
  return answerTo(world, person, () => world.sandbox.command(person, CHANNEL, `/release ${text}`));
}

/** Clicks a button and waits for the answer that only this person sees. */
export async function clicked(world: World, person: string, ts: string, label: string): Promise<string> {
  return answerTo(world, person, () => world.sandbox.click(person, ts, { text: label }));
}

/** The next message for this person alone after `act`. */
async function answerTo(world: World, person: string, act: () => Promise<SandboxAnswer>): Promise<string> {
  const before = world.sandbox.ephemerals(person).length;
  const taken = await act();
  if (!taken.ok) throw new Error(taken.error);
  return wordsOf(await until(`${person} is answered`, () => world.sandbox.ephemerals(person)[before]));
}

/** Commits and pushes, and sends the webhook. */
export async function push(
  world: World,
  botUrl: string,
  text: string,
): Promise<{ sha: string; short: string }> {
  const sha = world.repository.commit({ 'app.txt': text }, text);
  world.repository.push();
  const answer = await sendPush(botUrl, world, sha);
  if (!answer.ok) throw new Error(`the webhook was answered with ${answer.status}: ${await answer.text()}`);
  return { sha, short: sha.slice(0, 7) };
}

/** The modal that this person has open, once it can be submitted. */
export async function dialog(world: World, person: string): Promise<{ id: string; words: string }> {
  const { id, view } = await until(`a dialog for ${person}`, () =>
    world.sandbox.views(person).findLast((open) => open.view.submit !== undefined),
  );
  return { id, words: textsIn(view).join('\n') };
}

/** Types `/release …` and waits for the dialog that it opens. */
export async function opens(
  world: World,
  person: string,
  text: string,
): Promise<{ id: string; words: string }> {
  const before = new Set(world.sandbox.views(person).map(({ id }) => id));
  const taken = await world.sandbox.command(person, CHANNEL, `/release ${text}`);
  if (!taken.ok) throw new Error(taken.error);
  await until(`/release ${text} opens a dialog`, () =>
    world.sandbox.views(person).some(({ id, view }) => !before.has(id) && view.submit !== undefined),
  );
  return dialog(world, person);
}

/** The words of the dialog that `/release …` opens, which is closed again. */
export async function glimpse(world: World, person: string, text: string): Promise<string> {
  const { words } = await opens(world, person, text);
  closeDialogs(world, person);
  return words;
}

/** Closes what is open in front of the person. */
export function closeDialogs(world: World, person: string): void {
  for (const open of [...world.sandbox.views(person)]) world.sandbox.workspace.modals.close(open);
}

const WORKING = textsIn(workingModal({}).blocks);

/** True: the dialog says that its work takes longer. */
function isWorking(view: unknown): boolean {
  const texts = textsIn(view);
  return WORKING.every((text) => texts.includes(text));
}

/** Submits a dialog that stays open and shows something else then: its words. */
export async function submitted(
  world: World,
  person: string,
  id: string,
  values: Record<string, Record<string, string>>,
): Promise<string> {
  const sent = await world.sandbox.submit(person, id, values);
  if (!sent.ok) throw new Error(sent.error);
  const { view } = await until('the dialog says what came of it', () =>
    world.sandbox
      .views(person)
      .find(({ id: shown, view }) => shown === id && view.submit === undefined && !isWorking(view)),
  );
  return textsIn(view).join('\n');
}

/** The metadata of all posts, as text. A card or reply that was posted twice appears twice. */
export function marksOf(world: World): string[] {
  return world.sandbox.messages(CHANNEL).map((message) => JSON.stringify(message.metadata));
}

/** Waits for a message that only this person sees and that contains this text, and returns the newest. */
export async function toldOnly(world: World, person: string, says: string) {
  return until(`${person} is told: ${says}`, () =>
    world.sandbox.ephemerals(person).findLast((message) => wordsOf(message).includes(says)),
  );
}

function taken<T extends { ok: true } | { ok: false; error: string }>(answer: T): T & { ok: true } {
  if (!answer.ok) throw new Error(answer.error);
  return answer as T & { ok: true };
}

/** The person's Home tab, once it says all these texts. */
export async function home(world: World, person: string, ...says: string[]) {
  const published = () => world.sandbox.home(person);
  const words = () => textsIn(published()?.view).join('\n');
  return until(
    () => `a Home tab that says ${says.join(' and ')}; it says:\n${words()}`,
    () => {
      const view = published();
      return view && says.every((each) => words().includes(each)) ? { ...view, words: words() } : null;
    },
    world.patienceMs,
  );
}

/** Opens the Home tab and waits until it says all these texts. */
export async function openHome(world: World, person: string, ...says: string[]) {
  taken(world.sandbox.openHome(person));
  return home(world, person, ...says);
}

/** Uses an element of the Home tab. */
export async function clickHome(world: World, person: string, which: Which): Promise<void> {
  const { id } = await home(world, person);
  taken(await world.sandbox.change(person, id, which));
}

/** Says something to the bot in the channel, or in the thread of this message. */
export function mention(world: World, person: string, text: string, threadOf?: string): void {
  taken(world.sandbox.say(person, CHANNEL, `@Slipway ${text}`, threadOf));
}

/** The same, and waits for the answer that only this person sees. */
export function mentioned(world: World, person: string, text: string, threadOf?: string): Promise<string> {
  return answerTo(world, person, async () =>
    world.sandbox.say(person, CHANNEL, `@Slipway ${text}`, threadOf),
  );
}

/** Chooses a shortcut in the menu of a message. Absent `callbackId`: the first of the manifest. */
export async function shortcut(
  world: World,
  person: string,
  ts: string,
  callbackId = installedApp().shortcuts[0]?.callbackId ?? '',
): Promise<void> {
  taken(await world.sandbox.shortcut(person, ts, callbackId));
}

/** Types into an external select and returns what it offers, as pairs of value and text. */
export async function suggest(
  world: World,
  person: string,
  viewId: string,
  select: { blockId: string; actionId: string },
  query: string,
): Promise<{ value: string; text: string }[]> {
  const { groups } = taken(await world.sandbox.suggest(person, viewId, select, query));
  return groups.flatMap(({ options }) => options.map(({ value, text }) => ({ value, text })));
}

/** Enters values in a view, one after the other, as a person who leaves each field. */
export async function change(
  world: World,
  person: string,
  viewId: string,
  values: SandboxValues,
): Promise<void> {
  for (const [blockId, chosen] of Object.entries(values)) {
    for (const [actionId, value] of Object.entries(chosen)) {
      taken(await world.sandbox.change(person, viewId, { blockId, actionId, value }));
    }
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BotEnvironment, SlackAccess } from '../../../src/app/configuration/environment.ts';
import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { Clocks } from '../../../src/app/doctor/clock.ts';
import { type DoctorOptions, examine } from '../../../src/app/doctor/doctor.ts';
import { slackFindings } from '../../../src/app/doctor/slack/slack.ts';
import { manifest } from '../../../src/app/manifest.ts';
import type { Finding } from '../../../src/app/online/finding.ts';
import type { Settings } from '../../../src/flow/settings/settings.ts';
import { appOf } from '../../../src/sandbox/manifest.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/server.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

export const BOT_TOKEN = 'xoxb-0123456789';
export const APP_TOKEN = 'xapp-0123456789';
export const SECRET = 'a-secret-of-enough-length';

/** All that a doctor looks at, and everything is well there. */
export interface Patient {
  sandbox: Sandbox;
  /** Not there yet. */
  dataDirectory: string;
  settings: Settings;
  environment: BotEnvironment;
  /** What is found, with what was changed for it. */
  examine(over?: Partial<DoctorOptions>): Promise<Finding[]>;
  /** The same of Slack and the clock alone, which takes no other process. */
  askSlack(access?: SlackAccess, now?: () => number): Promise<Finding[]>;
  close(): Promise<void>;
}

/** The product of a patient. */
export function settingsOf(repository: string, more = ''): Settings {
  const loaded = parseConfiguration(
    `isolation: none
products:
  shop:
    repository: ${repository}
    channel: "#shop-releases"
    webhook: { secret: env:SECRET }
    environments:
      - name: prod
        mode: approval
        deploy: { run: "true" }
        approvals: { required: 1, from: ["@managers", U0LINLINLIN] }
${more}`,
    { SECRET },
  );
  if (loaded.kind === 'wrong') throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

/** With one commit on `main`. */
export function filledRepository(): TemporaryRepository {
  const repository = temporaryRepository();
  repository.commit({ a: '1' }, 'One');
  repository.push();
  return repository;
}

export async function openPatient(
  repository: TemporaryRepository,
  slack: Partial<SandboxOptions> = {},
): Promise<Patient> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
  const sandbox = await startSandbox({
    signingSecret: SECRET,
    botToken: BOT_TOKEN,
    channels: ['#shop-releases'],
    people: [
      { id: 'U0ADAADAADA', name: 'Ada' },
      { id: 'U0LINLINLIN', name: 'Lin' },
    ],
    groups: [{ id: 'S0MANAGERS', handle: 'managers', name: 'Managers', members: ['U0ADAADAADA'] }],
    app: appOf(manifest({ kind: 'http', url: null })),
    ...slack,
  });
  const dataDirectory = join(directory, 'data');
  const settings = settingsOf(repository.url);
  const slackAccess: SlackAccess = {
    botToken: BOT_TOKEN,
    signingSecret: SECRET,
    apiUrl: sandbox.apiUrl,
  };
  const environment: BotEnvironment = {
    slack: slackAccess,
    services: null,
    dataDirectory,
    port: 1,
    logLevel: 'silent',
  };
  return {
    sandbox,
    dataDirectory,
    settings,
    environment,
    examine: (over = {}) => examine({ settings, environment, role: 'all', now: Date.now, ...over }),
    async askSlack(access = slackAccess, now = Date.now) {
      const clocks = new Clocks();
      const bounds = { eachMs: 15_000, stopMs: 60_000 };
      const found = await slackFindings({ settings, access, clocks, now, timeoutMs: 5_000, bounds });
      return [...found, ...clocks.findings()];
    },
    async close() {
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What is told of one thing: a mark, what was said, and what to do. */
export function toldOf(findings: readonly Finding[], what: string): string[] {
  return findings
    .filter((finding) => finding.what === what)
    .map(
      ({ ok, said, todo }) =>
        `${ok ? (todo === null ? 'ok' : 'warn') : 'wrong'}: ${said}${todo === null ? '' : `. To do: ${todo}`}`,
    );
}

export const wrongIn = (findings: readonly Finding[]) =>
  findings.flatMap(({ what, ok }) => (ok ? [] : [what]));

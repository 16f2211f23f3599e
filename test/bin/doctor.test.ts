import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { filledRepository, openPatient, type Patient } from '../app/doctor/support.ts';
import type { TemporaryRepository } from '../support/repositories/git.ts';

/** The built one, as people run it; `npm test` builds it first. */
const SLIPWAY = fileURLToPath(new URL('../../dist/bin/slipway.js', import.meta.url));
const TOKEN = 'xoxb-0123456789';

const findings = z.array(
  z.strictObject({ what: z.string(), ok: z.boolean(), said: z.string(), todo: z.string().nullable() }),
);

let directory: string;
let repository: TemporaryRepository;
let patient: Patient;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-bin-doctor-'));
  repository = filledRepository();
  patient = await openPatient(repository);
  writeFileSync(
    join(directory, 'slipway.yml'),
    `isolation: none
products:
  shop:
    repository: ${repository.url}
    channel: "#shop-releases"
    webhook: { secret: env:SECRET }
    environments: [{ name: prod, mode: continuous, deploy: { run: "true" } }]
`,
  );
});
afterAll(async () => {
  await patient.close();
  repository.cleanup();
  rmSync(directory, { recursive: true, force: true });
});

function doctor(args: string[], over: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_SIGNING_SECRET: 'a-secret-of-enough-length',
    SLACK_API_URL: patient.sandbox.apiUrl,
    SECRET: 'a-secret-of-enough-length',
    ...over,
  };
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) =>
    execFile(process.execPath, [SLIPWAY, 'doctor', ...args], { env, cwd: directory }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    ),
  );
}

test('ends with 0 where nothing is wrong, and prints a line for each thing', async () => {
  const { code, out, err } = await doctor([]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('  ok     channel #shop-releases: is there, and @slipway is in it\n');
  expect(out).toMatch(/\n\nNothing is wrong(; \d warnings?)?\.\n$/);
  for (const line of out.split('\n').slice(0, -3)) expect(line).toMatch(/^ {2}(ok {5}|warn {3})[A-Za-z]/);
});

test('ends with 1 where something is wrong; --json prints a list and nothing else', async () => {
  const { code, out, err } = await doctor(['--json'], { SLACK_BOT_TOKEN: 'xoxb-another' });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const told = findings.parse(JSON.parse(out));
  expect(told.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(['Slack']);
  expect(out).not.toContain('another');
});

test('ends with 2 where the configuration is wrong, with all errors, and asks nobody', async () => {
  const before = patient.sandbox.faults.calls.length;
  const { code, out, err } = await doctor(['--json'], { SECRET: '', PORT: 'x' });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Wrong configuration, 2 errors');
  expect(patient.sandbox.faults.calls).toHaveLength(before);
});

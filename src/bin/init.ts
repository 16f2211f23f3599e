import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { lookAt, originOf, type Seen } from '../app/init/look.ts';
import { complaints, QUESTIONS, usual } from '../app/init/questions.ts';
import { type Commands, suggestCommands } from '../app/init/suggest.ts';
import { type Answers, configurationText, productOf, variableOf } from '../app/init/text.ts';
import { hasCode } from '../runner/files/errno.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';

/** Options of `slipway init`. */
export interface InitCommand {
  /** The file to write. */
  config: string;
}

/** Asks five questions and writes a configuration. Overwrites nothing. Lines of the standard input answer it, too. */
export async function init({ config }: InitCommand): Promise<ExitCode> {
  if (existsSync(config)) return taken(config);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal.on('SIGINT', () => terminal.close());
  const lines = terminal[Symbol.asyncIterator]();
  const origin = await originOf(process.cwd());
  let seen: Seen | null = null;
  let commands: Commands = { build: null, test: null, deploy: null };
  const given: Partial<Answers> = {};
  for (const { of, asks, read } of QUESTIONS) {
    for (;;) {
      const otherwise = usual(of, given, { origin, ...commands });
      terminal.setPrompt(`${asks}${otherwise === null ? '' : ` [${otherwise}]`}: `);
      terminal.prompt();
      const { value, done } = await lines.next();
      if (done) return stopped();
      const answered = { ...given, [of]: read(value.trim() === '' ? (otherwise ?? '') : value) };
      const wrong = complaints(of, answered);
      if (wrong.length === 0) {
        Object.assign(given, answered);
        break;
      }
      for (const { what, todo } of wrong) console.log(`  Not accepted: ${what}. To do: ${todo}.`);
    }
    if (of === 'repository' && given.repository !== undefined) {
      seen = await lookAt(given.repository);
      if (seen.kind === 'read') commands = suggestCommands(seen.contents);
      console.log(`  ${told(seen, commands)}`);
    }
  }
  terminal.close();
  const branch = seen?.kind === 'read' ? seen.branch : null;
  const answers = given as Answers;
  try {
    await writeFile(config, configurationText(answers, { branch, test: commands.test }), { flag: 'wx' });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return taken(config);
    return printConfigurationErrors([
      {
        path: config,
        what: `it cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        todo: 'name a file in a directory that you may write to, by --config',
      },
    ]);
  }
  console.log(next(config, productOf(answers.repository)));
  return EXIT.ok;
}

function taken(config: string): ExitCode {
  const todo = 'edit it, or name another file by --config';
  return printConfigurationErrors([
    { path: config, what: 'it is there already, and nothing was asked', todo },
  ]);
}

function stopped(): ExitCode {
  console.log('\nStopped; nothing was written.');
  return EXIT.failed;
}

function told(seen: Seen, { build, test }: Commands): string {
  if (seen.kind === 'unread')
    return `It could not be read from here (${seen.why}), so nothing is known of it. Slipway needs a login for it.`;
  const { branch } = seen;
  const found = [
    branch === null ? null : `branch ${branch}`,
    build && `built by \`${build}\``,
    test && `tested by \`${test}\``,
  ];
  const words = found.filter((word) => word !== null);
  return words.length === 0
    ? 'It was read, and nothing in it says how it is built.'
    : `It was read: ${words.join(', ')}.`;
}

function next(config: string, product: string): string {
  const secret = variableOf(product, 'WEBHOOK_SECRET');
  const file = config === 'slipway.yml' ? '' : ` --config ${config}`;
  return `
${config} is written. What comes next:
  1. read it, and change what is not so
  2. export ${secret}="$(openssl rand -hex 32)"
  3. slipway check${file}, and slipway check --online${file}
  4. slipway manifest --url https://your.address, and make the Slack app from it (docs/install.md, step 2)
  5. SLACK_BOT_TOKEN=xoxb-… SLACK_SIGNING_SECRET=… slipway start${file}
  6. add the webhook in the forge, with that secret (docs/install.md, step 5), and push a commit
To see it all without Slack first: slipway demo`;
}

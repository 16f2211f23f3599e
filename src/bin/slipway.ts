#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AUDIT_FORMATS } from '../app/audit/audit-lines.ts';
import { AT_A_TIME, ROLES } from '../app/configuration/environment.ts';
import type { AuditCommand } from './audit.ts';
import type { CheckCommand } from './check/check.ts';
import type { DoctorCommand } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import type { InitCommand } from './init.ts';
import type { SandboxCommand } from './sandbox.ts';
import { AUDIT_HELP, sinceWhen } from './since.ts';
import type { StartCommand } from './start.ts';
import { version } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration (each error is printed with what to do),
3 the data directory is in use by another process, or the database while it is exported or imported, 4 the port is not available, 128 + n ended by a signal.`;

/** The command line. Each command imports its modules when it runs, so that small commands stay fast. */
function commandLine(done: (code: number) => void): Command {
  const program = new Command('slipway')
    .description('Release management from Slack.')
    .version(version())
    .showHelpAfterError('(see slipway --help)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  const config = new Option('--config <file>', 'the configuration').default('slipway.yml');

  program
    .command('start')
    .description('run the bot; it reads slipway.yml and its environment variables')
    .addOption(
      new Option('--role <role>', 'what this process does; bot and worker need MONGODB_URL and REDIS_URL')
        .choices(ROLES)
        .default('all'),
    )
    .addOption(config)
    .option('--builds <number>', 'builds at a time in this process', atATime, AT_A_TIME.builds)
    .option(
      '--deploys <number>',
      'deploys and verifications at a time in this process',
      atATime,
      AT_A_TIME.deploys,
    )
    .action(async (options: StartCommand) => {
      const { start } = await import('./start.ts');
      done(await start(options));
    });
  program
    .command('demo')
    .description('try it all on this machine, with a local Slack workspace')
    .option('--auto', 'play the story without a browser, and check its end', false)
    .option('--port <port>', 'of the page', portNumber)
    .option('--socket', 'the bot connects to the workspace (Socket Mode)', false)
    .action(async (options: { auto: boolean; port?: number; socket: boolean }) => {
      const { runDemo } = await import('../demo/demo.ts');
      done(await runDemo({ auto: options.auto, port: options.port ?? null, socket: options.socket }));
    });
  program
    .command('sandbox')
    .description('run the local Slack workspace alone')
    .option('--port <port>', 'to listen on', portNumber, 4000)
    .option('--bot <url>', 'where the bot listens', 'http://127.0.0.1:3000')
    .option('--channel <names...>', 'its channels', ['storefront-releases'])
    .option('--socket', 'for Socket Mode: the bot connects to the workspace')
    .action(async (options: SandboxCommand) => {
      const { sandbox } = await import('./sandbox.ts');
      done(await sandbox(options));
    });
  program
    .command('init')
    .description('ask five questions, and write a slipway.yml')
    .option('--config <file>', 'the file to write', 'slipway.yml')
    .action(async (options: InitCommand) => {
      const { init } = await import('./init.ts');
      done(await init(options));
    });
  program
    .command('check')
    .description('check slipway.yml, and show what it means')
    .addOption(config)
    .option(
      '--online',
      'also ask the forges and repositories that it names; 1: something is wrong there',
      false,
    )
    .action(async (options: CheckCommand) => {
      const { check } = await import('./check/check.ts');
      done(await check(options));
    });
  program
    .command('doctor')
    .description('look at everything that Slipway depends on, and say what to do; 1: something is wrong')
    .addOption(config)
    .addOption(
      new Option('--role <role>', 'the process whose needs are looked at').choices(ROLES).default('all'),
    )
    .option('--json', 'print a list of { what, ok, said, todo }', false)
    .action(async (options: DoctorCommand) => {
      const { doctor } = await import('./doctor.ts');
      done(await doctor(options));
    });
  program
    .command('audit')
    .description('print every command that was accepted or refused, oldest first')
    .option('--product <name>', 'of this product only')
    .option(
      '--since <time>',
      'from this time on: 2026-11-01, 2026-11-01T08:00Z, or an age such as 12h or 7d',
      since,
    )
    .addOption(
      new Option('--format <format>', 'csv, or json: one record a line')
        .choices(AUDIT_FORMATS)
        .default('csv'),
    )
    .addHelpText('after', AUDIT_HELP)
    .action(async (options: AuditCommand) => {
      const { audit } = await import('./audit.ts');
      done(await audit(options));
    });
  program
    .command('export')
    .description(
      'print everything that is stored but logs and artifacts, for slipway import; stop the bot first',
    )
    .action(async () => {
      const { exportStore } = await import('./transfer.ts');
      done(await exportStore());
    });
  program
    .command('import')
    .description('fill an empty store with what slipway export printed: slipway import < FILE')
    .action(async () => {
      const { importStore } = await import('./transfer.ts');
      done(await importStore());
    });
  program
    .command('schema')
    .description('print the JSON Schema of slipway.yml')
    .action(async () => {
      const { jsonSchema } = await import('../app/configuration/schema.ts');
      console.log(JSON.stringify(jsonSchema(), null, 2));
      done(EXIT.ok);
    });
  program
    .command('manifest')
    .description('print the manifest of the Slack app')
    .addOption(
      new Option('--url <url>', 'where Slack reaches the bot, such as https://slipway.example.com').conflicts(
        'socket',
      ),
    )
    .option('--socket', 'for Socket Mode: the bot connects to Slack, and needs no address')
    .action(async (options: { url?: string; socket?: true }) => {
      const { printManifest } = await import('./manifest.ts');
      done(await printManifest(options));
    });
  return program;
}

function portNumber(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535; 0 takes any free one.');
}

function since(text: string): number {
  const at = sinceWhen(text, Date.now());
  if (at !== null) return at;
  throw new InvalidArgumentError('It must be a day, a time in ISO 8601, or an age such as 30m, 12h or 7d.');
}

function atATime(text: string): number {
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  throw new InvalidArgumentError('It must be a number from 1 to 999.');
}

async function main(): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await commandLine((given) => {
      code = given;
    }).parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
    console.error('Slipway itself failed; this should not happen:');
    console.error(error);
    return EXIT.failed;
  }
}

// A reader that closes the pipe early (`slipway schema | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  console.error(`The output could not be written: ${error.message}`);
  process.exit(EXIT.failed);
});
const code = await main();
// Exits even if something keeps the event loop alive, but only after all output was written.
process.stdout.write('', () => process.exit(code));
